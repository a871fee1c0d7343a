"""What a query says, once parsed: terms joined by AND, OR and NOT.

`str()` of an expression is its canonical text: two queries that mean the same by their form have
one text, which parses to the same expression again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Operator = Literal[":", "=", "!=", "~", "!~", "<", "<=", ">", ">="]
OPERATORS: tuple[Operator, ...] = ("!=", "!~", "<=", ">=", ":", "=", "~", "<", ">")


class BadQuery(ValueError):
    """The text is no query. `column` counts characters from 1; the message names the remedy."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Text:
    """A word or phrase that occurs in any field, whatever its case."""

    text: str

    def __str__(self) -> str:
        return quoted(self.text)


@dataclass(frozen=True, slots=True)
class Term:
    """A field compared with a value. `number` and `percent` are the value of a number field."""

    field: str
    operator: Operator
    value: str
    number: float | None = None
    percent: bool = False

    def __str__(self) -> str:
        return f"{self.field} {self.operator} {quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Has:
    """The field has a value."""

    field: str

    def __str__(self) -> str:
        return f"{self.field}:*"


@dataclass(frozen=True, slots=True)
class Not:
    item: Expression

    def __str__(self) -> str:
        return f"NOT {_inner(self.item)}"


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expression, ...]

    def __str__(self) -> str:
        return " AND ".join(map(_inner, self.items))


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expression, ...]

    def __str__(self) -> str:
        return " OR ".join(map(_inner, self.items))


Expression = Text | Term | Has | Not | And | Or


def words(expression: Expression | None) -> tuple[str, ...]:
    """The words that must or may occur, lower-cased, without those under NOT: what to rank by."""
    match expression:
        case Text(text):
            return (text.lower(),)
        case And(items) | Or(items):
            return tuple(word for item in items for word in words(item))
        case Term(operator=":" | "=", value=value, number=None):
            return (value.lower(),)
    return ()


def quoted(text: str) -> str:
    """The text as the grammar reads it back."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _inner(item: Expression) -> str:
    return f"({item})" if isinstance(item, (And, Or)) else str(item)
