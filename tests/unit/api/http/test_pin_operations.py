from __future__ import annotations

from promscope_api.http.pin_operations import PIN_OPERATIONS


def test_a_pin_is_put_twice_as_well_as_once() -> None:
    assert {one.method for one in PIN_OPERATIONS} == {"get", "put", "post", "delete"}


def test_each_may_find_the_store_away() -> None:
    assert all(503 in one.errors for one in PIN_OPERATIONS)
