"""The loop: spoil an input, give it to a target, keep what did something new."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.fuzz import trees
from tests.fuzz.mutation import Mutator
from tests.fuzz.target import Target, Targets

#: One input takes less than a millisecond; one that takes this long hangs.
HANG_SECONDS = 60
_MAX_KEPT = 400


class Hang(Exception):
    """An input was not done with in HANG_SECONDS."""


@dataclass(frozen=True, slots=True)
class Crash:
    """An input, as small as it could be made, that made a target raise what it must not."""

    target: str
    data: bytes
    error: BaseException


def crash(target: Target, data: bytes) -> BaseException | None:
    """What `data` makes the target raise though it must not."""
    outcome = _outcome(target, data)
    return outcome if isinstance(outcome, BaseException) else None


def fuzz(targets: Targets, seed: int, seconds: float) -> tuple[int, Crash | None]:
    """How many inputs were tried within the time, and the first crash."""
    source = random.Random(seed)
    mutator = Mutator(source)
    kept = {name: list(target.seeds) for name, target in targets.items()}
    seen = {name: set[object]() for name in targets}
    names = list(targets)
    end = time.monotonic() + seconds
    tried = 0
    while time.monotonic() < end:
        name = source.choice(names)
        target, inputs = targets[name], kept[name]
        data = _input(source, mutator, target, inputs)
        outcome = _outcome(target, data)
        tried += 1
        if isinstance(outcome, BaseException):
            return tried, Crash(name, _smaller(target, data, type(outcome)), outcome)
        if outcome not in seen[name] and len(inputs) < _MAX_KEPT:
            seen[name].add(outcome)
            inputs.append(data)
    return tried, None


def _input(
    source: random.Random, mutator: Mutator, target: Target, inputs: Sequence[bytes]
) -> bytes:
    data = source.choice(inputs)
    if target.json and source.random() < 0.8:
        with suppress(ValueError, RecursionError):
            return trees.spoil(source, data)
    return mutator.spoil(data, source.choice(inputs))


def _outcome(target: Target, data: bytes) -> object:
    try:
        with _alarm():
            return target.call(data)
    except target.refusals as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        return type(error), place.tb_lineno if place else 0
    except Exception as error:  # noqa: BLE001 - any other one is what is looked for
        return error


def _smaller(target: Target, data: bytes, kind: type[BaseException]) -> bytes:
    step = max(1, len(data) // 2)
    while step:
        at = 0
        while at < len(data):
            shorter = data[:at] + data[at + step :]
            if type(_outcome(target, shorter)) is kind:
                data = shorter
            else:
                at += step
        step //= 2
    return data


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hang(f"not done after {HANG_SECONDS} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(HANG_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
