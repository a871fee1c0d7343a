"""The Python environment `.venv`: made once, brought up to date when the lock changes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from stack.places import ROOT, VENV
from stack.refusal import Refusal
from stack.terminal import step

_OLDEST = (3, 11)


def make(lock: str = "run", root: Path = ROOT, venv: Path = VENV) -> bool:
    """Install requirements/<lock>.txt and the project itself; true if there was work to do.

    Raises Refusal if this Python is too old, has no venv, or a package cannot be installed.
    """
    if sys.version_info < _OLDEST:
        raise Refusal(
            f"Python {_OLDEST[0]}.{_OLDEST[1]} or newer is needed, this is"
            f" {sys.version_info[0]}.{sys.version_info[1]}."
            " Name another one: make run PYTHON=python3.11"
        )
    requirements = root / "requirements" / f"{lock}.txt"
    stamp = venv / f".promscope-{lock}"
    wanted = _fingerprint(requirements, root / "pyproject.toml", venv)
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    with step(f"Python environment in {venv.name} from {requirements.relative_to(root)}"):
        if not (venv / "bin" / "pip").exists():
            _create(venv)
        _pip(venv, "install", "--require-hashes", "-r", str(requirements))
        _pip(venv, "install", "--no-deps", "--no-build-isolation", "-e", str(root))
    stamp.write_text(wanted)
    return True


def _fingerprint(*files: Path) -> str:
    """The path is a part of it: a moved checkout needs its scripts rewritten."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file).encode() + b"\0")
        digest.update(file.read_bytes() if file.is_file() else b"")
    return digest.hexdigest() + "\n"


def _create(venv: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines()
        detail = reason[-1] if reason else ""
        if "ensurepip" in done.stdout + done.stderr or "No module named venv" in done.stderr:
            detail = f"{sys.executable} cannot make one"
        raise Refusal(
            f"No Python environment could be made ({detail})."
            " On Debian and Ubuntu: sudo apt install python3-venv"
        )


def _pip(venv: Path, *arguments: str) -> None:
    command = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-q"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise Refusal(
            "The Python packages could not be installed; the last lines of pip say why."
            f" Is PyPI, or the index PIP_INDEX_URL names, reachable?\n{tail}"
        )
