"""What Prometheus answers, parsed into only the labels that are needed.

The shape is that of /api/v1/query and /api/v1/query_range
(prometheus.io/docs/prometheus/latest/querying/api). Unknown labels and fields are skipped while
parsing, which is three times faster than keeping them.
"""

from __future__ import annotations

from threading import Lock
from typing import Any, Generic, TypeVar

import msgspec

Labels = TypeVar("Labels")


class BadAnswer(Exception):
    """Prometheus did not give a usable answer; the message says why and what to look at."""


class Sample(msgspec.Struct, Generic[Labels], gc=False):
    """One series of an instant vector: its labels and (Unix seconds, number as text)."""

    metric: Labels
    value: tuple[float, str]

    @property
    def number(self) -> float:
        """Raises BadAnswer for text that is no number."""
        try:
            return float(self.value[1])
        except ValueError:
            raise BadAnswer(
                f"{self.value[1][:80]!r} is not a number; is that Prometheus?"
            ) from None


class Line(msgspec.Struct, Generic[Labels], gc=False):
    """One series of a range: its labels and its samples (Unix seconds, number as text)."""

    metric: Labels
    values: list[tuple[float, str]]


class _Data(msgspec.Struct, Generic[Labels]):
    result: list[Labels]


class _Answer(msgspec.Struct, Generic[Labels]):
    status: str
    data: _Data[Labels] | None = None
    error: str = ""
    errorType: str = ""  # noqa: N815 - as Prometheus spells it


# Making a decoder of a generic type in two threads at once crashes the interpreter (msgspec 0.22).
_making = Lock()
_made: dict[Any, msgspec.json.Decoder[Any]] = {}


def decoder(item: type[Labels]) -> msgspec.json.Decoder[_Answer[Labels]]:
    """A decoder of answers whose result is a list of `item` (a Sample[…] or Line[…]); the same
    one each time. Thread-safe.
    """
    with _making:
        if item not in _made:
            _made[item] = msgspec.json.Decoder(_Answer[item])  # type: ignore[valid-type]
        return _made[item]


def sample_decoder(labels: type[Any]) -> msgspec.json.Decoder[_Answer[Sample[Any]]]:
    """A decoder of instant vectors of these labels. Thread-safe."""
    with _making:
        kind = Sample[labels]  # type: ignore[valid-type]
    return decoder(kind)


def parse(body: bytes, using: msgspec.json.Decoder[_Answer[Labels]]) -> list[Labels]:
    """The series of an answer. Raises BadAnswer for an error answer or anything else."""
    try:
        answer = using.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadAnswer(
            f"the answer is not Prometheus' JSON ({error}); is --prometheus.url right?"
        ) from error
    if answer.status != "success" or answer.data is None:
        raise BadAnswer(f"Prometheus refused a query: {answer.error or answer.status}"[:500])
    return answer.data.result
