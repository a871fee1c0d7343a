from __future__ import annotations

from promscope_api.http.session_operations import SESSION_OPERATIONS


def test_whatever_changes_something_is_recorded() -> None:
    silent = {one.id for one in SESSION_OPERATIONS if one.method != "get" and not one.audit}
    assert silent == {"ticket"}
