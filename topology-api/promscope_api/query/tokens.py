"""The text of a query cut into words, phrases, operators and parentheses, each with its column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from promscope_api.query.syntax import OPERATORS, BadQuery

Kind = Literal["word", "phrase", "operator", "(", ")", "AND", "OR", "NOT", "end"]

#: Longest query, in characters.
MAX_TEXT = 2000
_BREAKS = frozenset('()"')
_OPERATOR_STARTS = frozenset(operator[0] for operator in OPERATORS)
_KEYWORDS: dict[str, Kind] = {"AND": "AND", "OR": "OR", "NOT": "NOT"}


@dataclass(frozen=True, slots=True)
class Token:
    """`column` counts from 1; `end` is the column after its last character."""

    kind: Kind
    text: str
    column: int
    end: int


def tokenize(text: str) -> list[Token]:
    """The tokens of a query, the last of kind "end". Raises BadQuery."""
    if len(text) > MAX_TEXT:
        raise BadQuery(f"a query has at most {MAX_TEXT} characters", MAX_TEXT + 1)
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
            continue
        token = _next(text, at, after_operator=bool(tokens) and tokens[-1].kind == "operator")
        tokens.append(token)
        at = token.end - 1
    tokens.append(Token("end", "", len(text) + 1, len(text) + 1))
    return tokens


def _next(text: str, at: int, *, after_operator: bool) -> Token:
    char = text[at]
    if char == "(":
        return Token("(", char, at + 1, at + 2)
    if char == ")":
        return Token(")", char, at + 1, at + 2)
    if char == '"':
        return _phrase(text, at)
    if not after_operator:
        operator = _operator(text, at)
        if operator:
            return Token("operator", operator, at + 1, at + len(operator) + 1)
    return _word(text, at, after_operator=after_operator)


def _operator(text: str, at: int) -> str:
    return next((operator for operator in OPERATORS if text.startswith(operator, at)), "")


def _word(text: str, at: int, *, after_operator: bool) -> Token:
    """Up to a space, a bracket or a quote; before an operator, or after one to the very end, so
    that a value may be an address or an id (`id:container:0123`).
    """
    end = at
    while end < len(text) and not text[end].isspace() and text[end] not in _BREAKS:
        if not after_operator and text[end] in _OPERATOR_STARTS and _operator(text, end):
            break
        end += 1
    word = text[at:end]
    kind: Kind = "word" if after_operator else _KEYWORDS.get(word, "word")
    return Token(kind, word, at + 1, end + 1)


def _phrase(text: str, at: int) -> Token:
    """`"…"`, in which `\\"` is a quote and `\\\\` a backslash; other backslashes are themselves,
    so that regular expressions need no second escaping.
    """
    found: list[str] = []
    end = at + 1
    while end < len(text):
        char = text[end]
        if char == "\\" and text[end + 1 : end + 2] in ('"', "\\"):
            found.append(text[end + 1])
            end += 2
        elif char == '"':
            return Token("phrase", "".join(found), at + 1, end + 2)
        else:
            found.append(char)
            end += 1
    raise BadQuery('this " has no other one that ends the phrase', at + 1)
