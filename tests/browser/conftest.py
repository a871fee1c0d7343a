"""A real Chromium in front of the built page, served by the stand-in of the API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import LIMIT, chromium
from tests.browser.fixture.__main__ import PAGE
from tests.browser.fixture.app import Application, Stage
from tests.browser.serving import serving

FAILURES = Path(__file__).with_name("failures")


@dataclass
class Site:
    """The page of one test: its address, what the API pretends, and what the browser said."""

    url: str
    stage: Stage
    context: BrowserContext
    page: Page
    said: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> Page:
        """Go there and wait until the map shows something, or says why not."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector(
            "[data-map-list] li, .ps-card, .ps-row, .ps-table .ps-empty", state="attached"
        )
        return self.page

    def visible(self) -> list[str]:
        """What a screen reader hears of the map."""
        return self.page.locator("[data-map-list] li").all_text_contents()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report


_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def application(stage: Stage) -> Application:
    assert (PAGE / "index.html").exists(), "The page is not built: make page"
    return Application(stage, PAGE)


@pytest.fixture
def served(application: Application, stage: Stage) -> Iterator[str]:
    """The stand-in behind a free port; ends with the test."""
    with serving(application, stage.hang_up) as url:
        yield url


@pytest.fixture
def look() -> dict[str, Any]:
    """How the browser of a test is set up; parametrise to change it."""
    return {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}


@pytest.fixture
def site(
    browser: Browser,
    served: str,
    stage: Stage,
    look: dict[str, Any],
    request: pytest.FixtureRequest,
) -> Iterator[Site]:
    context = browser.new_context(**look)
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    site = Site(served, stage, context, page)
    page.on("console", lambda message: site.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: site.said.append(f"error: {error}"))
    yield site
    if request.node.stash.get(_FAILED, False):
        keep(page, request.node.name)
    context.close()


def keep(page: Page, name: str) -> None:
    """A picture of what went wrong."""
    FAILURES.mkdir(exist_ok=True)
    page.screenshot(path=FAILURES / f"{re.sub(r'[^A-Za-z0-9_.-]+', '_', name)}.png")
