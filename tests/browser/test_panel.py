"""The built Grafana plugin, loaded as Grafana loads it, with Grafana's own packages around it."""

from __future__ import annotations

import json
import mimetypes
from typing import Any, ClassVar

import pytest
from playwright.sync_api import expect

from stack import page as plugin_page
from tests.browser.conftest import Site
from tests.browser.fixture.app import Application, Receive, Scope, Send, Stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

PLUGIN = plugin_page.PLUGIN
HARNESS = PLUGIN / "harness"
MAP = "[role=application]"
Manifests = dict[str, dict[str, Any]]


@pytest.fixture(scope="package")
def built() -> None:
    """The plugin and the harness, built from what is checked out."""
    plugin_page.modules()
    plugin_page.npm("run", "build:plugin")
    plugin_page.modules(HARNESS)
    plugin_page.npm("run", "build", folder=HARNESS)


class Grafana(Application):
    """The stand-in of the API behind the path of Grafana's data source proxy."""

    PROXY = "/api/datasources/proxy/uid/harness"
    FOLDERS: ClassVar = {
        "/harness/": HARNESS / "dist",
        "/plugin/": PLUGIN / "dist",
        "/public/": HARNESS / "node_modules/@grafana/ui/dist/public",
    }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(self.PROXY):
            scope = scope | {"path": scope["path"].removeprefix(self.PROXY)}
        await super().__call__(scope, receive, send)

    def _file(self, path: str) -> tuple[int, str, bytes]:
        for prefix, folder in self.FOLDERS.items():
            if path.startswith(prefix):
                file = (folder / path.removeprefix(prefix)).resolve()
                if not file.is_relative_to(folder.resolve()) or not file.is_file():
                    return 404, "text/plain", b"not found"
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                return 200, kind, file.read_bytes()
        return 404, "text/plain", b"not found"


@pytest.fixture
def application(stage: Stage, built: None) -> Grafana:
    # Grafana's own styles are made by script as style elements.
    return Grafana(stage, PLUGIN / "dist", policy=None)


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
        forbidden = ("window.alert", "window.confirm", "grafanaBootData", "console.", "<Global")
        for file in sorted((PLUGIN / "src").rglob("*.ts*")):
            text = file.read_text()
            assert not [word for word in forbidden if word in text], file
            assert ".css'" not in text, file


def test_the_harness_is_not_part_of_the_page() -> None:
    lock = json.loads((PLUGIN / "package-lock.json").read_text())
    assert not [name for name in lock["packages"] if "@grafana/" in name]
