"""The strip of time in a real browser: events, standing still, moments, comparisons."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.steps import query, wait_for_query

pytestmark = pytest.mark.browser

LIST = "[data-map-list]"


def strip(page: Page) -> Locator:
    return page.get_by_role("region", name="Time")


class TestTimeStrip:
    def test_events_are_shown_and_a_moment_is_gone_to(self, site: Site) -> None:
        page = site.open()
        page.get_by_role("button", name="Timeline").click()
        wait_for_query(page, "timeline", "1")
        expect(strip(page).get_by_role("img", name="8 lifecycle events")).to_be_visible()
        slider = strip(page).get_by_role("slider", name="Moment")
        expect(slider).to_have_attribute("aria-valuetext", "now")
        slider.press("Home")
        expect(page.get_by_text("Past", exact=True)).to_be_visible()
        expect(page.locator(LIST)).to_contain_text("shop-coupons-1")
        strip(page).get_by_role("button", name="Follow live").click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        wait_for_query(page, "time", None)
        assert site.said == []

    def test_the_picture_stands_still_and_follows_again(self, site: Site) -> None:
        page = site.open("/?timeline=1")
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        strip(page).get_by_role("button", name="Pause").click()
        expect(page.get_by_text("Paused", exact=True)).to_be_visible()
        strip(page).get_by_role("button", name="Follow live").click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        assert site.said == []


class TestComparison:
    def test_what_came_went_and_changed(self, site: Site) -> None:
        page = site.open("/?timeline=1")
        strip(page).get_by_role("button", name="Compare").click()
        expect(page.get_by_text("Comparing", exact=True)).to_be_visible()
        changes = page.get_by_role("complementary", name="What changed")
        came = changes.get_by_role("button", name="Came shop-payment-1")
        expect(came).to_be_visible()
        expect(changes.get_by_role("button", name="Went shop-coupons-1")).to_be_visible()
        changed = changes.get_by_role("button", name="Changed shop-maintenance-1")
        expect(changed).to_contain_text("state: running → paused")
        expect(page.locator(LIST)).to_contain_text("shop-coupons-1, running, healthy, went")
        expect(page.locator(LIST)).to_contain_text("shop-payment-1, running, healthy, came")
        assert "since" in query(page)
        expect(strip(page).get_by_role("slider", name="Compared with")).to_be_visible()
        came.click()
        panel = page.get_by_role("complementary", name="Details")
        expect(panel.get_by_role("heading", name="shop-payment-1")).to_be_visible()
        panel.get_by_role("button", name="Close the details (Esc)").click()
        changes.get_by_role("button", name="End the comparison").click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.locator(LIST)).not_to_contain_text("shop-coupons-1")
        wait_for_query(page, "since", None)
        assert site.said == []
