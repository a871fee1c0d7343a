"""The recent past of a node."""

from __future__ import annotations

import pytest

from promscope_api.graph.model import Limits
from promscope_api.graph.sparklines import MAX_SECONDS, Sparklines, UnknownRange
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.queries import Scope
from tests.fleet.link import Backend
from tests.fleet.snapshots import HOST, cid


def sparklines(backend: Backend, now: float = 10_007.0) -> Sparklines:
    return Sparklines(backend, Scope(15.0), lambda: now)  # type: ignore[arg-type]


def test_steps_are_multiples_of_fifteen_seconds_and_gaps_are_null() -> None:
    history = sparklines(Backend()).of(cid(1), 60, Limits(cpu=2.0))
    assert (history.start, history.end, history.step) == (9945, 10_005, 15)
    cpu = history.series[0]
    assert cpu.points == [
        (9945, 1.5), (9960, None), (9975, None), (9990, None), (10_005, None),
    ]  # fmt: skip
    assert (cpu.name, cpu.unit, cpu.limit) == ("cpu", "cores", 2.0)


def test_each_line_carries_its_promql() -> None:
    backend = Backend()
    history = sparklines(backend).of(cid(1), 900, Limits())
    assert [line.promql for line in history.series] == [asked[0] for asked in backend.asked]
    assert all('container_id="000000000001"' in line.promql for line in history.series)
    names = {line.name for line in history.series}
    assert {"cpu", "memory", "network_receive", "disk_write"} <= names


@pytest.mark.parametrize("node", [HOST, f"processes:{cid(1)}:redis", "external:203.0.113.9"])
def test_other_kinds(node: str) -> None:
    assert sparklines(Backend()).of(node, 60, Limits()).series


def test_kinds_without_a_past() -> None:
    assert sparklines(Backend()).of("internet", 60, Limits()).series == []


def test_same_step_is_asked_once() -> None:
    backend = Backend()
    lines = sparklines(backend)
    first = lines.of(cid(1), 60, Limits())
    asked = len(backend.asked)
    assert lines.of(cid(1), 60, Limits()) is first
    assert len(backend.asked) == asked
    lines.of(cid(2), 60, Limits())
    assert len(backend.asked) == 2 * asked


def test_what_is_kept_is_bounded() -> None:
    lines = sparklines(Backend())
    for number in range(300):
        lines.of(cid(number), 60, Limits())
    assert len(lines._kept) <= 256


@pytest.mark.parametrize("seconds", [0, 59, MAX_SECONDS + 1])
def test_range_has_bounds(seconds: int) -> None:
    with pytest.raises(UnknownRange, match="between"):
        sparklines(Backend()).of(cid(1), seconds, Limits())


def test_backend_errors_are_handed_on() -> None:
    backend = Backend()
    backend.error = BadAnswer("too many samples")
    with pytest.raises(BadAnswer, match="too many"):
        sparklines(backend).of(cid(1), 60, Limits())
