"""Nodes put somewhere by hand, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.acceptance.patience import until
from tests.browser.conftest import Site
from tests.browser.fixture.views import places
from tests.browser.steps import MAP, node_of

pytestmark = pytest.mark.browser


def over(site: Site, node: str, more: str = "") -> str:
    """The address that has a node in the middle of the map, big."""
    x, y, _ = places()["containers"][node]
    return f"/?at={x},{y},3{more}"


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(MAP).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def tools(page: Page) -> Locator:
    return page.get_by_role("group", name="Places")


class TestPins:
    def test_a_dragged_node_stays_and_is_let_go_again(self, site: Site) -> None:
        site.stage.signed_in = True
        node = node_of(site, "payment")
        was = places()["containers"][node]
        page = site.open(over(site, node))
        expect(page.get_by_role("button", name="Sign out operator")).to_be_visible()
        x, y = middle(page)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y - 30, steps=4)
        page.mouse.up()
        expect(tools(page)).to_contain_text("Unpin all 1")
        expect(page.locator("[data-map-list]")).to_contain_text(", pinned")
        assert site.stage.pins["containers"][node] == pytest.approx(
            (was[0] + 20, was[1] - 10), abs=1
        )
        page.reload()
        tools(page).get_by_role("button", name="Unpin all 1").click()
        expect(tools(page)).not_to_contain_text("Unpin")
        expect(page.locator("[data-map-list]")).not_to_contain_text(", pinned")
        until(lambda: site.stage.pins["containers"] == {}, "the pin is gone")
        assert site.said == []

    def test_a_place_is_chosen_without_dragging(self, site: Site) -> None:
        site.stage.signed_in = True
        node = node_of(site, "payment")
        page = site.open(over(site, node, f"&node={node}"))
        tools(page).get_by_role("button", name="Put elsewhere…").click()
        box = page.locator(MAP).bounding_box()
        assert box
        page.mouse.click(box["x"] + 200, box["y"] + 200)
        expect(tools(page).get_by_role("button", name="Unpin it")).to_be_visible()
        assert list(site.stage.pins["containers"]) == [node]

    def test_laid_out_anew_only_after_a_yes(self, site: Site) -> None:
        site.stage.signed_in = True
        page = site.open()
        tools(page).get_by_role("button", name="Lay out anew…").click()
        dialog = page.get_by_role("dialog", name="Lay this view out anew?")
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog).not_to_be_attached()
        assert "POST /api/v1/topology/containers/layout" not in site.stage.calls
        tools(page).get_by_role("button", name="Lay out anew…").click()
        dialog.get_by_role("button", name="Lay out anew").click()
        until(lambda: "POST /api/v1/topology/containers/layout" in site.stage.calls, "it is asked")
        assert site.said == []

    def test_a_visitor_pans(self, site: Site) -> None:
        page = site.open(over(site, node_of(site, "payment")))
        address = page.url
        x, y = middle(page)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y - 30, steps=4)
        page.mouse.up()
        page.wait_for_function("before => location.href !== before", arg=address)
        assert not any("PUT" in call for call in site.stage.calls)
