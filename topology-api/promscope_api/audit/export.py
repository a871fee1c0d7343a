"""All records, or one user's, as they were written (`promscope audit export`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from promscope_api.audit.chain import Broken, read
from promscope_api.audit.log import chain_files


def records(directory: Path, user: str = "") -> Iterator[str]:
    """The lines of every chain in order; `user`: those the user did, and those done to it.
    A line that is no record any more is part of everything, and of no user."""
    for path in chain_files(directory):
        with path.open("rb") as file:
            for line in file:
                if not user or _is_of(line, user):
                    yield line.rstrip(b"\n").decode("ascii", "backslashreplace")


def _is_of(line: bytes, user: str) -> bool:
    try:
        fields, _ = read(line)
    except Broken:
        return False
    return user in (fields.get("user.name"), fields.get("promscope.for_user"))
