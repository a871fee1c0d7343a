"""Where the parts of a query begin and end."""

from __future__ import annotations

import pytest

from promscope_api.query.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("a  b", [("word", "a", 1, 2), ("word", "b", 4, 5)]),
        ("a>=1", [("word", "a", 1, 2), ("operator", ">=", 2, 4), ("word", "1", 4, 5)]),
        ("a!=b!c", [("word", "a", 1, 2), ("operator", "!=", 2, 4), ("word", "b!c", 4, 7)]),
        ("wow!", [("word", "wow!", 1, 5)]),
        (
            "(NOT a)",
            [("(", "(", 1, 2), ("NOT", "NOT", 2, 5), ("word", "a", 6, 7), (")", ")", 7, 8)],
        ),
        ("a:OR", [("word", "a", 1, 2), ("operator", ":", 2, 3), ("word", "OR", 3, 5)]),
        ('"a"b', [("phrase", "a", 1, 4), ("word", "b", 4, 5)]),
        ("☃\u3000é", [("word", "☃", 1, 2), ("word", "é", 3, 4)]),
    ],
)
def test_tokens_with_their_columns(text: str, tokens: list[tuple[str, str, int, int]]) -> None:
    *found, end = tokenize(text)
    assert [(one.kind, one.text, one.column, one.end) for one in found] == tokens
    assert (end.kind, end.column) == ("end", len(text) + 1)
