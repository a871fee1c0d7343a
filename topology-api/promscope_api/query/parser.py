"""The text of a query → its expression.

    query   = and { "OR" and }
    and     = not { ["AND"] not }
    not     = ["NOT"] primary
    primary = "(" query ")" | word | "phrase" | field operator value

AND, OR and NOT are upper case; `and` is a word to look for. A node id (`container:0123…`) whose
kind is no field is a word too.
"""

from __future__ import annotations

from promscope_api.query.fields import FIELDS, Field, field, similar
from promscope_api.query.pattern import BadPattern, pattern
from promscope_api.query.quantity import quantity
from promscope_api.query.syntax import (
    And,
    BadQuery,
    Expression,
    Has,
    Not,
    Operator,
    Or,
    Term,
    Text,
)
from promscope_api.query.tokens import Kind, Token, tokenize
from promscope_wire import ids

MAX_TERMS = 64
MAX_DEPTH = 32


def parse(text: str) -> Expression | None:
    """The expression of a query; None for one that asks nothing. Raises BadQuery."""
    return _Parser(tokenize(text)).query()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._terms = 0

    @property
    def _here(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._here
        self._at += 1
        return token

    def query(self) -> Expression | None:
        if len(self._tokens) == 1:
            return None
        found = self._or(0)
        left = self._here
        if left.kind != "end":
            raise BadQuery('this ")" closes nothing', left.column)
        return found

    def _or(self, depth: int) -> Expression:
        items = [self._and(depth)]
        while self._here.kind == "OR":
            self._take()
            items.append(self._and(depth))
        return items[0] if len(items) == 1 else Or(tuple(items))

    def _and(self, depth: int) -> Expression:
        items = [self._not(depth)]
        while self._here.kind not in ("OR", ")", "end"):
            if self._here.kind == "AND":
                self._take()
            items.append(self._not(depth))
        return items[0] if len(items) == 1 else And(tuple(items))

    def _not(self, depth: int) -> Expression:
        if self._here.kind == "NOT":
            column = self._take().column
            if depth >= MAX_DEPTH:
                raise BadQuery(f"nested more than {MAX_DEPTH} deep", column)
            return Not(self._not(depth + 1))
        return self._primary(depth)

    def _primary(self, depth: int) -> Expression:
        token = self._take()
        if token.kind == "(":
            if depth >= MAX_DEPTH:
                raise BadQuery(f"nested more than {MAX_DEPTH} deep", token.column)
            found = self._or(depth + 1)
            if self._here.kind != ")":
                raise BadQuery('this "(" is never closed', token.column)
            self._take()
            return found
        if token.kind not in ("word", "phrase"):
            raise BadQuery(_EXPECTED[token.kind], token.column)
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise BadQuery(f"a query has at most {MAX_TERMS} terms", token.column)
        if token.kind == "word" and self._here.kind == "operator":
            return self._term(token)
        return Text(token.text)

    def _term(self, name: Token) -> Expression:
        known = field(name.text)
        operator, value = self._take(), self._here
        if known is None:
            if operator.text == ":" and name.text in ids.PARTS and value.kind == "word":
                self._take()
                return Text(f"{name.text}:{value.text}")
            raise BadQuery(_no_field(name.text, operator.text), name.column)
        if value.kind not in ("word", "phrase"):
            raise BadQuery(f"a value is missing after {name.text} {operator.text}", value.column)
        self._take()
        how: Operator = operator.text  # type: ignore[assignment]
        if value.kind == "word" and value.text == "*":
            if how not in (":", "=", "!="):
                raise BadQuery("* says that there is a value: write field:*", operator.column)
            return _exists(known, how)
        return _compared(known, how, operator, value)


def _exists(known: Field, how: Operator) -> Expression:
    return Not(Has(known.name)) if how == "!=" else Has(known.name)


def _compared(known: Field, how: Operator, operator: Token, value: Token) -> Term:
    allowed = (*known.operators, ":") if known.kind == "number" else known.operators
    if how not in allowed:
        names = " ".join(known.operators)
        raise BadQuery(f"{known.name} is compared by {names}, not by {how}", operator.column)
    text = value.text
    try:
        if known.kind == "number":
            number, percent = quantity(text, known.unit, share=known.share)
            return Term(known.name, "=" if how == ":" else how, text.lower(), number, percent)
        if how in ("~", "!~"):
            pattern(text)
    except (BadPattern, ValueError) as error:
        raise BadQuery(str(error), value.column) from None
    if known.kind == "choice":
        text = text.lower()
        if text not in known.choices:
            choices = ", ".join(known.choices)
            raise BadQuery(f"{known.name} is one of {choices}", value.column)
        how = "=" if how == ":" else how
    return Term(known.name, how, text)


def _no_field(name: str, operator: str) -> str:
    meant = similar(name)
    if meant:
        return f"there is no field {name[:40]!r}; did you mean {meant}?"
    some = ", ".join(list(FIELDS)[:8])
    return (
        f"there is no field {name[:40]!r}; fields are {some} and more."
        f' To find the text, put it in quotes: "{name[:40]}{operator}…"'
    )


_EXPECTED: dict[Kind, str] = {
    "operator": "a field is missing before this operator; to find the text, put it in quotes",
    ")": 'there is nothing before this ")"',
    "AND": "there is nothing before this AND",
    "OR": "there is nothing before this OR",
    "end": "the query ends where a word or a field should follow",
}
