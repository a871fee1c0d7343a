"""`python -m tests.bench.ui`: what the map costs a browser.

Processor time of the renderer's main thread as the kernel accounts it, so that a busy machine and a
missing GPU change little; each figure is the median of seven pages after one that warms up. The map
alone is core on an empty page; the whole page is asked of a stand-in that answers at once.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Response

from stack import page as plugin_page
from stack.places import PAGE
from stack.terminal import say, step
from tests.bench import town
from tests.bench.big import Big
from tests.bench.table import Row, below, render
from tests.browser.chromium import LIMIT, NO_GPU, SOFTWARE_GL, chromium
from tests.browser.fixture.app import Stage
from tests.browser.serving import serving

ROUNDS = 7
FRAMES = 60
DELTAS = 10
FLOW_MS = 3000
CHANGED = 0.01
#: Long enough to tell the renderer that spins from those that are idle.
_SPIN_MS = 80


@dataclass(frozen=True, slots=True)
class Size:
    """A scale and its targets in milliseconds."""

    nodes: int
    edges: int
    namespaces: int
    first: float
    usable: float
    frame: float


SIZES = (Size(1_000, 1_800, 8, 150, 1_000, 4), Size(10_000, 20_000, 25, 350, 2_000, 8))
#: Measured on the same kind of machine, see the closing note of the map.
BESIDE = {
    "first": "cytoscape 4,173 ms, SVG 1,002, sigma 377 (10,000, positions given)",
    "pan": "sigma 1.9 and 3.7 ms, cytoscape 20 and 390",
    "flows": "sigma 6.7 ms, SVG 436 (10,000)",
    "canvas": "force-graph 227 ms (10,000)",
    "heap": "sigma 20 MB, cytoscape 122 (10,000)",
}


def main(arguments: list[str] | None = None) -> int:
    """Prints a table; 0 if every figure keeps its target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.ui", description=__doc__)
    parser.add_argument("--nodes", help="only the scale of so many nodes (1000,10000)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"pages per figure ({ROUNDS})")
    options = parser.parse_args(arguments)
    wanted = (options.nodes or "1000,10000").split(",")
    sizes = [size for size in SIZES if str(size.nodes) in wanted]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="promscope-bench-ui-") as name:
        built = Path(name)
        with step("the map alone, as a page"):
            plugin_page.npm(
                *("exec", "--", "vite", "build", "--config", "bench/vite.config.ts"),
                *("--outDir", str(built)),
            )
        for size in sizes:
            view = town.town(size.nodes, size.edges, size.namespaces)
            stage = Stage()
            with serving(Big(stage, PAGE, built, view), stage.hang_up) as url:
                with step(f"{size.nodes:,} nodes"), chromium(SOFTWARE_GL) as browser:
                    rows += _alone(browser, url, view, size, options.rounds)
                    rows += _whole(browser, url, size, options.rounds)
                with step(f"{size.nodes:,} nodes without a GPU"), chromium(NO_GPU) as browser:
                    rows.append(_canvas(browser, url, size, options.rounds))
        core = sum(_packed(file) for file in (built / "assets").glob("*.js"))
        rows.append(below("core, gzip", core / 1000, 40, "kB"))
        stage = Stage()
        with (
            serving(Big(stage, PAGE, built, {}), stage.hang_up) as url,
            chromium(NO_GPU) as browser,
        ):
            rows.append(
                below("first load of the page, gzip", _weight(browser, url) / 1000, 250, "kB")
            )
    say()
    say(render(rows))
    return 1 if any(row.met is False for row in rows) else 0


def _alone(browser: Browser, url: str, view: town.Json, size: Size, rounds: int) -> list[Row]:
    figures: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        with _opened(browser, f"{url}/bench/index.html") as (page, clock):
            found = _one(page, clock, view)
        if turn > 0:
            for name, value in found.items():
                figures.setdefault(name, []).append(value)
    median = {name: statistics.median(values) for name, values in figures.items()}
    large = size.nodes >= 10_000
    count = f"{size.nodes:,}"
    rows = [
        below(
            f"{count}: data to first frame, main thread",
            median["first"],
            size.first,
            "ms",
            BESIDE["first"],
        ),
        below(
            f"{count}: pan, main thread per frame", median["pan"], size.frame, "ms", BESIDE["pan"]
        ),
        below(f"{count}: zoom, main thread per frame", median["zoom"], size.frame, "ms"),
    ]
    others = (
        ("flows", "animated flows, main thread per frame", 2.0, "ms"),
        ("delta", f"delta with {CHANGED:.0%} changed", 5.0, "ms"),
        ("numbers", f"numbers of {CHANGED:.0%}", 5.0, "ms"),
        ("heap", "JS heap", 30.0, "MB"),
    )
    for name, words, limit, unit in others:
        note = BESIDE.get(name, "")
        value = median[name]
        row = below(f"{count}: {words}", value, limit, unit, note)
        rows.append(row if large else Row(row.what, row.measured, note=note))
    return rows


def _one(page: Page, clock: Callable[[], float], view: town.Json) -> dict[str, float]:
    """The figures of one fresh page, in milliseconds and megabytes."""

    def cost(script: str, argument: object = None) -> float:
        before = clock()
        page.evaluate(script, argument)
        return clock() - before

    page.evaluate("bench.load('/api/v1/topology/containers')")
    found = {"first": cost("bench.first('webgl2')")}
    page.evaluate("bench.rest()")
    found["pan"] = cost(f"bench.pan({FRAMES})") / FRAMES
    found["zoom"] = cost(f"bench.zoom({FRAMES})") / FRAMES
    page.evaluate("bench.rest()")
    before = clock()
    frames = page.evaluate(f"bench.flows({FLOW_MS})")
    found["flows"] = (clock() - before) / frames
    version = 1
    for kind in ("delta", "numbers"):
        spent = []
        for turn in range(DELTAS):
            nodes = town.changed(view, CHANGED, turn)
            message: town.Json = {"base": version, "version": version + 1, "type": "delta"}
            if kind == "delta":
                message["nodes"] = {"upsert": nodes, "remove": []}
            else:
                message["type"] = "metrics"
                message["nodes"] = {node["id"]: node["metrics"] for node in nodes}
            version += 1
            spent.append(cost("message => bench.take(message)", message))
            page.evaluate("bench.rest()")
        found[kind] = statistics.median(spent)
    found["heap"] = _heap(page)
    return found


def _whole(browser: Browser, url: str, size: Size, rounds: int) -> list[Row]:
    wall: list[float] = []
    busy: list[float] = []
    for turn in range(rounds + 1):
        with _opened(browser, "about:blank") as (page, _):
            page.goto(f"{url}/", wait_until="commit")
            page.wait_for_selector("[data-map-list] li", state="attached")
            usable = page.evaluate("performance.now()")
            spent = _renderer_clock(browser, page)() - _SPIN_MS
        if turn > 0:
            wall.append(usable)
            busy.append(spent)
    note = f"wall clock; main thread {statistics.median(busy):.0f} ms"
    what = f"{size.nodes:,}: navigation to usable map"
    return [below(what, statistics.median(wall), size.usable, "ms", note)]


def _canvas(browser: Browser, url: str, size: Size, rounds: int) -> Row:
    spent = []
    for turn in range(rounds + 1):
        with _opened(browser, f"{url}/bench/index.html") as (page, _):
            whole = _renderer_clock(browser, page, every_thread=True)
            page.evaluate("bench.load('/api/v1/topology/containers')")
            page.evaluate("bench.first('canvas')")
            page.evaluate("bench.rest()")
            before = whole()
            page.evaluate(f"bench.pan({FRAMES})")
            if turn > 0:
                spent.append((whole() - before) / FRAMES)
    row = below(
        f"{size.nodes:,}: canvas 2D, whole frame", statistics.median(spent), 45, "ms",
        "all threads of the renderer; " + BESIDE["canvas"],
    )  # fmt: skip
    return row if size.nodes >= 10_000 else Row(row.what, row.measured, note=row.note)


@contextmanager
def _opened(browser: Browser, address: str) -> Iterator[tuple[Page, Callable[[], float]]]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    page.goto(address)
    yield page, _renderer_clock(browser, page)
    context.close()


def _renderer_clock(
    browser: Browser, page: Page, *, every_thread: bool = False
) -> Callable[[], float]:
    """Milliseconds of processor time of the page's renderer: its main thread, or all."""
    threads = Path(f"/proc/{_renderer(browser, page)}/task")

    def read() -> float:
        chosen = list(threads.iterdir()) if every_thread else [threads / threads.parent.name]
        return sum(map(_milliseconds, chosen))

    return read


def _renderer(browser: Browser, page: Page) -> int:
    """The process of a page: of all renderers the one that works while the page spins."""
    session = browser.new_browser_cdp_session()
    listed = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    mains = {
        pid: Path(f"/proc/{pid}/task/{pid}")
        for pid in (int(one["id"]) for one in listed if one["type"] == "renderer")
    }
    before = {pid: _milliseconds(main) for pid, main in mains.items()}
    page.evaluate(
        "ms => { for (const end = performance.now() + ms; performance.now() < end; ); }", _SPIN_MS
    )
    return max(mains, key=lambda pid: _milliseconds(mains[pid]) - before[pid])


def _milliseconds(thread: Path) -> float:
    """Processor time of a thread (/proc/PID/task/TID/schedstat, in nanoseconds there)."""
    return int((thread / "schedstat").read_text().split()[0]) / 1e6


def _heap(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def _packed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes()))


def _weight(browser: Browser, url: str) -> int:
    """Bytes of everything but answers of the API that the first load asks for; fonts are packed."""
    loaded: list[Response] = []

    def keep(response: Response) -> None:  # a method of a list cannot be a listener
        loaded.append(response)

    with _opened(browser, "about:blank") as (page, _):
        page.on("response", keep)
        page.goto(f"{url}/?mode=table", wait_until="networkidle")
        bodies = {
            one.url: one.body() for one in loaded if "/api/" not in one.url and one.status == 200
        }
    return sum(
        len(body) if address.endswith("woff2") else len(gzip.compress(body))
        for address, body in bodies.items()
    )


if __name__ == "__main__":
    sys.exit(main())
