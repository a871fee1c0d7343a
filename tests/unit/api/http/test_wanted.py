"""Views and filters of requests."""

from __future__ import annotations

import pytest

from promscope_api.graph.topic import Topic
from promscope_api.http.wanted import understood, wanted
from promscope_api.security.refusal import Refused


def test_views_that_are_and_filters_in_one_form() -> None:
    assert wanted("hosts") == Topic("hosts")
    assert wanted("containers-by-label.app", "a  b") == Topic(
        "containers-by-label.app", '"a" AND "b"'
    )


@pytest.mark.parametrize(
    "view", ["nothing", "", "containers-by-label.", "containers-by-label.a-b", "hosts\n"]
)
def test_no_such_view(view: str) -> None:
    with pytest.raises(Refused) as refused:
        wanted(view)
    assert refused.value.status == 404
    assert "containers" in refused.value.detail


def test_the_column_of_a_mistake_is_a_member_of_the_problem() -> None:
    for check in (lambda: wanted("hosts", "a ("), lambda: understood("a (")):
        with pytest.raises(Refused) as refused:
            check()
        assert refused.value.problem()["column"] == 4
        assert refused.value.status == 400
