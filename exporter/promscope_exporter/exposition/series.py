"""Series handles: the escaped `name{labels} ` text of a series, made once and reused.

Collectors keep their handles, because making this text is most of what rendering costs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from promscope_exporter.exposition.catalogue import Family

#: A label value longer than this is cut, and ends in `…`.
MAX_VALUE_CHARACTERS = 1024

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r'[\\"\n]')
_ESCAPES = {"\\": r"\\", '"': r"\"", "\n": r"\n"}
_SUFFIXES = {"summary": ("_sum", "_count"), "counter": ("",), "gauge": ("",)}


def escape(value: str) -> str:
    """A label value as both text formats write it.

    A lone surrogate (a byte that is not UTF-8) becomes U+FFFD; a value over
    `MAX_VALUE_CHARACTERS` is cut there.
    """
    if len(value) > MAX_VALUE_CHARACTERS:
        value = value[: MAX_VALUE_CHARACTERS - 1] + "…"
    if not value.isascii():
        value = _SURROGATE.sub("\ufffd", value)
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], value)


class Series:
    """One series. `prefix` is its text up to the value.

    A `newborn` counter tells 0 for one scrape interval after it was first written (`Page.write`
    keeps `first_written`, in monotonic seconds): Prometheus never counts the first sample.
    """

    __slots__ = ("family", "first_written", "newborn", "prefix")

    def __init__(self, family: Family, prefix: str, newborn: bool) -> None:
        self.family = family
        self.prefix = prefix
        self.newborn = newborn
        self.first_written: float | None = None

    def __repr__(self) -> str:
        return f"Series({self.prefix.rstrip()})"


def series(
    family: Family,
    *values: str | None,
    suffix: str = "",
    newborn: bool = False,
    extra: Mapping[str, str] | None = None,
) -> Series:
    """Make a handle. `values` are in the order of `family.labels`; None leaves an optional
    label out. `suffix` is `_sum` or `_count` of a summary; `extra` holds the further labels of
    a family with open labels.

    Raises ValueError when values, suffix or extra do not fit the family.
    """
    if len(values) != len(family.labels):
        raise ValueError(f"{family.name} has labels {family.labels}, got {len(values)} values")
    if suffix not in _SUFFIXES[family.type]:
        raise ValueError(f"{family.name} is a {family.type}: no sample {family.name + suffix}")
    if extra and not family.open_labels:
        raise ValueError(f"{family.name} has no further labels")
    pairs = []
    for label, value in zip(family.labels, values, strict=True):
        if value is None:
            if label not in family.optional:
                raise ValueError(f"{family.name}: label {label} is not optional")
            continue
        pairs.append(f'{label}="{escape(value)}"')
    pairs.extend(f'{label}="{escape(value)}"' for label, value in (extra or {}).items())
    labels = "{" + ",".join(pairs) + "}" if pairs else ""
    return Series(family, f"{family.name}{suffix}{labels} ", newborn and family.type != "gauge")
