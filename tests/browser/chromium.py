"""The real Chromium that tests, screenshots and benchmarks drive."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: A slow machine is no failure: milliseconds that a step or an expectation may take.
LIMIT = 60_000
#: WebGL by the software rasteriser: what it draws is right, how fast says nothing.
SOFTWARE_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
#: As on a machine whose browser has no GPU: everything is drawn by the processor.
NO_GPU = ["--disable-gpu"]


@contextmanager
def chromium(graphics: Sequence[str] = SOFTWARE_GL) -> Iterator[Browser]:
    """Chromium of the machine, or the one that PROMSCOPE_CHROMIUM names."""
    path = os.environ.get("PROMSCOPE_CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is not there: sudo apt install chromium"
    with sync_playwright() as playwright:
        expect.set_options(timeout=LIMIT)
        found = playwright.chromium.launch(executable_path=path, args=[*QUIET, *graphics])
        yield found
        found.close()
