"""WCAG 2.2 AA as axe-core checks it, in the main states, dark and light; and without motion."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from stack.places import PLUGIN
from tests.browser.conftest import Site
from tests.browser.steps import MAP, node_of

pytestmark = pytest.mark.browser

AXE = PLUGIN / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    found: list[dict[str, Any]] = page.evaluate(
        "async tags => (await axe.run({ runOnly: { type: 'tag', values: tags } })).violations",
        TAGS,
    )
    return [
        f"{it['id']}: {it['help']}: {node['html'][:160]}" for it in found for node in it["nodes"]
    ]


@pytest.mark.parametrize(
    "look",
    [{"viewport": {"width": 1440, "height": 900}, "color_scheme": it} for it in ("dark", "light")],
    ids=["dark", "light"],
)
def test_nothing_violates_wcag(site: Site) -> None:
    site.context.add_init_script(path=AXE)
    site.stage.signed_in = True
    page = site.open(f"/?panel=filters&timeline=1&node={node_of(site, 'orders-db')}")
    panel = page.get_by_role("complementary", name="Details")
    expect(panel.locator("figure").first).to_be_visible()
    assert violations(page) == [], "map, filters, timeline and details"
    page.get_by_role("button", name="Close the details (Esc)").click()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("button", name="Came shop-payment-1")).to_be_visible()
    assert violations(page) == [], "a comparison"
    page.get_by_role("button", name="End the comparison").click()
    page.get_by_role("button", name="Show the table").click()
    page.get_by_role("checkbox", name=re.compile("^Pick .*-1$")).first.check()
    page.get_by_role("combobox", name="Search").fill("status:")
    expect(page.get_by_role("option", name="critical")).to_be_visible()
    assert violations(page) == [], "table, bulk bar and completion"
    site.stage.empty, site.stage.probes = True, False
    site.open()
    assert violations(page) == [], "no probe yet"


@pytest.mark.parametrize(
    "look", [{"viewport": {"width": 768, "height": 1000}, "reduced_motion": "reduce"}]
)
def test_without_motion_everything_is_there_at_once(site: Site) -> None:
    page = site.open(f"/?node={node_of(site, 'orders-db')}&panel=filters&timeline=1")
    expect(page.get_by_role("complementary", name="Details")).to_be_visible()
    moving = page.evaluate("document.getAnimations().length")
    assert moving == 0
    page.locator(MAP).focus()
    page.keyboard.press("f")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert site.said == []
