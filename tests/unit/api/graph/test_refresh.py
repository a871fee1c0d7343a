"""One round of queries: all asked, targets that are down remembered as of their last scrape."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from promscope_api.graph.refresh import Refresher
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.client import Unreachable
from promscope_api.prometheus.queries import Scope

Vector = list[tuple[dict[str, str], float]]
PLACE = {"job": "promscope", "instance": "box:10180"}
HOST = {**PLACE, "host_id": "aa", "hostname": "box"}
INFO = {**PLACE, "container_id": "1" * 12, "name": "web"}
NODE = "container:" + "1" * 12


class Prometheus:
    """Answers each query by the first family it names; `now` and `then` are two moments."""

    def __init__(self) -> None:
        self.now: dict[str, Vector] = {
            "up and on": [(PLACE, 1)],
            "last_over_time(promscope_host_info": [(HOST, 1)],
            "timestamp(promscope_inventory": [({**PLACE, "epoch": "e"}, 1000.0)],
            "promscope_inventory_sequence": [({**PLACE, "epoch": "e"}, 3)],
            "promscope_container_info": [(INFO, 1)],
        }
        self.then: dict[str, Vector] = {}
        self.asked: list[tuple[str, float | None]] = []
        self.error: BadAnswer | None = None
        self.collecting: set[bool] = set()

    def query(self, promql: str, at: float | None = None) -> bytes:
        self.asked.append((promql, at))
        self.collecting.add(gc.isenabled())
        if self.error is not None:
            raise self.error
        found: Vector = []
        moment = self.now if at is None else self.then
        for text, vector in moment.items():
            if text in promql:
                found = vector
                break
        result = [{"metric": labels, "value": [0, str(value)]} for labels, value in found]
        return json.dumps({"status": "success", "data": {"result": result}}).encode()

    def close(self) -> None: ...


@contextmanager
def refresher(prometheus: Prometheus) -> Iterator[Refresher]:
    made = Refresher(prometheus, Scope(15.0))  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.close()


def test_round_becomes_a_snapshot() -> None:
    with refresher(Prometheus()) as asking:
        snapshot = asking.snapshot()
    assert snapshot.taken_at == 1000.0
    assert snapshot.hosts["host:aa"].latest.sequence == 3
    assert list(snapshot.containers) == [NODE]


def test_collector_rests_while_answers_are_parsed_and_not_after() -> None:
    prometheus = Prometheus()
    with refresher(prometheus) as asking:
        asking.snapshot()
    assert prometheus.collecting == {False}
    assert gc.isenabled()


def test_stages_are_told() -> None:
    told: list[str] = []
    made = Refresher(Prometheus(), Scope(15.0), lambda stage, _seconds: told.append(stage))  # type: ignore[arg-type]
    made.snapshot()
    made.close()
    assert told == ["query", "build"]


def test_failure_of_one_query_fails_the_round() -> None:
    prometheus = Prometheus()
    prometheus.error = Unreachable("nobody there")
    with refresher(prometheus) as asking, pytest.raises(BadAnswer, match="nobody"):
        asking.snapshot()
    assert gc.isenabled()


def down() -> Prometheus:
    made = Prometheus()
    made.now = {
        "up and on": [(PLACE, 0)],
        "last_over_time(promscope_host_info": [(HOST, 1)],
        "max_over_time(timestamp": [(PLACE, 940.0)],
    }
    made.then = {
        "timestamp(promscope_inventory": [({**PLACE, "epoch": "e"}, 940.0)],
        "promscope_inventory_sequence": [({**PLACE, "epoch": "e"}, 3)],
        "promscope_container_info": [(INFO, 1)],
    }
    return made


def test_target_that_is_down_is_remembered_as_of_its_last_scrape() -> None:
    prometheus = down()
    with refresher(prometheus) as asking:
        snapshot = asking.snapshot()
    found = snapshot.containers[NODE]
    assert not found.known
    assert snapshot.hosts["host:aa"].latest.scraped_at == 940.0
    past = [promql for promql, at in prometheus.asked if at == 940.0]
    assert past
    assert all('job="promscope",instance="box:10180"' in promql for promql in past)


def test_target_is_down_as_soon_as_its_series_are_gone_whatever_up_says() -> None:
    prometheus = down()
    prometheus.now["up and on"] = [(PLACE, 1)]
    with refresher(prometheus) as asking:
        snapshot = asking.snapshot()
    assert not snapshot.containers[NODE].known
    assert not snapshot.hosts["host:aa"].up
    assert "promscope_inventory_sequence" in snapshot.hosts["host:aa"].latest.down_reason


def test_target_that_dies_while_it_is_asked_about_is_down_in_the_whole_round() -> None:
    class Dying(Prometheus):
        def query(self, promql: str, at: float | None = None) -> bytes:
            if "inbound_receive" in promql and at is None:
                self.now, self.then = down().now, down().then
            elif "container_info" in promql and at is None:
                return b'{"status": "success", "data": {"result": []}}'
            return super().query(promql, at)

    with refresher(Dying()) as asking:
        assert not asking.snapshot().containers[NODE].known


def test_remembered_target_is_asked_about_once() -> None:
    prometheus = down()
    with refresher(prometheus) as asking:
        asking.snapshot()
        prometheus.asked.clear()
        snapshot = asking.snapshot()
    assert [at for _, at in prometheus.asked if at is not None] == []
    assert not snapshot.containers[NODE].known


def test_target_that_comes_back_is_told_by_its_scrapes_again() -> None:
    prometheus = down()
    with refresher(prometheus) as asking:
        asking.snapshot()
        prometheus.now = Prometheus().now
        snapshot = asking.snapshot()
        assert snapshot.containers[NODE].known
        prometheus.now = down().now
        prometheus.asked.clear()
        asking.snapshot()
    assert any(at == 940.0 for _, at in prometheus.asked)


def test_target_that_is_gone_longer_than_it_is_remembered_leaves_the_map() -> None:
    prometheus = down()
    with refresher(prometheus) as asking:
        asking.snapshot()
        prometheus.now = {}
        assert not asking.snapshot().containers


def test_all_queries_name_what_they_ask_for() -> None:
    prometheus = Prometheus()
    with refresher(prometheus) as asking:
        asking.snapshot()
    assert all(re.search(r"promscope_[a-z]|^ALERTS{", promql) for promql, _ in prometheus.asked)
    assert 30 < len(prometheus.asked) < 80


def test_past_moment_is_asked_as_of_then_and_leaves_no_trace() -> None:
    prometheus = down()
    prometheus.now, prometheus.then = {}, Prometheus().now
    with refresher(prometheus) as asking:
        assert list(asking.snapshot(500.0).containers) == [NODE]
        assert {at for _, at in prometheus.asked} == {500.0}
        assert not asking.snapshot().hosts
