"""`python -m tests.bench.panel`: the Grafana panel's weight and first frame.

Bundles compressed as a web server sends them; main-thread seconds of Chromium from mounting the
panel to its first picture, alone with 1,000 nodes and as twelve panels of 100 on one page.
"""

from __future__ import annotations

import gzip
import sys

from playwright.sync_api import CDPSession, Page

from stack.places import PLUGIN
from tests.browser import host_page
from tests.browser.chromium import LIMIT, chromium
from tests.browser.fixture.app import Stage
from tests.browser.grafana import Grafana
from tests.browser.serving import serving

_ROUNDS = 5


def main() -> int:
    """Prints a table; 0 if every figure keeps its target."""
    host_page.build()
    rows = [("module.js, gzip, kB", _kilobytes(), 600.0)]
    stage = Stage()
    with chromium() as browser, serving(Grafana(stage), stage.hang_up) as url:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(LIMIT)
        for nodes, panels, target in ((1000, 1, 250.0), (100, 12, 1000.0)):
            address = f"{url}/harness/index.html?show=many&nodes={nodes}&panels={panels}"
            figures = sorted(_milliseconds(page, address) for _ in range(_ROUNDS))
            rows.append(
                (f"{panels} × {nodes} nodes, first frame, ms", figures[_ROUNDS // 2], target)
            )
    for name, figure, target in rows:
        print(f"| {name} | {figure:.0f} | ≤ {target:.0f} | {'yes' if figure <= target else 'NO'} |")
    return 0 if all(figure <= target for _, figure, target in rows) else 1


def _kilobytes() -> float:
    modules = (PLUGIN / "dist").rglob("module.js")
    return max(len(gzip.compress(module.read_bytes())) for module in modules) / 1000


def _milliseconds(page: Page, address: str) -> float:
    page.goto(address)
    button = page.get_by_role("button", name="Mount")
    button.wait_for()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    before = _busy(session)
    button.click()
    page.wait_for_selector("[data-map-list] li", state="attached")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return (_busy(session) - before) * 1000


def _busy(session: CDPSession) -> float:
    """Seconds the main thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


if __name__ == "__main__":
    sys.exit(main())
