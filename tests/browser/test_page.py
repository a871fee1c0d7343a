"""The page in a real browser: what a user sees, types and clicks."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.fixture.app import ADA, CODE
from tests.browser.fixture.logs import LINES, LIVE
from tests.browser.steps import MAP, newcomer, node_of, query, wait_for_place, wait_for_query

pytestmark = pytest.mark.browser


class TestMap:
    def test_it_is_drawn_and_says_nothing_to_the_console(self, site: Site) -> None:
        page = site.open()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        said = site.visible()
        assert any("shop-gateway-1, running, healthy" in item for item in said)
        assert any("shop-reviews-1" in item and "its health check fails" in item for item in said)
        assert site.said == []

    def test_summary_and_views_count(self, site: Site) -> None:
        page = site.open()
        expect(page.get_by_role("button", name=re.compile("Containers"))).to_contain_text("35")
        expect(page.get_by_role("contentinfo")).to_contain_text("Unhealthy5")
        page.get_by_role("button", name=re.compile("Hosts")).click()
        expect(page.locator("[data-map-list]")).to_contain_text("host atlas")
        wait_for_query(page, "view", "hosts")
        page.get_by_role("button", name=re.compile("Processes")).click()
        expect(page.locator("[data-map-list]")).to_contain_text("redis-server")
        assert site.said == []

    def test_a_new_container_pops_up_and_goes(self, site: Site) -> None:
        page = site.open()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        node = newcomer(site)
        site.stage.extra.append(node)
        site.stage.push({"type": "delta", "nodes": {"upsert": [node], "remove": []}})
        expect(page.locator("[data-map-list]")).to_contain_text("pop-up")
        site.stage.extra.clear()
        site.stage.push({"type": "delta", "nodes": {"upsert": [], "remove": [node["id"]]}})
        expect(page.locator("[data-map-list]")).not_to_contain_text("pop-up")
        assert site.said == []

    def test_a_gap_is_noticed_and_healed(self, site: Site) -> None:
        page = site.open()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        node = newcomer(site)
        site.stage.extra.append(node)
        site.stage.push({"type": "delta", "base": 99, "version": 100, "nodes": {"remove": []}})
        expect(page.locator("[data-map-list]")).to_contain_text("pop-up")

    def test_the_map_is_walked_by_keyboard(self, site: Site) -> None:
        page = site.open()
        page.locator(MAP).focus()
        page.keyboard.press("ArrowRight")
        first = page.locator(MAP).get_attribute("aria-activedescendant")
        page.keyboard.press("ArrowDown")
        second = page.locator(MAP).get_attribute("aria-activedescendant")
        assert first
        assert second
        assert first != second
        name = page.locator(f"#{second}").text_content() or ""
        page.keyboard.press("Enter")
        panel = page.get_by_role("complementary", name="Details")
        expect(panel.get_by_role("heading", level=2)).to_be_visible()
        assert (panel.get_by_role("heading", level=2).text_content() or "?") in name
        page.keyboard.press("Escape")
        expect(panel).not_to_be_attached()
        page.keyboard.press("t")
        expect(page.get_by_role("grid")).to_be_visible()
        page.keyboard.press("t")
        page.locator(MAP).focus()
        page.keyboard.press("+")
        wait_for_place(page, kept=True)
        page.keyboard.press("f")
        wait_for_place(page, kept=False)
        page.keyboard.press("/")
        expect(page.get_by_role("combobox", name="Search")).to_be_focused()

    def test_wheel_and_drag_move_the_map_and_the_link_keeps_the_place(self, site: Site) -> None:
        page = site.open()
        page.mouse.move(700, 450)
        page.mouse.wheel(0, -400)
        page.mouse.down()
        page.mouse.move(620, 400, steps=4)
        page.mouse.up()
        wait_for_place(page, kept=True)
        page.wait_for_timeout(400)
        place = query(page)["at"]
        site.open(urlsplit(page.url)._replace(scheme="", netloc="").geturl())
        page.wait_for_timeout(600)
        assert query(page)["at"] == place
        page.get_by_role("button", name=re.compile("Fit everything")).click()
        wait_for_place(page, kept=False)

    def test_a_click_selects_and_a_click_beside_closes(self, site: Site) -> None:
        page = site.open("/?view=hosts")
        page.wait_for_timeout(300)
        box = page.locator(MAP).bounding_box()
        assert box
        atlas = next(n for n in site.stage.view("hosts")["nodes"] if n["label"] == "atlas")
        x, y = on_screen(site, atlas["position"])
        page.mouse.click(x, y)
        expect(page.get_by_role("heading", name="atlas")).to_be_visible()
        page.mouse.click(box["x"] + 300, box["y"] + 30)
        expect(page.get_by_role("complementary", name="Details")).not_to_be_attached()


def on_screen(site: Site, position: list[float]) -> tuple[float, float]:
    """Where the fitted map of the hosts draws a world position: between the other nodes."""
    nodes = site.stage.view("hosts")["nodes"]
    left = min(n["position"][0] - n["radius"] for n in nodes)
    right = max(n["position"][0] + n["radius"] for n in nodes)
    top = min(n["position"][1] - n["radius"] for n in nodes)
    bottom = max(n["position"][1] + n["radius"] for n in nodes)
    radii = sorted(n["radius"] for n in nodes)
    box = site.page.locator(MAP).bounding_box()
    assert box
    k = min(
        40 / radii[len(radii) // 2],
        (box["width"] - 132) / (right - left),
        (box["height"] - 28 - 84) / (bottom - top),
    )
    x = box["x"] + box["width"] / 2 + (position[0] - (left + right) / 2) * k
    y = box["y"] + box["height"] / 2 + (position[1] - (top + bottom) / 2) * k
    return x, y


class TestDetails:
    def test_a_container_tells_everything(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        panel = page.get_by_role("complementary", name="Details")
        expect(panel.get_by_role("heading", name="shop-orders-db-1")).to_be_visible()
        expect(panel).to_contain_text("postgres:16")
        expect(panel.locator("figure")).to_have_count(5)
        expect(panel).to_contain_text("limit 1 GiB")
        expect(panel).to_contain_text("monitoring-prometheus-1:9187")
        panel.get_by_role("heading", name="Environment").click()
        expect(panel).to_contain_text("DATABASE_URL")
        expect(panel).to_contain_text("(masked)")
        panel.get_by_role("heading", name="Mounts").click()
        expect(panel).to_contain_text("/etc/localtime (read only)")
        panel.get_by_role("heading", name="Inspection").click()
        tree = panel.get_by_role("group", name="Inspection")
        expect(tree).to_contain_text("HostConfig")
        panel.get_by_role("searchbox", name="Search the inspection").fill("database")
        expect(tree).to_contain_text("DATABASE_URL=***")
        expect(tree).not_to_contain_text("HostConfig")
        panel.get_by_role("heading", name="Changed files").click()
        expect(panel.get_by_role("list", name="Changed files")).to_contain_text("/tmp/new")
        panel.get_by_role("button", name="Copy the PromQL of CPU").click()
        expect(page.get_by_role("log")).to_contain_text("The PromQL of CPU is copied.")
        assert site.said == []

    def test_files_are_walked_through_and_looked_at(self, site: Site) -> None:
        site.stage.signed_in = True
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        panel = page.get_by_role("complementary", name="Details")
        panel.get_by_role("heading", name="Files", exact=True).click()
        root = panel.get_by_role("list", name="Files in /", exact=True)
        expect(root).to_contain_text("<img src=x>")
        expect(root).to_contain_text("→ usr/bin")
        root.get_by_role("button", name="etc/").click()
        etc = panel.get_by_role("list", name="Files in /etc")
        expect(etc).to_contain_text("initctl")
        address = etc.get_by_role("link", name="Download motd").get_attribute("href")
        assert address is not None
        assert address.endswith("/files/content?path=%2Fetc%2Fmotd")
        etc.get_by_role("button", name="motd").click()
        file = page.get_by_role("dialog", name="File /etc/motd")
        expect(file.locator("pre")).to_have_text("Willkommen, 你好\n")
        file.get_by_role("button", name="Bytes").click()
        expect(file.locator("pre")).to_contain_text("00000000  57 69 6c 6c")
        file.get_by_role("button", name="Close").click()
        etc.get_by_role("button", name="key.bin").click()
        expect(page.get_by_role("dialog").locator("pre")).to_contain_text("f0 f1 f2")
        page.keyboard.press("Escape")
        panel.get_by_role("navigation", name="Folder").get_by_role("button").first.click()
        root.get_by_role("button", name="bin", exact=True).click()
        expect(panel).to_contain_text("This folder is empty.")
        assert site.said == []

    def test_live_connections_are_asked_for_when_they_are_opened(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        panel = page.get_by_role("complementary", name="Details")
        heading = panel.get_by_role("heading", name="Live connections")
        expect(heading).to_be_visible()
        assert not any(call.endswith("/connections") for call in site.stage.calls)
        heading.click()
        row = panel.get_by_role("row", name=re.compile("172.20.0.7:5432"))
        expect(row).to_contain_text("postgres")
        expect(row).to_contain_text("4 MiB")
        expect(row).to_have_attribute("title", re.compile("pid 101(.|\n)*2 retransmits"))
        expect(panel.get_by_role("row", name=re.compile("fd00::2"))).to_be_visible()
        assert site.said == []

    def test_bytes_that_nobody_counts_are_unknown_not_zero(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'statsd')}")
        panel = page.get_by_role("complementary", name="Details")
        expect(panel).to_contain_text(":8125/udp")
        expect(panel).to_contain_text("bytes unknown")

    def test_a_connection_leads_to_the_other_side(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'orders-db')}")
        panel = page.get_by_role("complementary", name="Details")
        panel.get_by_role("button", name=re.compile("legacy-crm")).click()
        expect(panel.get_by_role("heading", name="legacy-crm")).to_be_visible()
        panel.get_by_role("button", name=re.compile("^.*vega")).click()
        expect(panel.get_by_role("heading", name="vega")).to_be_visible()
        wait_for_query(page, "view", "hosts")
        page.go_back()
        expect(panel.get_by_role("heading", name="legacy-crm")).to_be_visible()

    def test_reasons_of_a_sick_one(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'search')}")
        reasons = page.get_by_role("list", name="Why this status")
        expect(reasons).to_contain_text("throttled in 41% of its CPU periods")

    def test_what_is_gone_says_so(self, site: Site) -> None:
        page = site.open("/?node=container:000000000000")
        expect(page.get_by_role("alert").first).to_contain_text("It is gone")


class TestActions:
    def test_a_viewer_sees_them_greyed_with_the_reason(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'payment')}")
        stop = page.get_by_role("button", name="Stop", exact=True)
        expect(stop).to_have_attribute("aria-disabled", "true")
        expect(page.get_by_role("complementary")).to_contain_text("sign in with a one-time code")
        stop.click(force=True)
        page.wait_for_timeout(200)
        assert not any("/actions/" in call for call in site.stage.calls)

    def test_stopping_asks_first(self, site: Site) -> None:
        site.stage.signed_in = True
        node = node_of(site, "payment")
        page = site.open(f"/?node={node}")
        page.get_by_role("button", name="Stop", exact=True).click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("shop-payment-1")
        expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        page.keyboard.press("Escape")
        expect(dialog).not_to_be_attached()
        page.get_by_role("button", name="Stop", exact=True).click()
        dialog.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("log")).to_contain_text("Stop shop-payment-1: done.")
        assert f"POST /api/v1/nodes/{node}/actions/stop" in site.stage.calls

    def test_pausing_does_not_ask_and_a_problem_is_told(self, site: Site) -> None:
        site.stage.signed_in = True
        site.stage.outcome = (409, {"title": "Conflict", "detail": "the container died meanwhile"})
        page = site.open(f"/?node={node_of(site, 'payment')}")
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.get_by_role("log")).to_contain_text("the container died meanwhile")


class TestLogs:
    def test_they_are_read_searched_and_paused(self, site: Site) -> None:
        site.stage.signed_in = True
        page = site.open(f"/?node={node_of(site, 'payment')}")
        page.get_by_role("button", name="Logs", exact=True).click()
        logs = page.get_by_role("region", name="Logs of shop-payment-1")
        lines = logs.get_by_role("log").locator("p")
        expect(lines).to_have_count(len(LINES))
        expect(lines.last).to_have_text("a title that stays as it is")
        expect(logs.locator(".ps-ansi-1")).to_have_text("error")
        logs.get_by_label("Search these lines").fill("REDIS")
        expect(logs.locator("mark")).to_have_text("redis")
        expect(logs.get_by_role("status")).to_have_text("1 of 4 lines")
        logs.get_by_role("button", name="Only these").click()
        expect(lines).to_have_count(1)
        logs.get_by_label("Search these lines").fill("")
        logs.get_by_label("Output").select_option("stderr")
        expect(lines).to_have_count(1)
        logs.get_by_label("Output").select_option("both")
        logs.get_by_role("button", name="Pause").click()
        logs.get_by_role("button", name="Follow").click()
        expect(logs.get_by_role("log")).to_contain_text(LIVE)
        expect(logs.get_by_role("alert")).to_contain_text("The log ends here")
        assert [json.loads(wish)["type"] for wish in site.stage.wishes] == [
            "logs",
            "pause",
            "resume",
        ]
        assert "download=true" in str(logs.get_by_text("Download").get_attribute("href"))
        logs.get_by_role("button", name="Close the logs").click()
        expect(logs).not_to_be_attached()
        assert site.said == []

    def test_who_may_not_is_told_why(self, site: Site) -> None:
        page = site.open(f"/?node={node_of(site, 'payment')}")
        button = page.get_by_role("button", name="Logs", exact=True)
        expect(button).to_have_attribute("title", "your role (viewer) does not include logs")
        expect(button).to_have_attribute("aria-disabled", "true")


class TestSearch:
    def test_it_leads_to_the_node(self, site: Site) -> None:
        page = site.open()
        page.keyboard.press("/")
        page.keyboard.type("postgres")
        hits = page.get_by_role("listbox", name="Hits")
        expect(hits.get_by_role("option")).to_have_count(1)
        expect(hits).to_contain_text("image: postgres:16")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="shop-orders-db-1")).to_be_visible()
        wait_for_query(page, "node", node_of(site, "orders-db"))
        wait_for_query(page, "q", "postgres")

    def test_counts_per_view_and_a_hit_of_another_view(self, site: Site) -> None:
        page = site.open()
        page.get_by_role("combobox", name="Search").fill("vega")
        expect(page.get_by_role("button", name="Hosts 1")).to_be_visible()
        page.get_by_role("option", name=re.compile("vega")).click()
        wait_for_query(page, "view", "hosts")
        expect(page.get_by_role("heading", name="vega")).to_be_visible()

    def test_a_banner_does_not_lie_over_the_hits(self, site: Site) -> None:
        site.stage.degraded = [{"capability": "edges", "reason": "the probe does not run as root"}]
        page = site.open()
        banner = page.get_by_role("status").filter(has_text="shows less than it could")
        expect(banner).to_be_visible()
        page.get_by_role("combobox", name="Search").fill("shop-")
        first = page.get_by_role("option").first
        expect(first).to_be_visible()
        first.click()
        expect(page.get_by_role("complementary", name="Details")).to_be_visible()
        panel = page.get_by_role("complementary", name="Details").bounding_box()
        box = banner.bounding_box()
        assert panel
        assert box
        assert box["x"] + box["width"] <= panel["x"], "nor over the details"

    def test_nothing_matches(self, site: Site) -> None:
        page = site.open()
        page.get_by_role("combobox", name="Search").fill("zeppelin")
        expect(page.get_by_text("Nothing in this view matches")).to_be_visible()
        page.get_by_role("button", name="Clear the search", exact=True).last.click()
        expect(page.get_by_text("Nothing in this view matches")).not_to_be_attached()


class TestTable:
    def test_it_sorts(self, site: Site) -> None:
        page = site.open("/?mode=table")
        rows = page.get_by_role("row")
        page.get_by_role("button", name="CPU").click()
        expect(page.get_by_role("columnheader", name="CPU")).to_have_attribute(
            "aria-sort", "descending"
        )
        expect(rows.nth(1)).to_contain_text("atlas")
        wait_for_query(page, "sort", "-cpu")
        page.get_by_role("button", name="Status").click()
        expect(rows.nth(1)).to_contain_text("shop-reviews-1")
        assert site.said == []

    def test_rows_are_walked_and_opened(self, site: Site) -> None:
        page = site.open("/?mode=table")
        page.get_by_role("grid").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        selected = page.locator("[role=row][aria-selected=true]")
        expect(selected).to_have_attribute("aria-rowindex", "3")
        expect(page.get_by_role("complementary", name="Details")).to_be_visible()

    def test_only_rows_in_sight_are_in_the_page(self, site: Site) -> None:
        node = newcomer(site)
        site.stage.extra = [
            node | {"id": f"container:{n:012x}", "label": f"many-{n:04}"} for n in range(2000)
        ]
        page = site.open("/?mode=table")
        expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "2036")
        assert page.get_by_role("row").count() < 80
        page.get_by_role("grid").evaluate("grid => grid.scrollTo(0, grid.scrollHeight)")
        expect(page.get_by_role("grid")).to_contain_text("shop-shipping-3")

    def test_a_search_filters_it(self, site: Site) -> None:
        page = site.open("/?mode=table&q=shipping")
        expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "4")


class TestTheme:
    def test_it_changes_and_is_remembered(self, site: Site) -> None:
        page = site.open()
        scheme = "getComputedStyle(document.documentElement).colorScheme"
        assert page.evaluate(scheme) == "dark"
        page.get_by_role("button", name=re.compile("^Theme: as the system")).click()
        assert page.evaluate(scheme) == "light"
        site.open()
        assert page.evaluate(scheme) == "light"
        page.get_by_role("button", name=re.compile("^Theme: light")).click()
        assert page.evaluate(scheme) == "dark"

    @pytest.mark.parametrize(
        "look", [{"viewport": {"width": 1024, "height": 768}, "color_scheme": "light"}]
    )
    def test_it_follows_the_system(self, site: Site) -> None:
        page = site.open()
        assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


class TestSignIn:
    def test_a_code_is_typed(self, site: Site) -> None:
        page = site.open()
        page.get_by_role("button", name="Sign in").click()
        dialog = page.get_by_role("dialog", name="Sign in")
        field = dialog.get_by_label("One-time code")
        expect(field).to_be_focused()
        field.fill("wrong")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("not valid or was used before")
        field.fill(CODE)
        page.keyboard.press("Enter")
        expect(dialog).not_to_be_attached()
        page.get_by_role("button", name="Sign out operator").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    def test_a_name_and_a_password_are_typed(self, site: Site) -> None:
        page = site.open()
        page.get_by_role("button", name="Sign in").click()
        dialog = page.get_by_role("dialog", name="Sign in")
        dialog.get_by_role("button", name="Use name and password").click()
        expect(dialog.get_by_label("Name")).to_be_focused()
        dialog.get_by_label("Name").fill(ADA["name"])
        dialog.get_by_label("Password").fill("wrong")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("not valid")
        dialog.get_by_label("Password").fill(ADA["password"])
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Sign out operator")).to_be_visible()
        assert not any(ADA["password"] in call for call in site.stage.calls)

    def test_a_code_comes_in_the_fragment_and_is_gone_at_once(self, site: Site) -> None:
        page = site.open(f"/?view=hosts#code={CODE}")
        expect(page.get_by_role("button", name="Sign out operator")).to_be_visible()
        assert CODE not in page.url
        assert page.evaluate("location.hash") == ""
        assert not any(CODE in call for call in site.stage.calls)

    def test_a_map_that_is_not_open_to_everybody(self, site: Site) -> None:
        site.stage.refuse = True
        page = site.open()
        expect(page.get_by_role("heading", name="This map is not open")).to_be_visible()
        site.stage.refuse = False
        page.get_by_role("status").get_by_role("button", name="Sign in").click()
        page.get_by_label("One-time code").fill(CODE)
        page.keyboard.press("Enter")
        expect(page.locator("[data-map-list]")).to_contain_text("shop-gateway-1")


@pytest.mark.parametrize(
    "look",
    [{"viewport": {"width": width, "height": 800}} for width in (1440, 1024, 768)],
    ids=["1440", "1024", "768"],
)
def test_nothing_is_cut_off_sideways(site: Site) -> None:
    page = site.open(f"/?node={node_of(site, 'orders-db')}")
    expect(page.get_by_role("complementary", name="Details")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name in ("Sign in", "Close the details (Esc)"):
        box = page.get_by_role("button", name=name).first.bounding_box()
        assert box
        assert box["x"] + box["width"] <= page.evaluate("innerWidth")
