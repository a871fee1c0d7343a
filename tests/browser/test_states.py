"""The page when something is missing, broken or hostile: each state says what and what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.browser.fixture import shop
from tests.browser.picture import ENOUGH, differences, expect_picture
from tests.browser.steps import node_of

pytestmark = pytest.mark.browser

#: When all of it happens: ages on the page are then the same on every day and machine.
NOW = 1_790_000_000.0
STILL = {
    "viewport": {"width": 1440, "height": 900},
    "color_scheme": "dark",
    "reduced_motion": "reduce",
    "timezone_id": "UTC",
    "locale": "en-GB",
}


@pytest.fixture
def still(site: Site) -> Site:
    """The site at a moment that does not pass."""
    site.stage.frozen = NOW
    site.page.clock.set_fixed_time(NOW)
    return site


@pytest.mark.parametrize("look", [STILL], ids=["still"])
class TestPictures:
    """Each designed state: what it says, and what it looks like."""

    def test_first_load(self, still: Site) -> None:
        page = still.page
        page.route("**/api/v1/topology/*", lambda _: None)
        page.goto(still.url)
        expect(page.get_by_role("status", name="Loading the map")).to_be_visible()
        expect_picture(page, "first-load")
        page.unroute_all(behavior="ignoreErrors")

    def test_no_probe_yet(self, still: Site) -> None:
        still.stage.empty, still.stage.probes = True, False
        page = still.open()
        expect(page.get_by_role("heading", name="No probe reports yet")).to_be_visible()
        expect(page.locator("pre").first).to_contain_text("promscope-exporter --api.url=http")
        expect_picture(page, "no-probe")

    def test_nothing_matches(self, still: Site) -> None:
        page = still.open("/?filter=image%3Anothing-like-this")
        expect(page.get_by_role("heading", name="Nothing matches the filter")).to_be_visible()
        expect_picture(page, "nothing-matches")

    def test_a_stale_backend(self, still: Site) -> None:
        still.stage.stale_reason = "Prometheus at 127.0.0.1:9090 does not answer"
        page = still.open()
        expect(page.get_by_text("Numbers are stale for 1 min: Prometheus")).to_be_visible()
        expect(page.get_by_text("Stale", exact=True)).to_be_visible()
        expect_picture(page, "stale")

    def test_a_probe_that_is_offline(self, still: Site) -> None:
        still.stage.offline = True
        page = still.open()
        expect(page.get_by_text("The probe of vega does not answer")).to_be_visible()
        expect(page.get_by_role("contentinfo")).to_contain_text("1 of 2")
        expect_picture(page, "probe-offline")

    def test_the_api_goes_and_comes_back(self, still: Site) -> None:
        page = still.open()
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        still.stage.down = True
        still.stage.push(None)
        expect(page.get_by_text("The connection to the API is lost")).to_be_visible()
        assert still.visible(), "the last picture stays"
        expect_picture(page, "api-gone")
        still.stage.down = False
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.get_by_text("The connection to the API is lost")).not_to_be_attached()
        expect_picture(page, "map")
        page.evaluate("document.querySelectorAll('canvas').forEach(it => it.remove())")
        assert differences(page)["map"] > ENOUGH, "a map that is not drawn is seen"

    def test_not_permitted(self, still: Site) -> None:
        still.stage.refuse = True
        page = still.open()
        title = "This map is not open to everybody"
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_role("button", name="Sign in").first).to_be_visible()
        expect_picture(page, "not-permitted")


class TestStates:
    def test_nothing_of_this_kind(self, site: Site) -> None:
        site.stage.empty = True
        page = site.open()
        expect(page.get_by_role("heading", name="No containers yet")).to_be_visible()

    def test_a_degraded_probe(self, site: Site) -> None:
        site.stage.degraded = [{"capability": "edges", "reason": "the probe does not run as root"}]
        page = site.open()
        banner = page.get_by_role("status").filter(has_text="shows less than it could")
        expect(banner).to_contain_text("the probe does not run as root")
        banner.get_by_role("button").click()
        expect(banner).not_to_be_attached()

    def test_an_api_that_does_not_answer_yet(self, site: Site) -> None:
        site.stage.down = True
        page = site.open()
        expect(page.get_by_role("heading", name="The API does not answer yet")).to_be_visible()
        site.stage.down = False
        expect(page.locator("[data-map-list]")).to_contain_text("shop-gateway-1")

    def test_a_filter_that_is_no_query(self, site: Site) -> None:
        page = site.open("/?filter=status%3Ared")
        expect(page.get_by_role("heading", name="The filter is no query")).to_be_visible()
        expect(page.locator(".ps-card")).to_contain_text("status is one of healthy, warning")
        page.locator(".ps-card").get_by_role("button", name="Show everything").click()
        expect(page.locator("[data-map-list]")).to_contain_text("shop-gateway-1")


class TestHostileNames:
    """H1: what others named is text, wherever it is shown."""

    def test_they_are_text(self, site: Site) -> None:
        node = node_of(site, "payment")
        site.stage.labels[node] = shop.HOSTILE
        page = site.open(f"/?node={node}")
        panel = page.get_by_role("complementary", name="Details")
        expect(panel.get_by_role("heading", level=2)).to_have_text(shop.HOSTILE)
        panel.get_by_role("heading", name="Labels").click()
        expect(panel).to_contain_text("<img src=x")
        page.keyboard.press("t")
        expect(page.get_by_role("grid")).to_contain_text("<img src=x")
        page.get_by_role("combobox", name="Search").fill("<img src=x onerror=alert(1)>")
        page.wait_for_timeout(400)
        assert page.evaluate("window.hacked") is None
        assert page.locator("img").count() == 0
        assert page.locator("a").count() == 0
        assert not [line for line in site.said if "Failed to load resource" not in line]

    def test_in_the_link_too(self, site: Site) -> None:
        page = site.open("/?view=__proto__&node=%3Cscript%3E&q=%3Cimg%3E&sort=__proto__&mode=table")
        page.wait_for_timeout(300)
        assert page.locator("script:not([src])").count() == 0
        assert not [line for line in site.said if "Failed to load resource" not in line]
