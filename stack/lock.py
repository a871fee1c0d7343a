"""`make lock`: the hashed requirement files from pyproject.toml and requirements/*.in."""

from __future__ import annotations

import subprocess

from stack.places import ROOT, script
from stack.refusal import Refusal
from stack.terminal import step

_RUN = ("pyproject.toml", "requirements/build.in")
_DEV = (*_RUN, "requirements/dev.in")


def write() -> None:
    """run.txt first; the others keep its versions: dev.txt, and what the images of compose/
    hold. Raises Refusal if uv cannot resolve."""
    same = ("-c", "requirements/run.txt")
    _compile("requirements/run.txt", _RUN, "--all-extras")
    _compile("requirements/dev.txt", _DEV, "--all-extras", *same)
    for extra in ("exporter", "api"):
        _compile(f"requirements/{extra}.txt", _RUN[:1], "--extra", extra, *same)


def _compile(target: str, sources: tuple[str, ...], *options: str) -> None:
    with step(target):
        done = subprocess.run(
            [
                *(script("uv"), "pip", "compile", "--quiet", "--universal"),
                *("--python-version", "3.11", "--generate-hashes"),
                *("--custom-compile-command", "make lock"),
                *(*options, *sources, "-o", target),
            ],
            cwd=ROOT,
            check=False,
        )
    if done.returncode:
        raise Refusal(f"{target} could not be made; uv says why above.")
