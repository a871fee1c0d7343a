"""`python -m tests.bench`: start everything, load it, measure, print one table, remove it all."""

from __future__ import annotations

import argparse
import gzip
import os
import signal
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import requests

from demo import image
from demo.shop import Shop
from stack import engine
from stack.places import State
from stack.refusal import Refusal
from stack.terminal import complain, say, step
from tests.acceptance import accuracy
from tests.acceptance.accuracy import Reading
from tests.acceptance.product import Product, free_port
from tests.acceptance.traffic import Traffic
from tests.bench import latency, usage
from tests.bench.latency import CHANGES, Latency
from tests.bench.load import CONNECTIONS, PROCESSES, Load
from tests.bench.table import Row, below, render
from tests.bench.usage import Cost, Meter

SHOP = "t-bench-shop"
RUNS = 20
SCRAPE_SECONDS = 15
#: Before the window: two scrapes, so that start-up is not in it.
WARM_UP_SECONDS = 35
BASELINE_SECONDS = 30
MEGABYTE = 1_000_000


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="length of the window (5)")
    parser.add_argument("--quick", action="store_true", help="a window of 60 seconds")
    options = parser.parse_args(arguments)
    seconds = 60 if options.quick else round(options.minutes * 60)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as everything:
            rows = _measure(everything, seconds)
        say()
        say(render(rows))
    except Refusal as refusal:
        complain(str(refusal))
        return 1
    except KeyboardInterrupt:
        complain("Interrupted; what was started is removed.")
        return 1
    return 1 if any(row.met is False for row in rows) else 0


def _measure(everything: ExitStack, seconds: int) -> list[Row]:
    folder = Path(everything.enter_context(tempfile.TemporaryDirectory(prefix="promscope-bench-")))
    everything.enter_context(engine.running())
    shop = Shop(SHOP, free_port())
    everything.callback(shop.down)
    shop.up()
    with step(f"{PROCESSES} idle processes and {CONNECTIONS} open loopback connections"):
        everything.enter_context(Load())
    dockerd = usage.named("dockerd")
    engine_pids = {"dockerd": dockerd} if dockerd else {}
    with step(f"the Docker Engine alone, {BASELINE_SECONDS} s"):
        meter = Meter(engine_pids)
        time.sleep(BASELINE_SECONDS)
        alone = meter.read()
    product = everything.enter_context(Product(folder / "state", interval=f"{SCRAPE_SECONDS}s"))
    assert product.exporter.pid is not None
    assert product.api.pid is not None
    with step(f"warming up, {WARM_UP_SECONDS} s"):
        time.sleep(WARM_UP_SECONDS)
    web = product.api.pid
    graphs = {f"graph {n or ''}".strip(): pid for n, pid in enumerate(usage.children(web))}
    with step(f"measuring, {seconds} s"):
        meter = Meter({"probe": product.exporter.pid, "web": web, **graphs, **engine_pids})
        readings = accuracy.read(product.backend, Traffic(shop), seconds)
        costs = meter.read()
    with step(f"{RUNS} containers run, paused, resumed, stopped and removed"):
        latencies = latency.measure(product, image.make(_packages()), RUNS)
    return [
        _machine(product),
        *_probe(costs["probe"], seconds),
        *_page(product, costs["probe"]),
        *_engine(alone, costs),
        *_api(costs),
        *_quickness(latencies),
        *_bytes(Traffic(shop), readings),
    ]


def _packages() -> Path:
    return State.of().folder.resolve() / "demo-packages"


def _machine(product: Product) -> Row:
    """What else is there: everything on this machine is the probe's work too."""
    containers = product.backend.query("count(promscope_container_info)")[0]["value"][1]
    processes = sum(1 for name in Path("/proc").iterdir() if name.name.isdigit())
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return Row(
        "this machine",
        f"{os.cpu_count()} cores",
        note=f"{containers} containers, {processes} processes, load average {load}",
    )


def _probe(cost: Cost, seconds: int) -> list[Row]:
    return [
        below(
            f"probe CPU over {seconds} s, of one core",
            cost.core_share * 100,
            1,
            "%",
            "Weave Scope's probe at this load: 14.5 %",
        ),
        below(
            "probe RSS at the end",
            cost.resident_bytes / MEGABYTE,
            60,
            "MB",
            f"peak {cost.peak_bytes / MEGABYTE:.1f} MB; Weave Scope's probe: 211 MB",
        ),
    ]


def _page(product: Product, cost: Cost) -> list[Row]:
    page = requests.get(f"http://{product.exporter_address}/metrics", timeout=15).content
    series = sum(1 for line in page.splitlines() if line and not line.startswith(b"#"))
    durations = product.backend.query(
        "avg_over_time(promscope_scrape_collector_duration_seconds[5m])"
    )
    slowest = sorted((float(one["value"][1]), one["metric"]["collector"]) for one in durations)
    packed = len(gzip.compress(page, 1))
    return [
        Row("CPU per scrape", f"{cost.core_share * SCRAPE_SECONDS * 1000:.0f} ms", "", None,
            "live events and heartbeats included"),
        Row("scrape", f"{series} series", "", None,
            f"{len(page) / 1000:.0f} kB, {packed / 1000:.0f} kB gzip"),
        Row("time in the collectors", f"{sum(one for one, _ in slowest) * 1000:.0f} ms", "", None,
            ", ".join(f"{name} {one * 1000:.0f} ms" for one, name in reversed(slowest[-4:]))),
    ]  # fmt: skip


def _engine(alone: dict[str, Cost], costs: dict[str, Cost]) -> list[Row]:
    return [
        Row(
            f"CPU added to {name}, of one core",
            f"{(costs[name].core_share - before.core_share) * 100:.2f} %",
            note=f"{before.core_share * 100:.2f} % without the probe; Weave Scope added 5 %",
        )
        for name, before in alone.items()
    ]


def _api(costs: dict[str, Cost]) -> list[Row]:
    return [
        Row(
            f"API {name}",
            f"{cost.resident_bytes / MEGABYTE:.1f} MB",
            note=f"{cost.core_share * 100:.2f} % of one core",
        )
        for name, cost in costs.items()
        if name == "web" or name.startswith("graph")
    ]


def _quickness(latencies: list[Latency]) -> list[Row]:
    measured = {
        "docker run returned → running in the API": [one.rest for one in latencies],
        "docker run returned → running on the socket": [one.socket for one in latencies],
        "docker run returned → running on the page": [one.page for one in latencies],
        **{
            f"docker {command} returned → {state or 'gone'} in the API": [
                one.changes[command] for one in latencies
            ]
            for command, state in CHANGES.items()
        },
    }
    return [
        below(
            what,
            max(values) * 1000,
            1000,
            "ms",
            f"worst of {len(values)}, median {statistics.median(values) * 1000:.0f} ms;"
            " below zero: before it returned",
        )
        for what, values in measured.items()
    ]


def _bytes(traffic: Traffic, readings: list[Reading]) -> list[Row]:
    return [
        below(
            f"{traffic.words({one.link}).replace(SHOP + '-', '')} {one.way}",
            one.error * 100,
            2,
            "%",
            f"{one.measured:.0f} of {one.truth:.0f} bytes in {one.seconds:.0f} s",
        )
        for one in readings
    ]


if __name__ == "__main__":
    sys.exit(main())
