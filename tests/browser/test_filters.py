"""The filter panel in a real browser: one query for the panel, the search and the link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.steps import wait_for_query

pytestmark = pytest.mark.browser

LIST = "[data-map-list]"


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Filters")


class TestFilters:
    def test_what_is_ticked_is_the_query_everywhere(self, site: Site) -> None:
        page = site.open()
        page.get_by_role("button", name="Filters", exact=True).click()
        status = panel(page).get_by_role("group", name="Status")
        search = page.get_by_role("combobox", name="Search")
        status.get_by_role("checkbox", name="critical").check()
        wait_for_query(page, "filter", "status:critical")
        expect(search).to_have_value("status:critical")
        expect(page.locator(LIST)).to_contain_text("shop-reviews-1")
        expect(page.locator(LIST)).not_to_contain_text("shop-gateway-1")
        healthy = status.locator("label", has_text="healthy")
        expect(healthy, "counts are of the whole view").to_contain_text(re.compile("[1-9]"))
        status.get_by_role("checkbox", name="warning").check()
        wait_for_query(page, "filter", "(status:critical OR status:warning)")
        slider = panel(page).get_by_role("slider", name="CPU")
        slider.focus()
        for _ in range(6):
            page.keyboard.press("ArrowRight")
        wait_for_query(page, "filter", "(status:critical OR status:warning) cpu >= 0.5")
        expect(page.locator(LIST)).to_contain_text("shop-search-1")
        expect(page.locator(LIST)).not_to_contain_text("shop-reviews-1")
        panel(page).get_by_role("button", name="Clear").click()
        wait_for_query(page, "filter", None)
        expect(search).to_have_value("")
        expect(page.locator(LIST)).to_contain_text("shop-gateway-1")
        assert site.said == []

    def test_labels_are_offered_with_their_values(self, site: Site) -> None:
        page = site.open("/?panel=filters&filter=project+%3D+shop")
        panel(page).get_by_role("heading", name="Labels").click()
        panel(page).get_by_role("combobox", name="Label").select_option("tier")
        tier = panel(page).get_by_role("group", name="label.tier")
        expect(tier.locator("label", has_text="shop")).to_contain_text("21")
        tier.get_by_role("checkbox", name="monitoring").check()
        wait_for_query(page, "filter", "project = shop label.tier = monitoring")
        expect(page.get_by_role("heading", name="Nothing matches the filter")).to_be_visible()
        page.get_by_role("button", name="Show everything").last.click()
        expect(page.locator(LIST)).to_contain_text("shop-gateway-1")
        assert site.said == []

    def test_a_filter_is_kept_and_shared_by_its_link(self, site: Site) -> None:
        site.stage.signed_in = True
        page = site.open("/?panel=filters&filter=status%3Acritical")
        panel(page).get_by_label("Name of this filter").fill("In trouble")
        page.keyboard.press("Enter")
        kept = panel(page).get_by_role("button", name="In trouble", exact=True)
        expect(kept).to_be_visible()
        panel(page).get_by_role("button", name="Clear", exact=True).click()
        kept.click()
        wait_for_query(page, "filter", "status:critical")
        site.open(f"/?saved={site.stage.saved[0]['id']}")
        wait_for_query(page, "filter", "status:critical")
        wait_for_query(page, "saved", None)
        site.open("/?panel=filters")
        panel(page).get_by_role("button", name="Delete In trouble").click()
        expect(kept).not_to_be_attached()
        assert site.stage.saved == []
        assert site.said == []


class TestCompletion:
    def test_the_search_completes_and_says_where_it_is_wrong(self, site: Site) -> None:
        page = site.open()
        search = page.get_by_role("combobox", name="Search")
        search.fill("stat")
        page.get_by_role("option", name=re.compile("^status")).click()
        expect(search).to_have_value("status:")
        page.get_by_role("option", name="critical").click()
        expect(search).to_have_value("status:critical ")
        expect(page.get_by_role("option", name=re.compile("shop-reviews-1"))).to_be_visible()
        search.fill("(status:critical")
        expect(page.locator(".ps-mistake mark")).to_have_text("(")
        expect(page.locator(".ps-mistake")).to_contain_text("Column 1:")
