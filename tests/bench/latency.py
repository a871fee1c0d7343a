"""From a command returning to what it did: `docker run` by REST, on the socket and on the page,
the others of a container's life by REST."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import Browser

from demo.engine import docker
from tests.acceptance.client import Client, Json, Live
from tests.acceptance.patience import StillNot, until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch
from tests.browser.chromium import chromium

#: What the map says after a command; None: the container is not there.
CHANGES = {"pause": "paused", "unpause": "running", "stop": "exited", "rm": None}


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds after `docker run` returned, and by REST after each command of CHANGES; below
    zero: it was there before."""

    rest: float
    socket: float
    page: float
    changes: dict[str, float]


def measure(product: Product, image: str, count: int) -> list[Latency]:
    """One container after the other."""
    found = []
    with (
        chromium() as browser,
        _Watch(product) as watch,
        Scratch(image, "t-bench-") as scratch,
    ):
        page = _Page(browser, product)
        client = product.client()
        for _ in range(count):
            name, node = scratch.run()
            returned, wall = time.monotonic(), time.time()
            until(lambda node=node: node in _running(client.nodes("containers")), node, 10, 0.005)  # type: ignore[misc]
            rest = time.monotonic() - returned
            seen = until(lambda node=node: watch.seen.get(node), node, 10, 0.005)  # type: ignore[misc]
            drawn = until(lambda node=node: page.seen(node), node, 10, 0.02)  # type: ignore[misc]
            changes = {command: _change(client, command, name, node) for command in CHANGES}
            found.append(Latency(rest, seen - returned, drawn - wall, changes))
    return found


def _change(client: Client, command: str, name: str, node: str) -> float:
    docker(command, name)
    returned = time.monotonic()
    until(lambda: _state(client, node) == CHANGES[command], f"{node} after {command}", 30, 0.005)
    return time.monotonic() - returned


def _state(client: Client, node: str) -> str | None:
    told = client.nodes("containers").get(node)
    return told["state"] if told else None


_OBSERVE = """() => {
  const list = document.querySelector('[data-map-list]');
  window.running = {};
  const look = () => {
    for (const item of list.children)
      if (item.textContent.includes(', running')) window.running[item.id] ??= Date.now() / 1000;
  };
  new MutationObserver(look).observe(list, {childList: true, subtree: true, characterData: true});
  look();
}"""


class _Page:
    """An open page: when its map, as a screen reader hears it, first told of a running node."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self._page = browser.new_page(viewport={"width": 1440, "height": 900})
        self._page.goto(product.url)
        self._page.locator("[data-map-list] li").first.wait_for(state="attached")
        self._page.evaluate(_OBSERVE)

    def seen(self, node: str) -> float | None:
        """Unix seconds, by the clock of this machine; None: not yet."""
        moment: float | None = self._page.evaluate(
            "item => window.running[item] ?? null", f"map-{node.replace(':', '_')}"
        )
        return moment


class _Watch:
    """When each node was first told to run on the live socket (monotonic seconds)."""

    def __init__(self, product: Product) -> None:
        self.seen: dict[str, float] = {}
        self._live = product.client().live("containers")
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> _Watch:
        self._live.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(10)
        self._live.__exit__()

    def _follow(self) -> None:
        for nodes in _views(self._live, self._ends):
            moment = time.monotonic()
            for node in nodes:
                self.seen.setdefault(node, moment)


def _views(live: Live, ends: threading.Event) -> Iterator[list[str]]:
    """The nodes that run, after every message."""
    while not ends.is_set():
        told = len(live.seen)
        with contextlib.suppress(StillNot):
            live.until(lambda _, told=told: len(live.seen) > told, "a message", 0.5)  # type: ignore[misc]
        yield _running(live.nodes)


def _running(nodes: dict[str, Json]) -> list[str]:
    return [node for node, told in nodes.items() if told["state"] == "running"]
