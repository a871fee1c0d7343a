"""Canonical texts of queries, and the words to rank by."""

from __future__ import annotations

import pytest

from promscope_api.query.parser import parse
from promscope_api.query.syntax import words


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a  b", '"a" AND "b"'),
        ("(a)", '"a"'),
        ("a OR (b c)", '"a" OR ("b" AND "c")'),
        ("NOT (a OR b)", 'NOT ("a" OR "b")'),
        ("cpu>40%", 'cpu > "40%"'),
        ('name:"q\\"x"', 'name : "q\\"x"'),
        ("pod:*", "pod:*"),
    ],
)
def test_queries_of_one_form_have_one_text(text: str, canonical: str) -> None:
    assert str(parse(text)) == canonical
    assert str(parse(canonical)) == canonical


def test_words_to_rank_by_are_those_that_may_occur() -> None:
    assert words(parse('Redis NOT old (name:Web OR "x y") cpu > 5 image ~ z')) == (
        "redis",
        "web",
        "x y",
    )
    assert words(parse("")) == ()
