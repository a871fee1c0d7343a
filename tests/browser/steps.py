"""What the browser tests do again and again."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page

from tests.browser.conftest import Site

MAP = "[role=application]"


def node_of(site: Site, service: str) -> str:
    return next(c.id for c in site.stage.world.containers if c.service.name == service)


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def wait_for_query(page: Page, name: str, value: str | None) -> None:
    page.wait_for_function(
        "([name, value]) => new URLSearchParams(location.search).get(name) === value",
        arg=[name, value],
    )


def wait_for_place(page: Page, *, kept: bool) -> None:
    page.wait_for_function(
        "kept => new URLSearchParams(location.search).has('at') === kept", arg=kept
    )


def newcomer(site: Site) -> dict[str, Any]:
    """A container that just started, as a delta brings it."""
    full = site.stage.view("containers")
    node = next(n for n in full["nodes"] if n["label"] == "shop-payment-1")
    return node | {
        "id": "container:feedfeedfeed",
        "label": "pop-up",
        "group": None,
        "position": [0.0, -60.0],
    }
