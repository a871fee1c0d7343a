"""Label selectors, as Kubernetes writes them: `team=shop, tier in (web, api), !legacy`.

Source: Kubernetes documentation, "Labels and Selectors": every requirement must hold; `!=` and
`notin` hold for a label that is absent, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_COMMA = re.compile(r",(?![^(]*\))")
_KEY, _VALUE = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,252}", r"[^\s,()=!~]{0,256}"
_ONE = re.compile(rf"({_KEY})\s*(=|==|!=)\s*({_VALUE})")
_SET = re.compile(rf"({_KEY})\s+(in|notin)\s*\(([^()]*)\)")
_THERE = re.compile(rf"(!?)\s*({_KEY})")


@dataclass(frozen=True, slots=True)
class _Requirement:
    """`values` None: the label is there; `negated`: the opposite."""

    key: str
    values: frozenset[str] | None
    negated: bool

    def holds(self, labels: Mapping[str, str], *, whole: bool) -> bool:
        found = labels.get(self.key)
        if found is None and not whole:
            return False
        held = found is not None if self.values is None else found in self.values
        return held != self.negated


class Selector:
    """Raises ValueError for a text that is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._requirements = tuple(map(_requirement, _COMMA.split(text)))

    def matches(self, labels: Mapping[str, str], *, whole: bool = True) -> bool:
        """Whether everything it requires of a node's labels holds. `whole` False: the node may have
        labels beside these, so nothing holds for being absent."""
        return all(one.holds(labels, whole=whole) for one in self._requirements)


def _requirement(text: str) -> _Requirement:
    text = text.strip()
    if found := _ONE.fullmatch(text):
        return _Requirement(found[1], frozenset((found[3],)), found[2] == "!=")
    if found := _SET.fullmatch(text):
        values = frozenset(value.strip() for value in found[3].split(","))
        return _Requirement(found[1], values, found[2] == "notin")
    if found := _THERE.fullmatch(text):
        return _Requirement(found[2], None, bool(found[1]))
    raise ValueError(f"{text[:60]!r} is no requirement: write label=value or label in (a, b)")
