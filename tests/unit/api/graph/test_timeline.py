"""Lifecycle events out of counters."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from promscope_api.graph.sparklines import UnknownRange
from promscope_api.graph.timeline import LISTED, Timelines
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.queries import Scope
from tests.fleet.snapshots import HOST, cid

NOW = 10_000.0
KEY = cid(1).partition(":")[2]


class Prometheus:
    """Each event's counter as (at, highest, lowest) of each step; `left`: when a host did."""

    def __init__(self, **counters: list[tuple[float, float, float]]) -> None:
        self.counters = counters
        self.left: list[float] = []
        self.asked: list[str] = []

    def query_range(self, promql: str, start: float, end: float, step: float) -> bytes:
        self.asked.append(promql)
        if "unless" in promql:
            return self._answer(
                [
                    {
                        "metric": {"host_id": "00000000000000aa", "hostname": "box"},
                        "values": [[at, "1"] for at in self.left],
                    }
                ]
            )
        of = 1 if promql.startswith("max") else 2
        result = [
            {
                "metric": {"container_id": KEY, "name": "web", "event": event},
                "values": [[point[0], str(point[of])] for point in points],
            }
            for event, points in self.counters.items()
        ]
        return self._answer(result)

    @staticmethod
    def _answer(result: list[dict[str, Any]]) -> bytes:
        return msgspec.json.encode({"status": "success", "data": {"result": result}})


def timelines(prometheus: Any) -> Timelines:
    return Timelines(prometheus, Scope(10.0), lambda: NOW)


def test_increases_are_events_the_newest_first() -> None:
    backend = Prometheus(
        start=[(9600, 1, 0), (9610, 1, 1), (9620, 3, 1)], die=[(9610, 0, 0), (9620, 1, 0)]
    )
    found = timelines(backend).of(cid(1), 600)
    assert (found.start, found.end, found.step) == (9400.0, 10_000.0, 10)
    assert [(event.at, event.event, event.count) for event in found.events] == [
        (9620, "die", 1), (9620, "start", 2), (9600, "start", 1),
    ]  # fmt: skip
    assert {event.node for event in found.events} == {cid(1)}


def test_what_was_counted_before_the_range_is_not_told_again() -> None:
    found = timelines(Prometheus(start=[(9400, 7, 7), (9410, 7, 7), (9420, 8, 7)])).of(cid(1), 600)
    assert [(event.at, event.count) for event in found.events] == [(9420, 1)]


def test_counter_of_a_restarted_probe_begins_anew() -> None:
    found = timelines(Prometheus(start=[(9400, 7, 7), (9500, 2, 0)])).of("", 600)
    assert [event.count for event in found.events] == [2]


def test_event_during_a_gap_is_told_after_it() -> None:
    found = timelines(Prometheus(die=[(9400, 1, 1), (9900, 2, 2)])).of("", 600)
    assert [(event.at, event.count) for event in found.events] == [(9900, 1)]


def test_hosts_that_left_are_told_among_the_others() -> None:
    backend = Prometheus(start=[(9600, 1, 0), (9700, 2, 1)])
    backend.left = [9650.0]
    for about in ("", HOST):
        found = timelines(backend).of(about, 600).events
        assert [(event.node, event.name, event.event, event.count) for event in found] == [
            (cid(1), "web", "start", 1), (HOST, "box", "left", 1), (cid(1), "web", "start", 1),
        ]  # fmt: skip
    assert {event.event for event in timelines(backend).of(cid(1), 600).events} == {"start"}
    some = timelines(backend).of("", 600, only={cid(1)}).events
    assert {event.event for event in some} == {"start"}


def test_list_is_bounded() -> None:
    points = [(9410.0 + number / 100, float(number), 0.0) for number in range(LISTED + 5)]
    found = timelines(Prometheus(start=points)).of("", 600)
    assert len(found.events) == LISTED
    assert found.truncated


def test_long_ranges_are_told_in_longer_steps_and_a_past_end() -> None:
    found = timelines(Prometheus()).of("", 7 * 86400, until=5000.0)
    assert found.step == 1210
    assert found.end == 4840.0


def test_only_what_is_asked_about_is_asked_for() -> None:
    backend = Prometheus()
    timelines(backend).of(cid(1), 600)
    timelines(backend).of(HOST, 600)
    assert f'container_id="{KEY}"' in backend.asked[0]
    assert 'host_id="00000000000000aa"' in backend.asked[2]


@pytest.mark.parametrize("seconds", [59, 8 * 86400])
def test_range_out_of_bounds(seconds: int) -> None:
    with pytest.raises(UnknownRange):
        timelines(Prometheus()).of("", seconds)


def test_garbage() -> None:
    class Odd:
        def query_range(self, *_: Any) -> bytes:
            return b'{"status":"success","data":{"result":[{"metric":{},"values":[[1,"x"]]}]}}'

    with pytest.raises(BadAnswer):
        timelines(Odd()).of("", 600)
