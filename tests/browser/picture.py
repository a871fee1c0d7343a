"""Whether a page looks as it is kept in pictures/: seen from afar, as fonts and rasterisers differ.

A page must look more like its own picture than like that of any other state, and enough like it.
`PROMSCOPE_KEEP_PICTURES=1` keeps what is seen from now on.
"""

from __future__ import annotations

import base64
import os
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.acceptance.patience import until

FOLDER = Path(__file__).with_name("pictures")
KEEP = "PROMSCOPE_KEEP_PICTURES"
#: Of a picture that is kept, in pixels.
SIZE = (96, 60)
#: The mean difference of a pixel's colours, of 255: more than another font, less than no map.
ENOUGH = 6.0

_SHRINK = """
  const shrink = async data => {
    const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(bitmap, 0, 0, width, height);
    return canvas;
  };
"""
_KEPT = f"""async ([seen, [width, height]]) => {{
  {_SHRINK}
  const small = await (await shrink(seen)).convertToBlob({{ type: 'image/png' }});
  return btoa(String.fromCharCode(...new Uint8Array(await small.arrayBuffer())));
}}"""
_DIFFERENCES = f"""async ([seen, kept, [width, height]]) => {{
  {_SHRINK}
  const pixels = async data =>
    (await shrink(data)).getContext('2d').getImageData(0, 0, width, height).data;
  const mine = await pixels(seen);
  const found = {{}};
  for (const [name, data] of Object.entries(kept)) {{
    const other = await pixels(data);
    const sum = mine.reduce((total, value, at) => total + Math.abs(value - other[at]), 0);
    found[name] = sum / (width * height * 3);
  }}
  return found;
}}"""


def expect_picture(page: Page, name: str) -> None:
    """The page comes to look as kept under this name."""
    if os.environ.get(KEEP):
        keep(page, name)

    def looks_like_it() -> bool:
        found = differences(page)
        assert found[name] <= ENOUGH, found
        assert min(found, key=lambda each: found[each]) == name, found
        return True

    until(looks_like_it, f"the page looks like {name}.png, of which it differs by", every=0.3)


def differences(page: Page) -> dict[str, float]:
    """By the name of each kept picture how much the page differs from it, 0 to 255."""
    return dict(page.evaluate(_DIFFERENCES, [_seen(page), _kept(), SIZE]))


def keep(page: Page, name: str) -> None:
    page.wait_for_timeout(3000)  # All that moves has come to rest: once, by hand.
    FOLDER.mkdir(exist_ok=True)
    small = page.evaluate(_KEPT, [_seen(page), SIZE])
    (FOLDER / f"{name}.png").write_bytes(base64.b64decode(small))
    _kept.cache_clear()


def _seen(page: Page) -> str:
    shot = page.screenshot(animations="disabled", caret="hide")
    return base64.b64encode(shot).decode()


@cache
def _kept() -> dict[str, str]:
    return {
        file.stem: base64.b64encode(file.read_bytes()).decode() for file in FOLDER.glob("*.png")
    }
