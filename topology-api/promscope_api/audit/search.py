"""Records of the audit log by who, what and when, the newest first; nothing is read whole."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from promscope_api.audit.chain import Broken, read
from promscope_api.audit.log import chain_files

MAX_LIMIT = 500
#: What one search looks at; the rest is behind its cursor.
MAX_SCANNED = 100_000
_BLOCK = 256 * 1024
_MOMENT = "@timestamp"


class Wanted(msgspec.Struct, frozen=True):
    """What a record must have; empty: anything. `node` is a node's id or a container's name,
    `before` an `@timestamp`."""

    user: str = ""
    action: str = ""
    outcome: str = ""
    node: str = ""
    before: str = ""


class AuditPage(msgspec.Struct, frozen=True):
    """Records with the field names of ECS. `next`: ask with it as `before` for older ones; null:
    there are none. `damaged`: lines that are no record any more (`promscope audit verify`)."""

    records: list[dict[str, Any]]
    next: str | None
    damaged: int


def search(directory: Path, wanted: Wanted, limit: int) -> AuditPage:
    """At least `limit` records if there are as many: those of one moment stay together.

    Raises OSError where a file cannot be read.
    """
    chains: dict[str, list[Path]] = defaultdict(list)
    for path in chain_files(directory):
        chains[path.name.partition(".")[0]].append(path)
    found: list[dict[str, Any]] = []
    damaged = 0
    last = ""
    newest_first = heapq.merge(
        *(_backwards(files) for files in chains.values()), key=lambda one: one[0], reverse=True
    )
    for scanned, (moment, fields) in enumerate(newest_first):
        full = len(found) >= limit or scanned >= MAX_SCANNED
        if full and moment and moment < last:
            return AuditPage(found, last, damaged)
        if fields is None:
            damaged += 1
            continue
        last = moment
        if _fits(fields, wanted):
            found.append(fields)
    return AuditPage(found, None, damaged)


def _fits(fields: dict[str, Any], wanted: Wanted) -> bool:
    node = (fields.get("promscope.node"), fields.get("container.name"))
    return (
        (not wanted.user or fields.get("user.name") == wanted.user)
        and (not wanted.action or fields.get("event.action") == wanted.action)
        and (not wanted.outcome or fields.get("event.outcome") == wanted.outcome)
        and (not wanted.node or wanted.node in node)
        and (not wanted.before or fields[_MOMENT] < wanted.before)
    )


def _backwards(files: list[Path]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Moment and fields of every record of a chain, the last first; a damaged line has the
    moment of the one after it and None."""
    moment = "~"
    for path in reversed(files):
        for line in _lines(path):
            try:
                fields, _ = read(line)
                moment = str(fields[_MOMENT])
            except (Broken, KeyError):
                yield moment, None
            else:
                yield moment, fields


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        at = file.seek(0, 2)
        rest = b""
        while at > 0:
            size = min(_BLOCK, at)
            at -= size
            file.seek(at)
            first, *lines = (file.read(size) + rest).split(b"\n")
            rest = first
            yield from (line for line in reversed(lines) if line)
        if rest:
            yield rest
