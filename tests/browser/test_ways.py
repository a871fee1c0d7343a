"""Finding one's way in a real browser: neighbours, ways, the small map, columns."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.patience import until
from tests.browser.conftest import Site
from tests.browser.steps import MAP, node_of, query, wait_for_query

pytestmark = pytest.mark.browser


class TestLayouts:
    def test_layers_are_made_of_what_is_in_focus(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'payment')}")
        layout = page.get_by_label("Layout")
        listed = page.locator("[data-map-list]")
        expect(listed).to_contain_text("shop-cart-1")
        layout.select_option("Layers")
        wait_for_query(page, "layout", "layered")
        expect(listed).not_to_contain_text("shop-cart-1")
        expect(listed).to_contain_text("shop-orders-1")
        page.reload()
        expect(layout).to_have_value("layered")
        expect(listed).to_contain_text("shop-orders-1")
        expect(listed).not_to_contain_text("shop-cart-1")
        page.get_by_role("group", name="Focus").get_by_label("Neighbours").select_option("3 hops")
        expect(listed).to_contain_text("shop-cart-1")
        assert site.said == []

    def test_flat_shows_every_node_and_leads_back(self, site: Site) -> None:
        page = site.open("/?layout=force")
        listed = page.locator("[data-map-list]")
        expect(listed.locator("li")).to_have_count(len(site.stage.view("containers")["nodes"]))
        expect(listed).not_to_contain_text("inside")
        page.get_by_label("Layout").select_option("Nested")
        wait_for_query(page, "layout", None)
        expect(listed).to_contain_text("shop-gateway-1")
        assert site.said == []


class TestFocus:
    def test_neighbours_of_neighbours_are_kept_in_the_link(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        focus = page.get_by_role("group", name="Focus")
        focus.get_by_label("Neighbours").select_option("2 hops")
        wait_for_query(page, "hops", "2")
        page.keyboard.press("Escape")
        page.locator(MAP).focus()
        page.keyboard.press("Escape")
        expect(focus).not_to_be_attached()
        assert site.said == []

    def test_the_way_to_another_node(self, site: Site) -> None:
        goal = node_of(site, "payment")
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        focus = page.get_by_role("group", name="Focus")
        focus.get_by_role("button", name="Way to…").click()
        expect(focus.get_by_role("button", name="Choose the other node…")).to_be_visible()
        page.get_by_role("combobox", name="Search").fill("shop-payment")
        page.get_by_role("listbox", name="Hits").get_by_role("option").first.click()
        wait_for_query(page, "to", goal)
        expect(focus.get_by_role("status")).to_have_text(
            re.compile(r"^\d+ steps? to shop-payment-1$")
        )
        heading = page.get_by_role("complementary", name="Details").get_by_role("heading", level=2)
        expect(heading).to_have_text("shop-orders-db-1")
        focus.get_by_role("button", name="Forget the way").click()
        wait_for_query(page, "to", None)

    def test_no_way_is_said(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'orders-db')}&to=container:000000000000")
        expect(page.get_by_role("group", name="Focus").get_by_role("status")).to_contain_text(
            "No way to container:000000000000"
        )

    def test_escape_ends_the_choice_not_the_selection(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        page.get_by_role("button", name="Way to…").click()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Way to…")).to_be_visible()
        expect(page.get_by_role("complementary", name="Details")).to_be_visible()


class TestWhereabouts:
    def test_the_small_map_comes_with_the_zoom_and_moves_it(self, site: Site) -> None:
        page = site.open()
        small = page.get_by_role("img", name="The whole map in small")
        expect(small).not_to_be_attached()
        zoom_in(page)
        expect(small).to_be_visible()
        wait_for_query(page, "view", None)
        box = small.bounding_box()
        assert box
        frame = small.locator("rect")
        before = frame.get_attribute("x")
        page.mouse.click(box["x"] + 12, box["y"] + box["height"] / 2)
        expect(frame).not_to_have_attribute("x", before or "")
        page.locator(MAP).focus()
        page.keyboard.press("f")
        expect(small).not_to_be_attached()
        assert site.said == []

    def test_breadcrumbs_lead_out_again(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        page.get_by_role("button", name="Show it on the map").click()
        crumbs = page.get_by_role("navigation", name="Where on the map")
        expect(crumbs).to_contain_text("shop")
        crumbs.get_by_role("button", name="Everything").click()
        expect(crumbs).not_to_be_attached()
        wait_for_query(page, "at", None)


def zoom_in(page: Page) -> None:
    for _ in range(4):
        page.get_by_role("button", name=re.compile("^Zoom in")).click()


class TestTableTools:
    def test_a_column_is_hidden_and_the_link_keeps_it(self, site: Site) -> None:
        page = site.open("/?mode=table")
        expect(page.get_by_role("columnheader", name="Image")).to_be_visible()
        page.locator("summary", has_text="Columns").click()
        page.get_by_role("checkbox", name="Image").uncheck()
        expect(page.get_by_role("columnheader", name="Image")).not_to_be_attached()
        wait_for_query(page, "hide", "image")
        site.open("/?mode=table&hide=image")
        expect(page.get_by_role("columnheader", name="Image")).not_to_be_attached()

    def test_what_is_shown_is_had_as_csv(self, site: Site) -> None:
        page = site.open("/?mode=table&q=shipping&hide=image")
        expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "4")
        with page.expect_download() as download:
            page.get_by_role("button", name="CSV").click()
        assert download.value.suggested_filename == "containers.csv"
        rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
        assert [row["Name"] for row in rows] == [f"shop-shipping-{n}" for n in (1, 2, 3)]
        assert "Image" not in rows[0]
        assert all(row["id"].startswith("container:") for row in rows)


class TestLens:
    def test_only_what_matches_and_everything_again(self, site: Site) -> None:
        page = site.open()
        page.get_by_role("combobox", name="Search").fill("shipping")
        page.get_by_role("button", name="Show only what matches").click()
        banner = page.get_by_role("status").filter(has_text="Only what matches “shipping”.")
        expect(banner).to_be_visible()
        wait_for_query(page, "filter", "shipping")
        until(
            lambda: "GET /api/v1/topology/containers?filter=shipping" in site.stage.calls,
            "the API is asked for the filtered view",
        )
        banner.get_by_role("button", name="Show everything").click()
        expect(banner).not_to_be_attached()
        wait_for_query(page, "filter", None)
        assert site.said == []

    def test_a_moment_of_the_past_and_back(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'payment')}")
        page.get_by_label("Time", exact=True).click()
        page.get_by_role("button", name="1 hour ago").click()
        banner = page.get_by_role("status").filter(has_text="As it was at")
        expect(banner).to_be_visible()
        expect(page.get_by_text("Past", exact=True)).to_be_visible()
        page.wait_for_function("new URLSearchParams(location.search).has('time')")
        at = f"at={float(query(page)['time'][0]):.3f}".rstrip("0").rstrip(".")
        node = node_of(site, "payment")
        for path in ("topology/containers", f"nodes/{node}"):
            until(
                lambda path=path: f"GET /api/v1/{path}?{at}" in site.stage.calls,
                f"{path} as it was",
            )
        banner.get_by_role("button", name="Back to now").click()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        wait_for_query(page, "time", None)
        assert site.said == []
