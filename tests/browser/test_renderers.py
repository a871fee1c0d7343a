"""Both back-ends of the map: the same picture, and what happens when the GPU goes away."""

from __future__ import annotations

import base64
import time

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.patience import until
from tests.browser.conftest import Site
from tests.browser.steps import MAP

pytestmark = pytest.mark.browser

STILL = {"viewport": {"width": 1024, "height": 768}, "reduced_motion": "reduce"}


class TestRenderers:
    def test_webgl_survives_the_loss_of_its_context(self, site: Site) -> None:
        page = site.open("/?renderer=webgl2")
        assert page.locator(f"{MAP} canvas").count() == 2
        page.evaluate(
            """() => document.querySelector('[role=application] canvas')
                 .getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()"""
        )
        expect(page.locator(f"{MAP} canvas")).to_have_count(4)
        until(lambda: len(picture(page)) > DRAWN, "a map on the canvas")
        assert [line for line in site.said if line.startswith("error")] == []

    @pytest.mark.parametrize("look", [STILL], ids=["still"])
    def test_both_draw_the_same_picture(self, site: Site) -> None:
        site.stage.frozen = time.time()
        found = []
        for renderer in ("webgl2", "canvas"):
            page = site.open(f"/?renderer={renderer}&fill=memory")
            found.append(settled(page))
        assert all(len(one) > DRAWN for one in found)
        assert difference(site, *found) < 0.01

    @pytest.mark.parametrize("look", [STILL], ids=["still"])
    def test_nothing_moves_under_reduced_motion(self, site: Site) -> None:
        site.stage.frozen = time.time()
        page = site.open("/?renderer=canvas")
        before = settled(page)
        page.wait_for_timeout(1500)
        assert picture(page) == before


#: Bytes of a screenshot: an empty map compresses to much less.
DRAWN = 30_000


def picture(page: Page) -> bytes:
    return page.locator(MAP).screenshot()


def settled(page: Page) -> bytes:
    """The picture once everything on it has come to rest."""
    seen = [b""]

    def rests() -> bool:
        seen.append(picture(page))
        return len(seen[-1]) > DRAWN and seen[-1] == seen[-2]

    until(rests, "a picture that stays", every=0.4)
    return seen[-1]


def difference(site: Site, one: bytes, other: bytes) -> float:
    """The mean difference of two pictures, 0 to 1; the browser itself decodes them."""
    page = site.context.new_page()
    urls = [f"data:image/png;base64,{base64.b64encode(each).decode()}" for each in (one, other)]
    found = page.evaluate(
        """async urls => {
             const pixels = await Promise.all(urls.map(async url => {
               const image = new Image();
               image.src = url;
               await image.decode();
               const canvas = new OffscreenCanvas(image.width, image.height);
               const pen = canvas.getContext('2d');
               pen.drawImage(image, 0, 0);
               return pen.getImageData(0, 0, image.width, image.height).data;
             }));
             const sum = pixels[0].reduce((total, v, i) => total + Math.abs(v - pixels[1][i]), 0);
             return sum / pixels[0].length / 255;
           }""",
        urls,
    )
    page.close()
    return float(found)
