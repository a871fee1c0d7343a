"""Many nodes picked and acted on together, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.steps import MAP

pytestmark = pytest.mark.browser


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="What is picked")


class TestPicking:
    def test_a_box_on_the_map_picks_what_is_in_it(self, site: Site) -> None:
        page = site.open()
        box = page.locator(MAP).bounding_box()
        assert box
        page.keyboard.down("Shift")
        page.mouse.move(box["x"] + 4, box["y"] + 4)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4, steps=4)
        expect(page.locator(".ps-box")).to_be_visible()
        page.mouse.up()
        page.keyboard.up("Shift")
        expect(page.locator(".ps-box")).not_to_be_attached()
        expect(bar(page)).to_contain_text("35 picked")
        page.keyboard.press("Escape")
        expect(bar(page)).not_to_be_attached()
        page.locator(MAP).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("x")
        expect(bar(page)).to_contain_text("1 picked")
        assert site.said == []

    def test_a_visitor_is_asked_to_sign_in(self, site: Site) -> None:
        page = site.open("/?mode=table&q=shop-payment")
        page.get_by_role("checkbox", name="Pick shop-payment-1").check()
        stop = bar(page).get_by_role("button", name="Stop")
        expect(stop).to_have_attribute("aria-disabled", "true")
        bar(page).get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()


class TestBulk:
    def test_what_became_of_each_is_told(self, site: Site) -> None:
        site.stage.signed_in = True
        page = site.open("/?mode=table&q=shop-")
        for name in ("shop-payment-1", "shop-gateway-1", "shop-migration-1"):
            page.get_by_role("checkbox", name=f"Pick {name}").check()
        expect(bar(page)).to_contain_text("3 picked")
        bar(page).get_by_role("button", name="Stop").click()
        dialog = page.get_by_role("dialog", name="Stop 3 containers?")
        expect(dialog).to_contain_text("shop-gateway-1")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        dialog.get_by_role("button", name="Stop").click()
        expect(bar(page)).to_contain_text("Stop: 1 refused, 2 done")
        outcomes = bar(page).get_by_role("list", name="What became of each")
        expect(outcomes.get_by_role("listitem").first).to_contain_text("shop-migration-1")
        assert site.stage.calls.count("POST /api/v1/actions") == 1
        bar(page).get_by_role("button", name="Pick nothing").click()
        expect(bar(page)).not_to_be_attached()
        assert site.said == []
