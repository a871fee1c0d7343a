"""The licences of everything that ships with the product: none may be of the GPL family."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stack.places import PLUGIN, ROOT, script

_GPL = re.compile(r"GPL|GNU (Affero|Lesser )?General Public", re.IGNORECASE)
_NAME = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
#: A package may offer a choice: one that is not of the family is enough.
_CHOICE = re.compile(r"\bOR\b")


def refused(licence: str) -> bool:
    """True if the licence expression leaves no way around the GPL family, or says nothing."""
    if not licence or licence.upper() in ("UNKNOWN", "UNLICENSED"):
        return True
    return all(_GPL.search(choice) for choice in _CHOICE.split(licence))


def problems() -> list[str]:
    """One line per dependency that must not be there."""
    return sorted(
        f"{name}: {licence or 'no licence'}"
        for name, licence in (*_python(), *npm(PLUGIN))
        if refused(licence)
    )


def _python() -> Iterator[tuple[str, str]]:
    """What requirements/run.txt installs as (name, licence), on this platform."""
    names = _NAME.findall((ROOT / "requirements" / "run.txt").read_text())
    listed = subprocess.run(
        [script("pip-licenses"), "--format=json", "--from=mixed", "--packages", *names],
        capture_output=True,
        text=True,
        check=True,
    )
    for entry in json.loads(listed.stdout):
        yield f"{entry['Name']} {entry['Version']}", entry["License"]


def npm(folder: Path) -> Iterator[tuple[str, str]]:
    """Every package of the lock file that is not for development only."""
    lock = json.loads((folder / "package-lock.json").read_text())
    for place, entry in lock["packages"].items():
        if "node_modules/" not in place or entry.get("dev") or entry.get("link"):
            continue
        name = place.rpartition("node_modules/")[2]
        yield f"{name} {entry.get('version')}", _licence(entry, folder / place)


def _licence(entry: Mapping[str, Any], place: Path) -> str:
    if entry.get("license"):
        return str(entry["license"])
    try:
        licence = json.loads((place / "package.json").read_text()).get("license")
    except (OSError, ValueError):
        return ""
    return str(licence.get("type", "") if isinstance(licence, dict) else licence or "")
