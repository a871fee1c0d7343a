"""`python -m tests.bench.probe`: what the probe alone costs, at the scales it is made for."""

from __future__ import annotations

import argparse
import gzip
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
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
from tests.bench import payload, usage
from tests.bench.crowd import Crowd
from tests.bench.simulated import Simulated
from tests.bench.table import Row, below, render
from tests.bench.usage import Cost, Meter
from tests.bench.watching import watching

SCRAPE_SECONDS = 15
#: Before a window: two scrapes, so that start-up is not in it.
WARM_UP_SECONDS = 35
WINDOWS = 3
CHURN_SECONDS = 10
MEGABYTE = 1_000_000
ENGINE = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")

#: The budget that an exporter has as a rule, for what is above its ordinary scale.
_AS_SET = ("--cpu.budget=5",)

#: Takes the name of the image and the seconds of the longest window.
Part = Callable[[str, int], list[Row]]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.probe", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="of the longest window (10)")
    parser.add_argument(
        "--only", choices=PARTS, nargs="+", default=list(PARTS), help="these parts (all)"
    )
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rows: list[Row] = []
    try:
        with ExitStack() as everything:
            everything.enter_context(engine.running())
            name = image.make(State.of().folder.resolve() / "demo-packages")
            for part in chosen.only:
                rows += PARTS[part](name, round(chosen.minutes * 60))
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
def _probe(*flags: str) -> Iterator[Product]:
    """All of the product: events go through the tunnel to somebody who watches all of them, and
    somebody scrapes. No budget holds the probe back unless a flag says so: what it would use is
    what is asked."""
    with (
        tempfile.TemporaryDirectory(prefix="promscope-bench-") as folder,
        Product(
            Path(folder) / "state", interval=f"{SCRAPE_SECONDS}s", exporter_flags=flags
        ) as product,
    ):
        with step(f"warming up, {WARM_UP_SECONDS} s"):
            time.sleep(WARM_UP_SECONDS)
        with watching(product.client()):
            yield product


@contextmanager
def _crowd(name: str) -> Iterator[Crowd]:
    with Crowd(name) as crowd:
        with step("100 containers, 1,000 processes, 5,000 connections"):
            crowd.talking(50, 5000)
            crowd.idle(49, 18)
        yield crowd


@contextmanager
def _simulated(containers: int, *, namespaces: bool = False) -> Iterator[Simulated]:
    with (
        tempfile.TemporaryDirectory(prefix="promscope-bench-") as folder,
        Simulated(Path(folder), namespaces=namespaces) as simulated,
    ):
        simulated.add(containers)
        yield simulated


def _both(simulated: Simulated) -> tuple[str, str]:
    return f"--docker.host={ENGINE}", f"--docker.host={simulated.address}"


def _measured(product: Product, seconds: float) -> Cost:
    assert product.exporter.pid is not None
    meter = Meter({"probe": product.exporter.pid})
    time.sleep(seconds)
    return meter.read()["probe"]


def _at_scale(name: str, seconds: int) -> list[Row]:
    with _crowd(name), _probe() as product:
        with step(f"measuring, {seconds} s"):
            cost = _measured(product, seconds)
        return [
            _cpu("CPU, 100 containers, 1,000 processes, 5,000 connections", cost, 2),
            _memory("RSS at that scale", cost, 60),
            *_scrape(product, cost),
        ]


def _churn(name: str, seconds: int) -> list[Row]:
    """At that scale, a real container every 10 s and a simulated one every second."""
    with (
        _crowd(name),
        _simulated(10) as simulated,
        Scratch(name, "t-crowd-churn-") as churn,
        _probe(*_both(simulated)) as product,
    ):
        first = _measured(product, 0.1)
        with step(f"containers that come and go, {seconds} s"):
            for _ in range(max(1, round(seconds / CHURN_SECONDS))):
                churn.run("--rm", command=f"exec sleep {CHURN_SECONDS}")
                simulated.turn(1, CHURN_SECONDS)
        last = _measured(product, 0.1)
    slope = (last.resident_bytes - first.resident_bytes) / MEGABYTE / (seconds / 3600)
    return [
        _memory(f"RSS after {seconds} s of churn", last, 60),
        Row("its slope", f"{slope:+.1f} MB an hour", note="in the first minutes caches fill"),
    ]


def _engine_cost(name: str, seconds: int) -> list[Row]:
    with _crowd(name):
        return _added_to_engine(min(seconds / 2, 300))


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
    with Crowd(name) as crowd, _simulated(450) as simulated:
        with step("50,000 connections in 20 network namespaces, 3,000 processes, 500 containers"):
            crowd.looping(20, 50_000)
            crowd.idle(30, 85)
        with _probe(*_both(simulated), *_AS_SET) as product:
            with step(f"measuring, {min(seconds, 300)} s"):
                cost = _measured(product, min(seconds, 300))
            step_now = _ladder(product)
    what = "CPU, 50,000 connections in 20 namespaces, 3,000 processes, 500 containers"
    return [
        _cpu(what, cost, 5, step_now),
        _memory("RSS at that scale", cost, 100),
    ]


def _namespaces(name: str, seconds: int) -> list[Row]:
    with Crowd(name) as crowd, _simulated(450, namespaces=True) as simulated:
        with step("10,000 connections in 50 of 500 network namespaces"):
            crowd.looping(50, 10_000)
        with _probe(*_both(simulated), *_AS_SET) as product:
            with step(f"measuring, {min(seconds, 300)} s"):
                cost = _measured(product, min(seconds, 300))
            step_now = _ladder(product)
    return [
        _cpu("CPU, 500 network namespaces, 10,000 connections in 50 of them", cost, 5, step_now),
        _memory("RSS at that scale", cost, 100),
    ]


def _ladder(product: Product) -> str:
    name = "promscope_exporter_scrapes_per_read "
    found = next(line for line in product.metrics().splitlines() if line.startswith(name))
    return f"edges and processes read at every {found.removeprefix(name)} scrape(s)"


def _bytes(name: str, _: int) -> list[Row]:
    return payload.rows(name)


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


PARTS: dict[str, Part] = {
    "scale": _at_scale,
    "engine": _engine_cost,
    "churn": _churn,
    "visitors": _visitors,
    "fifty-thousand": _fifty_thousand,
    "namespaces": _namespaces,
    "bytes": _bytes,
}

if __name__ == "__main__":
    sys.exit(main())
