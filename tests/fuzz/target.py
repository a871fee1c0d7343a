"""What a fuzzer is: a parser, valid inputs, and what it may raise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """`call` gets one input. Raising anything but `refusals` is a crash; its answer (a number
    or a short text) is only used to see that an input did something new. Inputs of a `json`
    target are spoilt as trees too, so that most of them stay valid JSON.
    """

    call: Callable[[bytes], object]
    seeds: Sequence[bytes]
    refusals: tuple[type[Exception], ...] = ()
    json: bool = False


#: The targets of one fuzzer by name.
Targets = Mapping[str, Target]
