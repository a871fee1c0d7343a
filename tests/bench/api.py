"""`python -m tests.bench.api`: what the API costs at the scales it is made for.

A synthetic fleet is scraped by a real Prometheus; everything runs on free ports and is removed.
`--hosts` and `--only` choose a piece that fits into a short quiet window. Processor seconds are
what counts on a shared machine; times are given with those of the smallest answer of the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from stack.terminal import say, step
from tests.bench import synthetic, usage
from tests.bench.stage import INTERVAL, Stage, api, fleet
from tests.bench.table import Row, below, render
from tests.bench.usage import Meter
from tests.bench.watchers import Watchers, echo

PARTS = (
    "round", "without-processes", "answers", "search", "history", "delta", "live", "tunnels",
    "memory",
)  # fmt: skip
REQUESTS = 200
SUBSCRIBERS, TUNNELS = 500, 1000
MEGABYTE = 1_000_000
#: What a round may cost: seconds of the API's and of the backend's processor time.
ROUND_API, ROUND_BACKEND = 1.0, 6.0
#: The same of containers and edges alone.
LEAN_API, LEAN_BACKEND = 0.6, 4.0
#: Share of the containers that is replaced each minute while the memory is watched.
CHURN = 0.04
_VIEWS = ("hosts", "containers", "processes", "containers-by-image")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.api", description=__doc__)
    parser.add_argument("--hosts", default="10,100,1000", help="fleets to measure (10,100,1000)")
    parser.add_argument(
        "--only", choices=PARTS, nargs="+", default=list(PARTS),
        help="these parts (all), of the largest fleet; of smaller ones the round",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, default=4, help="scrape intervals in a window (4)")
    parser.add_argument("--minutes", type=float, default=15, help="to watch the memory (15)")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sizes = [int(size) for size in options.hosts.split(",")]
    rows: list[Row] = []
    for hosts in sizes:
        largest = hosts == max(sizes)
        parts = [part for part in options.only if largest or part == "round"]
        rows += _fleets(hosts, parts, options)
    say()
    say(render(rows))
    return 1 if any(row.met is False for row in rows) else 0


def _fleets(hosts: int, parts: list[str], options: argparse.Namespace) -> list[Row]:
    """A fleet as it is for most parts, one without processes, and one with churn."""
    rows: list[Row] = []
    still = [part for part in parts if part not in ("without-processes", "memory")]
    if still:
        rows += _measure(still, hosts, options.rounds)
    if "without-processes" in parts:
        rows += _measure(["round"], hosts, options.rounds, commands=0)
    if "memory" in parts:
        rows += _measure(["memory"], hosts, options.rounds, churn=CHURN, minutes=options.minutes)
    return rows


def _measure(
    parts: list[str],
    hosts: int,
    rounds: int,
    commands: int = synthetic.COMMANDS,
    churn: float = 0.0,
    minutes: float = 0.0,
) -> list[Row]:
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory(prefix="promscope-bench-api-") as name,
        fleet(Path(name), hosts, commands, churn) as stage,
    ):
        alone = 0.0
        if "round" in parts:
            time.sleep(INTERVAL)
            with step(f"{hosts} hosts: Prometheus without the API"):
                meter = Meter({"backend": stage.backend})
                time.sleep(rounds * INTERVAL)
                alone = meter.read()["backend"].cpu_seconds / rounds
        with api(Path(name), stage):
            for part in parts:
                with step(f"{hosts} hosts: {part}"):
                    match part:
                        case "round":
                            rows += _round(stage, rounds, alone)
                        case "memory":
                            rows += _memory(stage, minutes)
                        case _:
                            rows += _OF[part](stage)
    return rows


def _round(stage: Stage, rounds: int, alone: float) -> list[Row]:
    """Somebody looks at the two large views while rounds go by."""
    client = stage.client
    with Watchers(stage.url) as watchers:
        for view in ("hosts", "containers"):
            client.topology(view)
        watchers.watch([("hosts", "")], 1)
        time.sleep(INTERVAL)
        pids = {"backend": stage.backend, "web": stage.web, "graph": stage.graph}
        meter = Meter(pids)
        time.sleep(rounds * INTERVAL)
        cost = meter.read()
    own = (cost["web"].cpu_seconds + cost["graph"].cpu_seconds) / rounds
    backend = cost["backend"].cpu_seconds / rounds - alone
    what = f"round of {stage.hosts} hosts, {stage.hosts * synthetic.CONTAINERS} containers"
    api_limit, backend_limit = ROUND_API, ROUND_BACKEND
    if not stage.commands:
        what += " without processes"
        api_limit, backend_limit = LEAN_API, LEAN_BACKEND
    large = stage.hosts >= 1000
    return [
        below(f"{what}: API", own, api_limit, "s CPU") if large
        else Row(f"{what}: API", f"{own:.2f} s CPU"),
        below(f"{what}: backend's queries", backend, backend_limit, "s CPU",
              f"{alone:.2f} s without the API") if large
        else Row(f"{what}: backend's queries", f"{backend:.2f} s CPU"),
        Row(f"{what}: memory", f"web {cost['web'].resident_bytes / MEGABYTE:.0f} MB, graph"
            f" {cost['graph'].resident_bytes / MEGABYTE:.0f} MB"),
    ]  # fmt: skip


def _timed(ask: Callable[[], object], count: int = REQUESTS) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    found = []
    for _ in range(count):
        began = time.perf_counter()
        ask()
        found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found), statistics.quantiles(found, n=20)[18]


def _answers(stage: Stage) -> list[Row]:
    session = requests.Session()
    session.headers["Accept-Encoding"] = "gzip"

    def get(path: str) -> Callable[[], bytes]:
        def ask() -> bytes:
            # as it comes, compressed
            body: bytes = session.get(f"{stage.url}{path}", stream=True, timeout=60).raw.read()
            return body

        return ask

    _, bare = _timed(get("/-/healthy"))
    rows = [Row("a bare Flask route of the same server, p95", f"{bare:.1f} ms")]
    for what, view, limit in (
        ("landing view", "hosts", 50.0), ("all containers, compressed", "containers", 300.0),
    ):  # fmt: skip
        size = len(get(f"/api/v1/topology/{view}")())
        middle, high = _timed(get(f"/api/v1/topology/{view}"))
        allowed = max(limit, 3 * bare)
        note = f"p50 {middle:.1f} ms, {size / 1000:.0f} kB"
        rows.append(below(f"{what}: p95 of {REQUESTS}", high, allowed, "ms", note))
    return rows


def _search(stage: Stage) -> list[Row]:
    client = stage.client
    words = iter(f"service-{n % 10} host-{n % stage.hosts}" for n in range(10_000))
    client.json("/api/v1/search", q="shop")
    middle, high = _timed(lambda: client.json("/api/v1/search", q=next(words)))
    return [below(f"search: p95 of {REQUESTS}", high, 50, "ms", f"p50 {middle:.1f} ms")]


def _history(stage: Stage) -> list[Row]:
    """A moment that nobody has asked for, beyond what Prometheus itself takes for the queries."""
    client = stage.client
    taken_at: float = client.json("/api/v1/topology")["taken_at"]
    meter = Meter({"backend": stage.backend, "graph": stage.graph})
    began = time.perf_counter()
    client.json("/api/v1/topology/containers", at=str(taken_at - 2 * INTERVAL))
    seconds = time.perf_counter() - began
    cost = meter.read()
    queries = cost["backend"].cpu_seconds
    graph = cost["graph"].cpu_seconds
    note = f"{seconds:.1f} s in all, backend {queries:.1f} s CPU, graph {graph:.1f} s CPU"
    return [below("history: beyond the backend's CPU time", seconds - queries, 2.0, "s", note)]


def _delta(stage: Stage) -> list[Row]:
    """The update of numbers of 500 nodes."""
    client = stage.client
    hosts = [f'host:"host-{n}"' for n in range(min(50, stage.hosts))]
    text = " OR ".join(hosts)
    view = client.json("/api/v1/topology/containers", filter=text)
    before = {node["id"]: node["metrics"] for node in view["nodes"]}
    sizes = []
    for _ in range(2):
        time.sleep(INTERVAL)
        view = client.json("/api/v1/topology/containers", filter=text)
        changed = {
            node["id"]: node["metrics"]
            for node in view["nodes"]
            if before.get(node["id"]) != node["metrics"]
        }
        edges = {edge["id"]: edge["bytes_per_second"] for edge in view["edges"]}
        body = json.dumps({"nodes": changed, "edges": edges}).encode()
        sizes.append(len(gzip.compress(body, 1)))
        before = {node["id"]: node["metrics"] for node in view["nodes"]}
    note = f"{len(before)} nodes, {len(view['edges'])} edges"
    return [below("numbers of a 500-node view per refresh", max(sizes) / 1000, 60, "kB", note)]


def _topics() -> list[tuple[str, str]]:
    """20 different views and filters."""
    parts = ["", *(f"service-{n}" for n in range(4))]
    return [(view, text) for view in _VIEWS for text in parts][:20]


def _live(stage: Stage) -> list[Row]:
    """A container starts, and one with connections goes."""
    echoes = asyncio.run(echo(REQUESTS, 2000))
    bare = 1000 * statistics.quantiles(echoes, n=20)[18]
    starts: list[float] = []
    ends: list[float] = []
    with Watchers(stage.url) as watchers:
        host = synthetic.host_id(0)
        watchers.tunnels([host], stage.secret)
        watchers.watch(_topics(), SUBSCRIBERS)
        for number in range(5):
            starts += watchers.event(host, f"f{number:011x}")
        for number in range(5):
            ends += watchers.event(host, synthetic.container_id(0, number), gone=True)
    rows = []
    for what, found in (("a container starts", starts), ("one with connections goes", ends)):
        if len(found) < 2:
            rows.append(Row(f"live event, {what}", "no subscriber was told", "", False))
            continue
        high = 1000 * statistics.quantiles(found, n=20)[18]
        middle = 1000 * statistics.median(found)
        note = f"p50 {middle:.0f} ms, {len(found)} messages, a bare echo {bare:.1f} ms"
        row = f"live event, {what}, {SUBSCRIBERS} subscribers: p95"
        rows.append(below(row, high, max(250, 3 * bare), "ms", note))
    return rows


def _tunnels(stage: Stage) -> list[Row]:
    with Watchers(stage.url) as watchers:
        watchers.tunnels([synthetic.host_id(n) for n in range(TUNNELS)], stage.secret)
        watchers.watch([("hosts", "")], SUBSCRIBERS)
        time.sleep(INTERVAL)
        meter = Meter({"web": stage.web})
        time.sleep(2 * INTERVAL)
        cost = meter.read()["web"]
    what = f"{TUNNELS} idle tunnels and {SUBSCRIBERS} subscribers"
    return [
        below(f"{what}: web process", cost.resident_bytes / MEGABYTE, 300, "MB"),
        below(f"{what}: web process", 100 * cost.core_share, 10, "% of a core"),
    ]


def _memory(stage: Stage, minutes: float) -> list[Row]:
    """Resident memory at the end, and its slope over the second half."""
    samples: dict[str, list[tuple[float, float]]] = {"web": [], "graph": []}
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        for name, pid in (("web", stage.web), ("graph", stage.graph)):
            used = usage.now(pid)
            samples[name].append((used.at / 3600, used.resident_bytes / MEGABYTE))
        stage.client.topology("containers")
        time.sleep(INTERVAL)
    rows = []
    for name, limit in (("web", 250), ("graph", 450)):
        half = samples[name][len(samples[name]) // 2 :]
        slope, _ = statistics.linear_regression(*zip(*half, strict=True))
        what = f"{name} after {minutes:g} min in which {CHURN:.0%} were replaced each minute"
        rows.append(below(what, half[-1][1], limit, "MB", f"{slope:+.1f} MB/h"))
    return rows


#: What needs no more than the fleet as it is; "round" wants Prometheus' own share first.
_OF: dict[str, Callable[[Stage], list[Row]]] = {
    "answers": _answers,
    "search": _search,
    "history": _history,
    "delta": _delta,
    "live": _live,
    "tunnels": _tunnels,
}

if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main())
