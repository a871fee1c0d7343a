"""The last records of the audit log, for a person at a terminal (`promscope audit tail`)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from promscope_api.audit.chain import Broken, read
from promscope_api.audit.log import chain_files

_POLL_SECONDS = 0.5
_READ_BYTES = 4 * 1024 * 1024


def last(directory: Path, count: int, *, plain: bool = False) -> list[str]:
    """The last `count` records of all chains, by time; `plain`: the lines as written."""
    lines = [line for path in chain_files(directory) for line in _end(path).splitlines()]
    lines.sort(key=_moment)
    return [_show(line, plain) for line in lines[-count:]] if count > 0 else []


def follow(directory: Path, *, plain: bool = False) -> Iterator[str]:
    """Every record that is written from now on, for ever."""
    read_to = {path: path.stat().st_size for path in chain_files(directory)}
    while True:
        time.sleep(_POLL_SECONDS)
        for path in chain_files(directory):
            with path.open("rb") as file:
                file.seek(read_to.get(path, 0))
                news = file.read(_READ_BYTES)
            whole = news[: news.rfind(b"\n") + 1]
            read_to[path] = read_to.get(path, 0) + len(whole)
            for line in whole.splitlines():
                yield _show(line, plain)


def _end(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _READ_BYTES))
        content = file.read()
    return content if size <= _READ_BYTES else content[content.find(b"\n") + 1 :]


def _fields(line: bytes) -> dict[str, Any]:
    try:
        fields, _ = read(line)
    except Broken:
        return {}
    return fields


def _moment(line: bytes) -> str:
    return str(_fields(line).get("@timestamp", ""))


def _show(line: bytes, plain: bool) -> str:
    if plain:
        return line.decode("ascii", "backslashreplace")
    fields = _fields(line)
    if not fields:
        return "(a damaged record: run `promscope audit verify`)"
    who = fields.get("user.name", "-")
    target = fields.get("container.name") or fields.get("promscope.node") or fields.get("url.path")
    phase = fields.get("promscope.operation.phase")
    words = [
        fields["@timestamp"],
        fields.get("source.ip", "-"),
        who,
        fields["event.action"],
        f"({phase})" if phase else "",
        fields["event.outcome"],
        target or "",
        fields.get("event.reason", ""),
    ]
    return " ".join(_printable(str(word)) for word in words if word)


def _printable(text: str) -> str:
    """A terminal must not obey what a user agent or a container's name says."""
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
