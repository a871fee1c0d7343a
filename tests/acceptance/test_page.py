"""The page of the real product in a real browser: what lives on the host shows, and obeys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from demo.engine import docker
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch
from tests.browser.chromium import LIMIT, chromium

pytestmark = [pytest.mark.docker, pytest.mark.browser]


@pytest.fixture(scope="module")
def page(unscraped: Product) -> Iterator[Page]:
    """Signed in by a code in the fragment, in front of a backend that scrapes nothing."""
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(LIMIT)
        said: list[str] = []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{unscraped.url}/#code={unscraped.sign_in_code()}")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        assert "code" not in page.url
        yield page
        assert not said, said


def on_the_map(page: Page, name: str, words: str) -> None:
    """A screen reader hears this of the container."""
    row = page.locator("[data-map-list] li").filter(has_text=name)
    expect(row).to_contain_text(words)


def test_a_container_pops_up_pauses_and_goes(page: Page, scratch: Scratch) -> None:
    name, _ = scratch.run()
    on_the_map(page, name, "running")
    docker("pause", name)
    on_the_map(page, name, "paused")
    docker("rm", "-f", name)
    expect(page.locator("[data-map-list] li").filter(has_text=name)).to_have_count(0)


def test_the_page_pauses_and_removes_a_real_container(page: Page, scratch: Scratch) -> None:
    name, _ = scratch.run()
    on_the_map(page, name, "running")
    page.get_by_role("combobox", name="Search").fill(name)
    page.get_by_role("option", name=name).first.click()
    details = page.get_by_role("complementary", name="Details")
    details.get_by_role("button", name="Pause", exact=True).click()
    on_the_map(page, name, "paused")
    assert docker("inspect", "-f", "{{.State.Status}}", name).strip() == "paused"
    details.get_by_role("button", name="Resume").click()
    on_the_map(page, name, "running")
    docker("stop", "-t", "0", name)
    on_the_map(page, name, "exited")
    details.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert docker("inspect", "-f", "{{.State.Status}}", name).strip() == "exited"
    details.get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(name)
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator("[data-map-list] li").filter(has_text=name)).to_have_count(0)


def test_a_shell_on_the_page_runs_in_the_container_until_its_tab_is_closed(
    page: Page, scratch: Scratch
) -> None:
    name, _ = scratch.run()
    on_the_map(page, name, "running")
    page.get_by_role("combobox", name="Search").fill(name)
    page.get_by_role("option", name=name).first.click()
    details = page.get_by_role("complementary", name="Details")
    details.get_by_role("button", name="Terminal").click()
    dock = page.get_by_role("region", name="Terminals")
    shown = dock.locator(".xterm-rows")
    expect(dock.get_by_role("alert")).to_contain_text("you lack the permission exec-root")
    dock.get_by_role("textbox", name="User").fill("1000")
    dock.get_by_role("button", name="Open again").click()
    expect(shown).to_contain_text("$")
    page.keyboard.type("printf '\\033[38;2;1;2;3m%s\\033[0m\\n' a$((6*7))z; stty size\n")
    true_colour = shown.get_by_text("a42z", exact=True)
    expect(true_colour).to_have_css("color", "rgb(1, 2, 3)")
    assert "ash" in docker("top", name, "-eo", "pid,comm").split()
    dock.get_by_role("searchbox", name="Search the terminal").fill("a42z")
    expect(dock.locator(".xterm-selection div")).not_to_have_count(0)
    dock.get_by_role("textbox", name="Terminal input").focus()
    page.keyboard.type("exit 3\n")
    expect(dock.get_by_role("alert")).to_have_text("The shell ended with exit code 3.")
    dock.get_by_role("combobox", name="Shell").fill("/bin/none")
    dock.get_by_role("button", name="Open again").click()
    expect(dock.get_by_role("alert")).to_contain_text("has no /bin/none")
    dock.get_by_role("combobox", name="Shell").fill("")
    dock.get_by_role("button", name="Open again").click()
    until(lambda: "ash" in docker("top", name, "-eo", "pid,comm").split(), "the shell runs")
    dock.get_by_role("button", name=f"Close the terminal in {name}").click()
    expect(dock).to_have_count(0)
    until(lambda: "ash" not in docker("top", name, "-eo", "pid,comm").split(), "the shell ended")
