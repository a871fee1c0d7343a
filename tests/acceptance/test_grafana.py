"""The built plugin against the real API and Prometheus, through a proxy that is as Grafana's."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from demo.engine import docker
from demo.shop import Shop
from stack.places import script
from tests.acceptance import trail
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch
from tests.browser import host_page
from tests.browser.chromium import LIMIT, chromium
from tests.browser.data_source_proxy import UID, DataSourceProxy
from tests.browser.serving import serving
from tests.trust.provider import FakeProvider

pytestmark = [pytest.mark.docker, pytest.mark.browser, pytest.mark.timeout(900)]

MAP = "[role=application]"


@dataclass(frozen=True)
class Grafana:
    """Where it is, and what its administrator may change."""

    url: str
    proxy: DataSourceProxy

    def ask(self, method: str, path: str) -> requests.Response:
        """As a script of the page would."""
        url = f"{self.url}/api/datasources/proxy/uid/{UID}/{path}"
        request = requests.Request(method, url, json={} if method == "POST" else None).prepare()
        request.url = url  # as it is written, not canonical
        with requests.Session() as session:
            session.trust_env = False
            return session.send(request, timeout=60)


@pytest.fixture(scope="module")
def grafana(product: Product) -> Iterator[Grafana]:
    """Its token is an operator's, for the users of this Grafana."""
    host_page.build()
    with FakeProvider() as provider:
        proxy = DataSourceProxy(product.url, provider)
        proxy.token = _token(product, provider.issuer)
        with serving(proxy) as url:
            yield Grafana(url, proxy)


def _token(product: Product, issuer: str) -> str:
    done = subprocess.run(
        [
            *(script("promscope"), "tokens", "create", "grafana", "--role", "operator"),
            *("--grafana-url", issuer, "--storage.path", str(product.storage)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    (secret,) = (word for word in done.stdout.split() if word.startswith("pst_"))
    return secret


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """One whose console stays empty."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(LIMIT)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert not said, said


def choose(page: Page) -> str:
    """What the variable is after a node was chosen by keyboard; Enter on a group goes into it."""
    page.locator(MAP).focus()
    for arrow in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 10:
        page.keyboard.press(arrow)
        page.keyboard.press("Enter")
        chosen = page.evaluate("() => new URLSearchParams(location.search).get('var-container')")
        if chosen:
            return str(chosen)
    raise AssertionError("no node could be chosen")


def test_the_panel_shows_the_demo_and_what_is_chosen_is_written(
    page: Page, grafana: Grafana, shop: Shop, scratch: Scratch
) -> None:
    page.goto(f"{grafana.url}/harness/index.html?show=panel")
    listed = page.locator("[data-map-list] li")
    for service in ("gateway", "orders"):
        expect(listed.filter(has_text=f"{shop.project}-{service}-1")).to_contain_text("running")
    name, _ = scratch.run()
    expect(listed.filter(has_text=name)).to_contain_text("running")
    chosen = choose(page)
    expect(page.get_by_role("region", name="Chosen node")).to_contain_text(chosen)


def test_its_test_button_knows_the_real_api(page: Page, grafana: Grafana) -> None:
    page.goto(f"{grafana.url}/harness/index.html?show=health")
    expect(page.get_by_role("status")).to_contain_text("containers on 1 host")


def test_a_bad_token_is_told_with_the_remedy(grafana: Grafana, browser: Browser) -> None:
    good, grafana.proxy.token = grafana.proxy.token, "pst_wrong"
    context = browser.new_context()
    try:
        page = context.new_page()
        page.goto(f"{grafana.url}/harness/index.html?show=health")
        status = page.get_by_role("status")
        expect(status).to_contain_text("promscope tokens create", timeout=LIMIT)
    finally:
        grafana.proxy.token = good
        context.close()


def test_an_action_is_the_user_s_not_the_data_source_s(
    grafana: Grafana, product: Product, scratch: Scratch
) -> None:
    name, node = scratch.run()
    until(lambda: name in product.client().containers(), "the container on the map")
    act = f"api/v1/nodes/{node}/actions/pause"
    grafana.proxy.user = {"username": "vera", "role": "Viewer"}
    refused = grafana.ask("POST", act)
    assert refused.status_code == 403, refused.text
    assert docker("inspect", "-f", "{{.State.Status}}", name).strip() == "running"
    grafana.proxy.user = {"username": "ada", "role": "Editor"}
    done = grafana.ask("POST", act)
    assert done.status_code == 200, done.text
    assert docker("inspect", "-f", "{{.State.Status}}", name).strip() == "paused"
    for answer, user in ((done, "grafana:ada"), (refused, "grafana:vera")):
        records = trail.records(product.storage, operation_id=answer.json()["operation_id"])
        assert {record["user.name"] for record in records} == {user}


@pytest.mark.parametrize(
    "path",
    [
        "api/v1/..%2f..%2fmetrics",
        "api/v1/%2e%2e/%2e%2e/metrics",
        "api/v1/../../metrics",
    ],
)
def test_what_the_proxy_does_not_make_canonical_is_refused(path: str, grafana: Grafana) -> None:
    answer = grafana.ask("GET", path)
    assert answer.status_code in (400, 403, 404), answer.text
    assert "promscope_" not in answer.text


def test_what_fits_no_route_comes_without_the_token(grafana: Grafana) -> None:
    assert grafana.ask("POST", "API/v1/tickets").status_code in (400, 403, 404)
