"""Numbers out of answers."""

from __future__ import annotations

from promscope_api.graph.answers import numbers
from tests.fleet.answers import Answers


def test_numbers_by_key() -> None:
    answers = Answers()
    for key, value in (("a", 1.5), ("b", "NaN"), ("c", "-Inf"), ("d", "1e9")):
        answers.add("container_cpu", value, container_id=key)
    found = numbers(answers.samples, "container_cpu", lambda labels: labels.container_id)
    assert found == {"a": 1.5, "d": 1e9}


def test_query_without_an_answer() -> None:
    assert numbers({}, "container_cpu", lambda labels: labels) == {}
