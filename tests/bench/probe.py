"""`python -m tests.bench.probe`: what the probe alone costs, at the scales it is made for."""

from __future__ import annotations

import argparse
import gzip
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from demo import image
from stack import engine
from stack.places import State
from stack.refusal import Refusal
from stack.terminal import complain, say, step
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch
from tests.bench import usage
from tests.bench.crowd import Crowd
from tests.bench.table import Row, below, render
from tests.bench.usage import Cost, Meter

SCRAPE_SECONDS = 15
#: Before a window: two scrapes, so that start-up is not in it.
WARM_UP_SECONDS = 35
WINDOWS = 3
CHURN_SECONDS = 10
MEGABYTE = 1_000_000


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.probe", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="of the longest window (10)")
    seconds = round(parser.parse_args(arguments).minutes * 60)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rows: list[Row] = []
    try:
        with ExitStack() as everything:
            everything.enter_context(engine.running())
            name = image.make(State.of().folder.resolve() / "demo-packages")
            for part in (_at_scale, _visitors, _fifty_thousand):
                rows += part(name, seconds)
    except Refusal as refusal:
        complain(str(refusal))
        return 1
    except KeyboardInterrupt:
        complain("Interrupted; what was started is removed.")
        return 1
    finally:
        say()
        say(render(rows))
    return 1 if any(row.met is False for row in rows) else 0


@contextmanager
def _probe() -> Iterator[Product]:
    """All of the product: events go through the tunnel to somebody, and somebody scrapes."""
    with (
        tempfile.TemporaryDirectory(prefix="promscope-bench-") as folder,
        Product(Path(folder) / "state", interval=f"{SCRAPE_SECONDS}s") as product,
    ):
        with step(f"warming up, {WARM_UP_SECONDS} s"):
            time.sleep(WARM_UP_SECONDS)
        yield product


def _measured(product: Product, seconds: float) -> Cost:
    assert product.exporter.pid is not None
    meter = Meter({"probe": product.exporter.pid})
    time.sleep(seconds)
    return meter.read()["probe"]


def _at_scale(name: str, seconds: int) -> list[Row]:
    with ExitStack() as load:
        crowd = load.enter_context(Crowd(name))
        with step("100 containers, 1,000 processes, 5,000 connections"):
            crowd.talking(50, 5000)
            crowd.idle(49, 18)
        rows = _added_to_engine(min(seconds / 2, 300))
        product = load.enter_context(_probe())
        with step(f"measuring, {seconds} s"):
            cost = _measured(product, seconds)
        rows = [
            _cpu("CPU, 100 containers, 1,000 processes, 5,000 connections", cost, 2),
            _memory("RSS at that scale", cost, 60),
            *_scrape(product, cost),
            *rows,
        ]
        churn = load.enter_context(Scratch(name, "t-crowd-churn-"))
        with step(f"one more container every {CHURN_SECONDS} s, {seconds} s"):
            first = _measured(product, 0.1)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                churn.run("--rm", command=f"exec sleep {CHURN_SECONDS}")
                time.sleep(CHURN_SECONDS)
            last = _measured(product, 0.1)
        slope = (last.resident_bytes - first.resident_bytes) / MEGABYTE / (seconds / 3600)
        rows.append(_memory(f"RSS after {seconds} s of churn", last, 60))
        rows.append(Row("its slope", f"{slope:+.1f} MB an hour", note="first window: caches fill"))
    return rows


def _added_to_engine(seconds: float) -> list[Row]:
    """Windows with and without the probe take turns, so that a drift is in both."""
    pid = usage.named("dockerd")
    if pid is None:
        return []
    added = []
    for number in range(WINDOWS):
        with step(f"the engine with and without the probe, pair {number + 1} of {WINDOWS}"):
            alone = _engine(pid, seconds)
            with _probe():
                added.append(_engine(pid, seconds) - alone)
    return [
        below(
            "CPU added to dockerd, of one core",
            statistics.median(added) * 100,
            0.3,
            "%",
            f"median of {WINDOWS} pairs of {seconds:.0f} s;"
            f" {', '.join(f'{one * 100:.2f}' for one in added)}; Weave Scope added 5.1 %",
        )
    ]


def _engine(pid: int, seconds: float) -> float:
    meter = Meter({"dockerd": pid})
    time.sleep(seconds)
    return meter.read()["dockerd"].core_share


def _visitors(name: str, seconds: int) -> list[Row]:
    with Crowd(name) as crowd, _probe() as product:
        crowd.visiting(4, 200)
        with step(f"200 new connections a second, {min(seconds, 300)} s"):
            cost = _measured(product, min(seconds, 300))
    return [_cpu("CPU at 200 new connections a second", cost, 3, "Weave Scope: 14.9 %")]


def _fifty_thousand(name: str, seconds: int) -> list[Row]:
    with Crowd(name) as crowd:
        with step("50,000 connections in 20 network namespaces, 3,000 processes"):
            crowd.looping(20, 50_000)
            crowd.idle(30, 99)
        with _probe() as product, step(f"measuring, {min(seconds, 300)} s"):
            cost = _measured(product, min(seconds, 300))
    return [
        _cpu("CPU, 50,000 connections in 20 namespaces, 3,000 processes", cost, 5),
        _memory("RSS at that scale", cost, 100),
    ]


def _scrape(product: Product, cost: Cost) -> list[Row]:
    page = requests.get(f"http://{product.exporter_address}/metrics", timeout=30).content
    series = sum(1 for line in page.splitlines() if line and not line.startswith(b"#"))
    each = cost.core_share * SCRAPE_SECONDS * 1000
    size = f"{len(page) / 1000:.0f} kB, {len(gzip.compress(page, 1)) / 1000:.0f} kB gzip"
    return [
        below("CPU per scrape, events and tunnel included", each, 200, "ms"),
        Row("series of the host", str(series), note=size),
    ]


def _cpu(what: str, cost: Cost, limit: float, beside: str = "") -> Row:
    return below(f"{what}, of one core", cost.core_share * 100, limit, "%", beside)


def _memory(what: str, cost: Cost, limit: float) -> Row:
    peak = f"peak {cost.peak_bytes / MEGABYTE:.1f} MB"
    return below(what, cost.resident_bytes / MEGABYTE, limit, "MB", peak)


if __name__ == "__main__":
    sys.exit(main())
