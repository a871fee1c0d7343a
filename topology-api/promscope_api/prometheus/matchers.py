"""Structured label matchers and their PromQL text: nothing a user typed is ever query text.

Values become PromQL strings by JSON quoting, whose escapes are a subset of the Go escapes that
PromQL reads (prometheus.io/docs/prometheus/latest/querying/basics, "String literals").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_METACHARACTERS = re.compile(r"[\\.+*?()|\[\]{}^$]")


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label. `values`: the label equals one of them; `negated`: none of them;
    `prefix`: begins with one of them instead.

    Raises ValueError for a label name PromQL does not know, or for no value at all.
    """

    label: str
    values: tuple[str, ...]
    negated: bool = False
    prefix: bool = False

    def __post_init__(self) -> None:
        if not _LABEL.fullmatch(self.label):
            raise ValueError(f"not a label name: {self.label[:80]!r}")
        if not self.values:
            raise ValueError(f"no value to match {self.label} with")

    def __str__(self) -> str:
        if len(self.values) == 1 and not self.prefix:
            return f"{self.label}{'!=' if self.negated else '='}{quote(self.values[0])}"
        end = ".*" if self.prefix else ""
        pattern = "|".join(literal(value) + end for value in self.values)
        return f"{self.label}{'!~' if self.negated else '=~'}{quote(pattern)}"


@dataclass(frozen=True, slots=True)
class Shape:
    """A label whose whole value a pattern of this program fits; anything else stands in it as a
    `literal` only.
    """

    label: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.label}=~{quote(self.pattern)}"


def literal(value: str) -> str:
    """The pattern that fits nothing but the value."""
    return _METACHARACTERS.sub(r"\\\g<0>", value)


def equal(label: str, value: str) -> Matcher:
    return Matcher(label, (value,))


def one_of(label: str, values: Iterable[str]) -> Matcher:
    return Matcher(label, tuple(values))


def none_of(label: str, values: Iterable[str]) -> Matcher:
    return Matcher(label, tuple(values), negated=True)


def quote(value: str) -> str:
    """A PromQL string literal. What is not UTF-8 text (lone surrogates) becomes U+FFFD, as in
    Prometheus' own label values.
    """
    return json.dumps(_SURROGATE.sub("\ufffd", value), ensure_ascii=False)


def selector(name: str, matchers: Iterable[Matcher | Shape] = ()) -> str:
    """`name{label="value",…}`; `name` comes from the catalogue, never from a request."""
    inside = ",".join(map(str, matchers))
    return f"{name}{{{inside}}}" if inside else name
