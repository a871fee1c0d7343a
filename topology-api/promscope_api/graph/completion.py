"""What may follow where somebody is writing a query: fields, operators, values, words."""

from __future__ import annotations

from typing import Literal

import msgspec

from promscope_api.graph.index import Index
from promscope_api.query.fields import FIELDS, LABEL, Field, field
from promscope_api.query.syntax import BadQuery, quoted
from promscope_api.query.tokens import Token, tokenize

MAX_OPTIONS = 50
_EXAMPLES = {"cores": "0.5", "bytes": "100mb", "bytes_per_second": "1mb/s", "count": "10"}

OptionKind = Literal["field", "operator", "value", "keyword"]


class Option(msgspec.Struct, frozen=True):
    """`text` replaces what is between `start` and `end`; `detail` explains it."""

    text: str
    kind: OptionKind
    detail: str


class Completions(msgspec.Struct, frozen=True):
    """Options for the word at the cursor. `start` and `end` count characters from 0."""

    start: int
    end: int
    options: list[Option]


def complete(index: Index, text: str, cursor: int) -> Completions:
    """What may stand at the cursor (characters from 0) of a query that need not be complete."""
    before = text[: max(0, min(cursor, len(text)))]
    try:
        tokens = tokenize(before)[:-1]
    except BadQuery:
        return _in_phrase(index, before)
    spaced = before[-1:].isspace() or not before
    written = [] if spaced else tokens[-1:]
    earlier = tokens[: len(tokens) - len(written)]
    if written and written[0].kind == "operator":
        return _values(index, tokens[-2:-1], "", len(before), len(before))
    start = written[0].column - 1 if written else len(before)
    word = written[0].text if written else ""
    if earlier and earlier[-1].kind == "operator":
        return _values(index, earlier[-2:-1], word, start, len(before))
    if spaced and earlier and earlier[-1].kind == "word" and field(earlier[-1].text):
        options = _operators(field(earlier[-1].text)) + _names(index, "")
    else:
        options = _names(index, word)
    return Completions(start, len(before), options[:MAX_OPTIONS])


def _in_phrase(index: Index, before: str) -> Completions:
    """A value whose quote is open: `image ~ "red`."""
    quote = before.rfind('"')
    try:
        tokens = tokenize(before[:quote])[:-1]
    except BadQuery:
        return Completions(len(before), len(before), [])
    if len(tokens) < 2 or tokens[-1].kind != "operator":
        return Completions(len(before), len(before), [])
    return _values(index, tokens[-2:-1], before[quote + 1 :], quote, len(before))


def _values(index: Index, name: list[Token], word: str, start: int, end: int) -> Completions:
    known = field(name[0].text) if name else None
    if known is None:
        return Completions(start, end, [])
    if known.kind == "number":
        options = [Option(_EXAMPLES[known.unit], "value", known.description)]
        if known.share:
            options.append(Option("80%", "value", "of what the node may use"))
    elif known.kind == "choice":
        options = [
            Option(one, "value", "") for one in known.choices if one.startswith(word.lower())
        ]
    else:
        lowered = word.lower()
        options = [
            Option(_written(value), "value", f"{count} ×")
            for value, count in index.column(known.name).frequent()
            if lowered in value.lower()
        ]
    return Completions(start, end, options[:MAX_OPTIONS])


def _written(value: str) -> str:
    """A value as it must be written: in quotes if it is more than one word."""
    try:
        tokens = tokenize(f"name:{value}")
    except BadQuery:
        return quoted(value)
    plain = len(tokens) == 4 and tokens[2].text == value and value != "*"
    return value if plain else quoted(value)


def _names(index: Index, word: str) -> list[Option]:
    lowered = word.lower()
    fields = [one for one in FIELDS.values() if lowered in one.name]
    fields.sort(key=lambda one: not one.name.startswith(lowered))
    found = [Option(one.name, "field", one.description) for one in fields]
    if lowered:
        found += [
            Option(name, "field", "container label") for name in index.labels() if lowered in name
        ]
        found += [
            Option(one, "keyword", "") for one in ("AND", "OR", "NOT") if one.startswith(word)
        ]
    else:
        found.append(Option(LABEL, "field", "a container label by its name"))
        found.append(Option("NOT", "keyword", "the opposite of what follows"))
    return found


def _operators(known: Field | None) -> list[Option]:
    return [] if known is None else [Option(one, "operator", _SAYS[one]) for one in known.operators]


_SAYS = {
    ":": "contains", "=": "is", "!=": "is not", "~": "matches", "!~": "does not match",
    ">": "more than", "<": "less than", ">=": "at least", "<=": "at most",
}  # fmt: skip
