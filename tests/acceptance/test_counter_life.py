"""Counters at birth, at death and over a crash, in real Prometheus servers."""

from __future__ import annotations

import os
import signal
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from demo.engine import docker
from stack.child import Process, healthy, tail
from stack.places import script
from tests.acceptance.backend import Backend, Sample
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.acceptance.street import Street
from tests.acceptance.talker import UP

pytestmark = pytest.mark.docker

INTERVAL = "2s"
PATIENCE_SECONDS = 90
PORT = 7000
#: Exchanges a second, long enough before and after a crash.
PER_SECOND, STEADY_SECONDS = 20, 15


@dataclass
class Watch:
    """A probe and two servers that scrape it."""

    street: Street
    server: str
    exporter: Process
    backends: tuple[Backend, Backend]

    @property
    def ip(self) -> str:
        return self.street.addresses(self.server)[0]

    def start(self) -> None:
        self.exporter.start()
        until(
            lambda: healthy(self.exporter.health),
            f"a healthy exporter: {tail(self.exporter.log)}",
            PATIENCE_SECONDS,
        )

    def crash(self) -> None:
        assert self.exporter.pid is not None
        os.kill(self.exporter.pid, signal.SIGKILL)
        until(self.exporter.ended, "a dead exporter")


@pytest.fixture(scope="module")
def watch(shop_image: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    folder = tmp_path_factory.mktemp("counters")
    with ExitStack() as stack:
        street = stack.enter_context(Street(shop_image))
        server, node = street.house(does=f"serve tcp:0.0.0.0:{PORT}")
        watch = Watch(street, server, _exporter(folder), _backends(stack, folder))
        stack.callback(watch.exporter.stop)
        watch.start()
        for backend in watch.backends:
            known = f'promscope_endpoint_info{{owner="{node}"}}'
            until(lambda b=backend, q=known: b.query(q), "the server's address", PATIENCE_SECONDS)  # type: ignore[misc]
        yield watch


def _exporter(folder: Path) -> Process:
    port = free_port()
    flags = (f"--web.listen-address=127.0.0.1:{port}", f"--scrape.interval={INTERVAL}")
    command = [script("promscope-exporter"), *flags, "--cpu.budget=0"]
    folder.joinpath("target").write_text(f"127.0.0.1:{port}")
    return Process("exporter", command, folder / "log", f"http://127.0.0.1:{port}/-/healthy")


def _backends(stack: ExitStack, folder: Path) -> tuple[Backend, Backend]:
    target = folder.joinpath("target").read_text()
    made = []
    for replica in ("one", "two"):
        backend = Backend(folder / replica, free_port(), [target], INTERVAL, replica)
        stack.callback(backend.stop)
        backend.start()
        made.append(backend)
    return made[0], made[1]


def number(backend: Backend, promql: str) -> float:
    """The one value of a query; NaN is none yet."""
    return next((float(one["value"][1]) for one in backend.query(promql)), float("nan"))


def test_a_container_of_three_seconds_is_exact_for_every_server_that_scrapes(watch: Watch) -> None:
    errands = [watch.street.errand("tcp", watch.ip, PORT, 100, "stream", seconds=2) for _ in "123"]
    for _, node in errands:
        counter = f'promscope_edge_transmit_bytes_total{{source="{node}"}}[10m]'
        rise = f"sum(max_over_time({counter}) - min_over_time({counter}))"
        for backend in watch.backends:
            until(
                lambda b=backend, q=rise: number(b, q) == pytest.approx(100 * UP, rel=0.001),  # type: ignore[misc]
                "1 MB",
                PATIENCE_SECONDS,
                0.5,
            )
            assert number(backend, f"sum(increase({counter}))") > 0


def test_a_crash_under_load_neither_counts_twice_nor_makes_a_spike(watch: Watch) -> None:
    """What passes between the last scrape before and the first after it is nobody's to count."""
    flood, node = watch.street.house(does=f"flood {watch.ip} {PORT} {PER_SECOND}")
    steady = STEADY_SECONDS * PER_SECOND * UP
    until(lambda: _rise(watch, node) > steady, "steady traffic", PATIENCE_SECONDS, 1)
    before = len(_samples(watch, node))
    watch.crash()
    watch.start()
    reset = until(lambda: _reset(_samples(watch, node)), "a new counter", PATIENCE_SECONDS, 1)
    assert reset >= before - 1
    until(lambda: _samples(watch, node)[-1].value > steady, "traffic after it", PATIENCE_SECONDS, 1)
    samples = _samples(watch, node)
    # a scrape has the time of its request; the probe looks between that and its answer
    slowest = number(watch.backends[0], "max(max_over_time(scrape_duration_seconds[10m]))")
    until(lambda: _log(flood)[0][-1] > samples[-1].at + slowest, "its log", PATIENCE_SECONDS)
    moments, totals = _log(flood)

    def sent(moment: float) -> int:
        return totals[bisect_right(moments, moment) - 1] * UP

    told = least = most = 0.0
    for life in (samples[:reset], samples[reset:]):
        first, *_, last = [sample for sample in life if sample.value]
        told += last.value - first.value
        least += sent(last.at) - sent(first.at + slowest)
        most += sent(last.at + slowest) - sent(first.at)
    assert least * 0.98 <= told <= most * 1.02
    rises = [max(0.0, later.value - one.value) for one, later in pairwise(samples)]
    assert max(rises) < steady, "a spike"


def _samples(watch: Watch, node: str) -> list[Sample]:
    """What was scraped of the edge, which one process alone makes: a probe that begins on a busy
    machine may not find out which."""
    totals: dict[float, float] = {}
    edge = f'promscope_edge_transmit_bytes_total{{source="{node}"}}'
    for _, samples in watch.backends[0].samples(edge, 600):
        for sample in samples:
            totals[sample.at] = totals.get(sample.at, 0.0) + sample.value
    return [Sample(at, value) for at, value in sorted(totals.items())]


def _rise(watch: Watch, node: str) -> float:
    samples = _samples(watch, node)
    return samples[-1].value - samples[0].value if samples else 0.0


def _reset(samples: list[Sample]) -> int | None:
    """Where the counter begins anew."""
    falls = (n for n, (one, later) in enumerate(pairwise(samples), 1) if later.value < one.value)
    return next(falls, None)


def _log(flood: str) -> tuple[list[float], list[int]]:
    """Unix seconds and the number of exchanges by then."""
    lines = [line.split() for line in docker("logs", flood).splitlines()]
    return [float(at) for at, _ in lines], [int(total) for _, total in lines]
