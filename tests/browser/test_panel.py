"""The built Grafana plugin, loaded as Grafana loads it, with Grafana's own packages around it."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from stack import page as plugin_page
from stack.places import PLUGIN
from stack.plugin import pack
from tests.browser import host_page
from tests.browser.conftest import Site
from tests.browser.fixture.app import Stage
from tests.browser.grafana import Grafana
from tests.browser.host_page import HARNESS
from tests.browser.steps import newcomer, query, wait_for_query

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

MAP = "[role=application]"
Manifests = dict[str, dict[str, Any]]


@pytest.fixture(scope="package")
def built() -> None:
    """The plugin and the host page, built from what is checked out."""
    host_page.build()


@pytest.fixture
def application(stage: Stage, built: None) -> Grafana:
    return Grafana(stage)


def visible(site: Site, show: str) -> list[str]:
    site.page.goto(f"{site.url}/harness/index.html?{show}")
    site.page.wait_for_selector("[data-map-list] li", state="attached", timeout=60_000)
    return site.visible()


class TestPanel:
    def test_it_draws_what_our_data_source_gives(self, site: Site) -> None:
        said = visible(site, "show=panel")
        assert any("shop-gateway-1, running, healthy" in item for item in said)
        assert "GET /api/v1/topology/containers" in site.stage.calls
        expect(site.page.get_by_role("heading", name="Topology")).to_be_visible()
        assert len(site.page.locator(MAP).screenshot()) > 20_000
        assert site.said == []

    def test_it_follows_what_starts_while_the_range_ends_now(self, site: Site) -> None:
        visible(site, "show=panel")
        site.stage.extra.append(newcomer(site))
        site.stage.push({"type": "full"} | site.stage.view("containers"))
        expect(site.page.locator("[data-map-list]")).to_contain_text("pop-up")
        assert site.said == []

    def test_a_range_that_has_ended_shows_its_end(self, site: Site) -> None:
        visible(site, "show=past")
        assert any("topology/containers?at=" in call for call in site.stage.calls)
        assert not site.stage.sockets

    def test_it_draws_the_frames_of_others(self, site: Site) -> None:
        said = visible(site, "show=frames&theme=light")
        assert "node redis, running, critical" in said
        assert any("smtp.example.org" in item for item in said), "an edge to nowhere is drawn"
        assert any("<img src=x" in item for item in said), "names are text (H1)"
        assert site.page.evaluate("window.hacked") is None
        assert site.said == []

    def test_the_wheel_belongs_to_the_dashboard(self, site: Site) -> None:
        visible(site, "show=frames")
        page = site.page
        page.evaluate(
            """() => { window.wheels = [];
              addEventListener('wheel', event => wheels.push(event.defaultPrevented)); }"""
        )
        page.mouse.move(500, 300)
        page.mouse.wheel(0, 100)
        page.wait_for_function("() => wheels.length === 1")
        page.keyboard.down("Control")
        page.mouse.wheel(0, 100)
        page.keyboard.up("Control")
        page.wait_for_function("() => wheels.length === 2")
        assert page.evaluate("wheels") == [False, True]

    def test_a_click_is_written_to_the_variable(self, site: Site) -> None:
        visible(site, "show=panel")
        page = site.page
        page.locator(MAP).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_function("() => new URLSearchParams(location.search).has('var-container')")
        (chosen,) = query(page)["var-container"]
        assert chosen in {node["label"] for node in site.stage.view("containers")["nodes"]}
        card = page.get_by_role("region", name="Chosen node")
        expect(card).to_contain_text(chosen)
        expect(card.get_by_role("link", name="Dashboard")).to_have_attribute(
            "href", re.compile("^/d/promscope-container")
        )
        page.keyboard.press("Escape")
        wait_for_query(page, "var-container", "$__all")
        assert site.said == []

    def test_a_figure_above_a_limit_is_a_warning(self, site: Site) -> None:
        said = visible(site, "show=frames&warning=0.65")
        assert any("running, warning: Figure 0.70 is above 0.65" in item for item in said)
        assert "node lb, running, healthy" in said

    def test_the_menu_of_a_node_acts_after_asking(self, site: Site) -> None:
        site.stage.signed_in = True
        visible(site, "show=panel")
        page = site.page
        page.locator(MAP).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("m")
        expect(page.get_by_role("menuitem", name="Dashboard")).to_be_visible()
        page.get_by_role("menuitem", name="Stop").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("interrupted")
        assert not any("/actions/" in call for call in site.stage.calls)
        dialog.get_by_role("button", name="Stop").click()
        expect(page.get_by_role("status")).to_contain_text(": done")
        assert any(call.endswith("/actions/stop") for call in site.stage.calls)

    def test_a_menu_says_why_not(self, site: Site) -> None:
        visible(site, "show=panel")
        page = site.page
        page.locator(MAP).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Actions").click()
        expect(page.get_by_role("menuitem", name="Stop")).to_be_disabled()

    def test_frames_of_others_have_a_menu_without_actions(self, site: Site) -> None:
        visible(site, "show=frames")
        page = site.page
        page.locator(MAP).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("m")
        expect(page.get_by_role("menuitem", name="nothing to do")).to_be_visible()


class TestDataSource:
    def test_its_editor_completes_the_filter(self, site: Site) -> None:
        page = site.page
        page.goto(f"{site.url}/harness/index.html?show=editor")
        written = page.get_by_placeholder("everything")
        written.click()
        written.fill("ima")
        page.get_by_role("option", name="image with its tag").click()
        expect(page.locator("output")).to_have_text('{"refId":"A","filter":"image"}')
        assert any("completions?q=ima" in call for call in site.stage.calls)

    def test_its_test_says_what_is_there_or_what_is_wrong(self, site: Site) -> None:
        page = site.page
        page.goto(f"{site.url}/harness/index.html?show=health")
        expect(page.get_by_role("status")).to_contain_text("containers on 2 hosts")
        site.stage.refuse = True
        page.reload()
        expect(page.get_by_role("status")).to_contain_text("needs the permission view")


class TestApp:
    def test_its_page_is_the_whole_page(self, site: Site) -> None:
        said = visible(site, "show=app")
        assert any("shop-gateway-1" in item for item in said)
        expect(site.page.get_by_text("Live", exact=True)).to_be_visible()
        expect(site.page.get_by_role("combobox", name="Search")).to_be_visible()
        background = site.page.locator(".ps-top").evaluate("top => getComputedStyle(top).display")
        assert background == "flex", "its styles are there"
        assert site.said == []


class TestPackage:
    """What Grafana's catalogue asks of a plugin's archive."""

    @pytest.fixture
    def manifests(self, built: None) -> Manifests:
        return {
            folder: json.loads((PLUGIN / "dist" / folder / "plugin.json").read_text())
            for folder in ("", "panel", "datasource")
        }

    def test_ids_and_versions_belong_together(self, manifests: Manifests) -> None:
        assert {folder: m["id"] for folder, m in manifests.items()} == {
            "": "promscope-topology-app",
            "panel": "promscope-topology-panel",
            "datasource": "promscope-topology-datasource",
        }
        version = json.loads((PLUGIN / "package.json").read_text())["version"]
        assert {m["info"]["version"] for m in manifests.values()} == {version}

    def test_nested_plugins_are_included(self, manifests: Manifests) -> None:
        included = {(i["type"], i["path"]) for i in manifests[""]["includes"]}
        assert {
            ("panel", "panel/plugin.json"),
            ("datasource", "datasource/plugin.json"),
        } <= included

    def test_everything_named_is_there(self, manifests: Manifests) -> None:
        for folder, manifest in manifests.items():
            place = PLUGIN / "dist" / folder
            assert (place / "module.js").is_file()
            assert json.loads((place / "module.js.map").read_text())["sources"]
            for logo in manifest["info"]["logos"].values():
                assert (place / logo).is_file()
        for file in ("README.md", "CHANGELOG.md", "LICENSE"):
            assert (PLUGIN / "dist" / file).is_file()

    def test_what_grafana_shares_is_not_bundled(self, built: None) -> None:
        for module in (PLUGIN / "dist").rglob("module.js.map"):
            sources = json.loads(module.read_text())["sources"]
            assert not [s for s in sources if "node_modules/react" in s or "@grafana/" in s]

    def test_types_fit_the_real_packages(self, built: None) -> None:
        plugin_page.npm("run", "typecheck", folder=HARNESS)

    def test_sources_keep_the_rules_of_the_validator(self) -> None:
        forbidden = (
            *("window.alert", "window.confirm", "window.prompt", "window.open", "eval("),
            *("window.location", "grafanaBootData", "grafanaRuntime", "/api/ds/query"),
            *("console.", "<Global", "ts-ignore", "gf-form"),
        )
        for file in sorted((PLUGIN / "src").rglob("*.ts*")):
            text = file.read_text()
            assert not [word for word in forbidden if word in text], file
            assert ".css'" not in text, file

    def test_manifests_say_what_the_catalogue_shows(self, manifests: Manifests) -> None:
        for manifest in manifests.values():
            assert re.fullmatch(r"promscope-topology-(app|panel|datasource)", manifest["id"])
            info = manifest["info"]
            assert info["keywords"]
            assert info["description"]
            assert info["author"]["name"]
            assert manifest["dependencies"]["grafanaDependency"] == ">=12.3.0"
        assert "Apache License" in (PLUGIN / "dist" / "LICENSE").read_text()[:200]

    def test_logos_are_pictures_and_nothing_else(self, built: None) -> None:
        for logo in (PLUGIN / "dist").rglob("*.svg"):
            assert not re.search(r"<script|<foreignObject|\son\w+=|href=", logo.read_text()), logo

    def test_the_archive_is_one_folder_named_after_the_app(
        self, built: None, tmp_path: Path
    ) -> None:
        with zipfile.ZipFile(pack(PLUGIN / "dist", tmp_path)) as archive:
            names = archive.namelist()
        assert {name.partition("/")[0] for name in names} == {"promscope-topology-app"}
        wanted = ("plugin.json", "module.js", "module.js.map")
        places = ("", "panel/", "datasource/")
        assert {f"promscope-topology-app/{p}{w}" for p in places for w in wanted} <= set(names)

    def test_modules_are_small(self, built: None) -> None:
        for module in (PLUGIN / "dist").rglob("module.js"):
            assert len(gzip.compress(module.read_bytes())) < 600_000, module


def test_the_harness_is_not_part_of_the_page() -> None:
    lock = json.loads((PLUGIN / "package-lock.json").read_text())
    assert not [name for name in lock["packages"] if "@grafana/" in name]
