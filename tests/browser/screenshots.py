"""`make screenshots`: the pictures of docs/images, from `make demo` on the real product."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from demo.shop import Shop
from stack import engine, kernel
from tests.acceptance.patience import until
from tests.acceptance.product import Product, free_port
from tests.browser.chromium import chromium

IMAGES = Path(__file__).parents[2] / "docs" / "images"
INTERVAL = "5s"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. `hit`: a container of the shop that is searched and opened first."""

    name: str
    scheme: Literal["dark", "light"] = "dark"
    width: int = 1440
    height: int = 900
    query: str = "?view=containers"
    hit: str = ""


SHOTS = (
    Shot("map-dark"),
    Shot("map-light", "light"),
    Shot("map-tablet", width=1024, height=768),
    Shot("map-tablet-light", "light", 1024, 768),
    Shot("details-dark", hit="orders"),
    Shot("details-light", "light", hit="orders"),
    Shot("processes-dark", query="?view=processes"),
    Shot("table-light", "light", query="?view=containers&mode=table"),
)


def main() -> None:
    """Takes about two minutes: the sparklines want some scrapes."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    shop = Shop("shop", free_port())
    with engine.running(), tempfile.TemporaryDirectory(prefix="promscope-shots-") as folder:
        former = kernel.apply()
        try:
            shop.up()
            with Product(Path(folder) / "state", interval=INTERVAL) as product:
                _settled(product)
                with chromium() as browser:
                    for shot in SHOTS:
                        _take(browser, product, shot)
        finally:
            shop.down()
            kernel.restore(former)


def _settled(product: Product) -> None:
    """Wait until flows and sparklines have something to show."""
    client = product.client()
    node = until(
        lambda: next(
            (
                id_
                for id_, node in client.nodes("containers").items()
                if node["label"].endswith("orders-1")
            ),
            None,
        ),
        "the demo on the map",
        60,
    )

    def points() -> bool:
        answer = client.json(f"/api/v1/nodes/{node}/metrics", range="15m")
        known = [point for point in answer["series"][0]["points"] if point[1] is not None]
        return len(known) >= 6

    until(points, "six points of a sparkline", 180, 2)


def _take(browser: Browser, product: Product, shot: Shot) -> None:
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height}, color_scheme=shot.scheme
    )
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{product.url}/#code={product.sign_in_code()}")
    page.goto(f"{product.url}/{shot.query}")
    page.get_by_text("Live").wait_for()
    if shot.hit:
        _open(page, shot.hit)
    page.wait_for_timeout(3000)
    page.screenshot(path=IMAGES / f"{shot.name}.png")
    context.close()
    assert not said, f"{shot.name}: the console is not silent: {said}"
    print(f"docs/images/{shot.name}.png")


def _open(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Search").fill(name)
    page.get_by_role("option", name=name).first.click()
    page.get_by_role("complementary", name="Details").wait_for()


if __name__ == "__main__":
    main()
