"""Files of a container, as a stream on the tunnel: by the engine's archives, which need no program
in the container and follow no link out of it.

Source: Docker Engine API 1.41, "Get an archive of a filesystem resource in a container".
"""

from __future__ import annotations

import asyncio
import posixpath
import tarfile
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from promscope_exporter.sources.archive import Archive, MalformedArchive, Member
from promscope_exporter.sources.engine import Engine, EngineError, NotFound
from promscope_exporter.tunnel.streams import Session, StreamRefused
from promscope_exporter.tunnel.targets import Target
from promscope_wire.files import FileEntry, FileKind
from promscope_wire.frames import Problem
from promscope_wire.wishes import FilesWish

ANSWER_SECONDS = 6.0
#: The engine sends a folder with all that is below it: a listing looks so long, at so much.
LIST_SECONDS = 20.0
MAX_LIST_BYTES = 2 * 1024**3
MAX_ENTRIES = 10_000
#: Of one file or archive.
MAX_BYTES = 16 * 1024**3

_KINDS: dict[bytes, FileKind] = {
    tarfile.DIRTYPE: "directory",
    tarfile.SYMTYPE: "link",
    tarfile.CHRTYPE: "device",
    tarfile.BLKTYPE: "device",
    tarfile.FIFOTYPE: "fifo",
    tarfile.LNKTYPE: "file",
}


class Files:
    """Serves the kind `files`."""

    def __init__(
        self, answer_seconds: float = ANSWER_SECONDS, list_seconds: float = LIST_SECONDS
    ) -> None:
        self._seconds = answer_seconds
        self._list_seconds = list_seconds

    async def __call__(
        self, target: Target, wish: dict[str, Any], session: Session
    ) -> dict[str, int]:
        try:
            wanted = msgspec.convert(wish, FilesWish)
        except msgspec.ValidationError as error:
            raise StreamRefused(Problem("invalid", "Invalid parameter", str(error))) from error
        path = wanted.path
        if wanted.operation == "list":
            # With the dot a link to a folder is that folder, and a file is none.
            path = path.rstrip("/") + "/."
        engine = Engine(target.engine, self._seconds)
        place = f"/containers/{target.record.id}/archive"
        try:
            async with engine.stream(place, path=path) as body:
                if wanted.operation == "list":
                    return await _list(Archive(body), session, self._list_seconds)
                if wanted.operation == "content":
                    return await _content(Archive(body), wanted.path, session)
                return await _archive(body, session)
        except MalformedArchive as error:
            problem = Problem("engine", "The engine's archive is malformed", str(error))
            raise StreamRefused(problem) from error
        except EngineError as error:
            raise _explained(error, wanted.path) from error


async def _list(archive: Archive, session: Session, seconds: float) -> dict[str, int]:
    """Entries of the folder itself; `truncated`: not all of them could be looked for."""
    session.opened({})
    entries = 0
    try:
        async with asyncio.timeout(seconds):
            folder = await archive.next()
            base = _path(folder.name) if folder else ""
            while (member := await archive.next()) is not None:
                if archive.read > MAX_LIST_BYTES or entries >= MAX_ENTRIES:
                    return {"truncated": 1}
                name = _name(_path(member.name), base)
                if name:
                    entries += 1
                    await session.stream.send(msgspec.json.encode(_entry(name, member)) + b"\n")
    except TimeoutError:
        return {"truncated": 1}
    return {"truncated": 0}


async def _content(archive: Archive, path: str, session: Session) -> dict[str, int]:
    member = await archive.next()
    if member is None:
        raise StreamRefused(Problem("not-found", "No such file", f"There is no {path}."))
    if member.kind == tarfile.SYMTYPE:
        detail = f"{path} is a link to {member.link}: ask for that."
        raise StreamRefused(Problem("conflict", "A link", detail))
    if member.kind != tarfile.REGTYPE:
        detail = f"{path} is not a file with content; a folder can be had as an archive."
        raise StreamRefused(Problem("conflict", "Not a file", detail))
    _check_size(member.size)
    session.opened({"size": member.size})
    async for piece in archive.content():
        await session.stream.send(piece)
    return {}


async def _archive(body: AsyncIterator[bytes], session: Session) -> dict[str, int]:
    session.opened({})
    sent = 0
    async for piece in body:
        sent += len(piece)
        _check_size(sent)
        await session.stream.send(piece)
    return {}


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        detail = f"It is over {MAX_BYTES // 1024**3} GiB: use `docker cp` on its host."
        raise StreamRefused(Problem("conflict", "Too large", detail))


def _path(name: str) -> str:
    path = posixpath.normpath(name).strip("/")
    return "" if path == "." else path


def _name(path: str, base: str) -> str:
    """The name of what is in the folder `base` itself, "" for anything else."""
    prefix = f"{base}/" if base else ""
    rest = path[len(prefix) :] if path.startswith(prefix) else ""
    return "" if "/" in rest or rest == ".." else rest


def _entry(name: str, member: Member) -> FileEntry:
    kind = "file" if member.kind == tarfile.REGTYPE else _KINDS.get(member.kind, "other")
    return FileEntry(
        name,
        kind,
        size=member.size,
        mode=member.mode,
        modified=member.mtime,
        user=member.uid,
        group=member.gid,
        target=member.link if kind == "link" else "",
    )


def _explained(error: EngineError, path: str) -> Exception:
    words = str(error).lower()
    if isinstance(error, NotFound) and "no such container" not in words:
        return StreamRefused(Problem("not-found", "No such file", f"There is no {path}."))
    if "not a directory" in words:
        return StreamRefused(Problem("conflict", "Not a folder", f"{path} is not a folder."))
    return error
