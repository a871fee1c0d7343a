from __future__ import annotations

from promscope_api.http.history_operations import HISTORY_OPERATIONS


def test_each_takes_a_moment_and_may_find_it_unusable() -> None:
    for one in HISTORY_OPERATIONS:
        assert {"at", "to"} & {parameter.name for parameter in one.parameters}, one.id
        assert 400 in one.errors, one.id
