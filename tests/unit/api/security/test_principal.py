from __future__ import annotations

from promscope_api.security.principal import LOCAL_VIEWER, Principal


def test_only_the_local_viewer_is_anonymous() -> None:
    assert LOCAL_VIEWER.anonymous
    assert not Principal("anonymous", ("operator",), "session", "1").anonymous
