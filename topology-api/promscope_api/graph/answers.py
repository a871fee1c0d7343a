"""The answers of one round of queries, and how numbers are read out of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, TypeVar

import msgspec

from promscope_api.prometheus.answer import Sample
from promscope_api.prometheus.labels import TargetLabels

Key = TypeVar("Key")

#: Query name → the series it gave.
Answers = Mapping[str, list[Sample[Any]]]


class Recalled(msgspec.Struct, frozen=True):
    """What one target said in its last scrape before it went down."""

    target: TargetLabels
    answers: Answers


class Round(msgspec.Struct, frozen=True):
    """All answers of a round: the live ones, and what is remembered of targets that are down."""

    live: Answers
    recalled: tuple[Recalled, ...] = ()
    last_scrapes: Mapping[TargetLabels, float] = {}


def numbers(answers: Answers, name: str, key: Callable[[Any], Key]) -> dict[Key, float]:
    """The numbers of one query by key; NaN and infinities are not measurements and left out."""
    samples = answers.get(name, ())
    try:
        # hundreds of thousands a round: a call for each would be half the time
        return {
            key(sample.metric): number
            for sample in samples
            if isfinite(number := float(sample.value[1]))
        }
    except ValueError:
        # says which one is no number
        return {key(sample.metric): sample.number for sample in samples}
