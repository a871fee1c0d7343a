"""`make test` and `make test-all`: every test, with a Docker Engine around them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from stack import backends, engine, page
from stack.places import ROOT
from stack.terminal import say, step

#: First, two files at a time: a wrong line should not have to wait for a browser to be told.
_CHEAP = ("tests/unit", "tests/hostile", "tests/docs", "tests/packaging")
_SIDE_BY_SIDE = ("--numprocesses=2", "--dist=loadfile")
#: Real processes in real time: one after the other.
_REAL = ("tests/acceptance", "tests/browser")
#: More than these at once is no accident.
_UNSTEADY = 10
_FAILED = 1


def main(*, all_backends: bool = False) -> int:
    """Run them all; 0 if none failed. The last line printed is pytest's own summary."""
    page.modules()
    with step("the tests of the page (vitest)"):
        page.npm("test", quiet=False)
    with engine.running():
        cheap = suite(*_SIDE_BY_SIDE, *_CHEAP)
        status = suite(*_REAL) or cheap
        if not all_backends:
            return status
        for name, program in backends.build().items():
            say(f"· the acceptance tests on {name}")
            again = suite("tests/acceptance", PROMSCOPE_TEST_BACKEND=str(program))
            status = status or again
    return status


def suite(*arguments: str, root: Path = ROOT, **environment: str) -> int:
    """One run. The few tests that fail in it are named and get one more: most use real threads and
    processes in real time, and a busy machine is no bug. What fails twice is one.
    """
    status = _pytest(root, "--cache-clear", *arguments, **environment)
    failed = _failed(root) if status == _FAILED else []
    if not 0 < len(failed) <= _UNSTEADY:
        return status
    say("· once more, what failed; passing now, it is unsteady and wants mending all the same:")
    for name in failed:
        say(f"  {name}")
    return _pytest(root, "--last-failed", *arguments, **environment)


def _failed(root: Path) -> list[str]:
    """The ids of the tests that failed in the last run, as pytest's cache has them."""
    cache = root / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return sorted(json.loads(cache.read_text())) if cache.exists() else []


def _pytest(root: Path, *arguments: str, **environment: str) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        check=False,
    ).returncode
