from __future__ import annotations

from promscope_api.http.parameters import AT
from promscope_api.http.view_operations import VIEW_OPERATIONS


def test_watching_is_all_they_need() -> None:
    assert {(one.method, one.permission) for one in VIEW_OPERATIONS} == {("get", "view")}


def test_the_past_of_each_can_be_asked_for_where_there_is_one() -> None:
    only_now = {one.id for one in VIEW_OPERATIONS if AT not in one.parameters}
    assert only_now == {"watch", "completions"}
