from __future__ import annotations

from promscope_api.http.filter_operations import FILTER_OPERATIONS


def test_one_can_be_made_read_changed_and_deleted() -> None:
    assert {one.method for one in FILTER_OPERATIONS} == {"get", "post", "put", "delete"}


def test_each_may_find_the_store_away() -> None:
    assert all(503 in one.errors for one in FILTER_OPERATIONS)
