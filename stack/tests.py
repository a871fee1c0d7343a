"""`make test` and `make test-all`: every test, with a Docker Engine around them."""

from __future__ import annotations

import os
import subprocess
import sys

from stack import backends, engine, page
from stack.places import ROOT
from stack.terminal import say, step

#: The cheap ones first: a wrong line should not have to wait for a browser to be told.
_FOLDERS = ("unit", "hostile", "docs", "packaging", "acceptance", "browser")


def main(*, all_backends: bool = False) -> int:
    """Run them all; 0 if none failed. The last line printed is pytest's own summary."""
    page.modules()
    with step("the tests of the page (vitest)"):
        page.npm("test", quiet=False)
    with engine.running():
        status = _pytest(
            *(f"tests/{name}" for name in _FOLDERS if (ROOT / "tests" / name).is_dir())
        )
        if not all_backends:
            return status
        for name, program in backends.build().items():
            say(f"· the acceptance tests on {name}")
            again = _pytest("tests/acceptance", PROMSCOPE_TEST_BACKEND=str(program))
            status = status or again
    return status


def _pytest(*arguments: str, **environment: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    ).returncode
