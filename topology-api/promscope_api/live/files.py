"""`GET /api/v1/nodes/{id}/files`, `…/files/content` and `…/files/archive`: files of a container.

Served in the event loop: a reader may be slow, and holds no thread.
"""

from __future__ import annotations

import asyncio
import re
from typing import cast
from urllib.parse import parse_qs

import msgspec

from promscope_api.control.attempt import STATUS
from promscope_api.control.openings import Opening, Openings
from promscope_api.live.reading import begin, refuse, serve
from promscope_api.security.guard import Guard, Receive, Send
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request, Scope, from_asgi
from promscope_wire.files import FileEntry
from promscope_wire.stream import StreamEnded
from promscope_wire.streams import End
from promscope_wire.wishes import FilesWish

MAX_READERS = 32
SEND_SECONDS = 15.0
#: What an exporter's entries may take; it tells 10,000.
MAX_LISTING_BYTES = 16 * 1024 * 1024

_OPERATIONS = {"files": "list", "content": "content", "archive": "archive"}


class FileList(msgspec.Struct, frozen=True):
    """The entries of a folder by name. `truncated`: there may be more, the folder is too large to
    be looked through."""

    path: str
    entries: list[FileEntry]
    truncated: bool


class FilesEndpoint:
    """The ASGI application of the three routes."""

    def __init__(self, openings: Openings, guard: Guard) -> None:
        self._openings = openings
        self._guard = guard
        self._readers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = from_asgi(scope)
        parts = str(scope["path"]).split("/")
        try:
            opening, wish = await self._open(request, parts[4], _OPERATIONS[parts[-1]])
        except Refused as refused:
            await refuse(send, refused)
            return
        self._readers += 1
        try:
            with self._guard.lifelines.hold(opening.principal) as revoked:
                await serve(opening, _write(opening, wish, send), revoked, receive)
        finally:
            self._readers -= 1

    async def _open(self, request: Request, node: str, operation: str) -> tuple[Opening, FilesWish]:
        if request.method not in ("GET", "HEAD"):
            raise Refused(405, "method", "Files are read with GET.", title="Not allowed")
        principal = await asyncio.to_thread(self._guard.check, request, "view")
        assert principal is not None  # deny by default: nobody has view
        attempt = await self._openings.permit(principal, node, "files", request)
        wish = _wish(request.query, operation)
        if self._readers >= MAX_READERS:
            raise Refused(503, "too-many-readers", f"{MAX_READERS} read files here already.")
        words = msgspec.json.encode(wish).decode()
        found = await self._openings.open(attempt, "files", msgspec.to_builtins(wish), words)
        return found, wish


def _wish(query: str, operation: str) -> FilesWish:
    """Raises Refused (400)."""
    given = parse_qs(query, keep_blank_values=True)
    if set(given) - {"path"}:
        raise Refused(400, "bad-parameter", "There is one parameter, path.")
    try:
        return msgspec.convert(
            {"operation": operation, "path": given.get("path", ["/"])[-1]}, FilesWish
        )
    except msgspec.ValidationError:
        detail = "path is absolute, such as /etc, and has at most 4096 characters."
        raise Refused(400, "bad-parameter", detail) from None


async def _write(opening: Opening, wish: FilesWish, send: Send) -> End | None:
    if wish.operation == "list":
        return await _list(opening, wish.path, send)
    return await _download(opening, wish, send)


async def _list(opening: Opening, path: str, send: Send) -> End | None:
    told = bytearray()
    try:
        while len(told) <= MAX_LISTING_BYTES:
            told += await opening.stream.receive()
        end, problem = None, "The exporter tells more than a folder has."
    except StreamEnded as ended:
        end, problem = ended.end, ""
    if end and end.problem:
        found = end.problem
        status = STATUS.get(found.kind, 502)
        await refuse(send, Refused(status, found.kind, found.detail, title=found.title))
        return end
    try:
        entries = [msgspec.json.decode(line, type=FileEntry) for line in told.splitlines()]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        problem = f"The exporter's listing cannot be read: {error}"
    if problem:
        await refuse(send, Refused(502, "engine", problem))
        return end
    entries.sort(key=lambda entry: entry.name)
    listing = FileList(path, entries, bool(end and end.details.get("truncated")))
    await begin(send, {"content-type": "application/json", "cache-control": "no-store"})
    await send({"type": "http.response.body", "body": msgspec.json.encode(listing)})
    return end


async def _download(opening: Opening, wish: FilesWish, send: Send) -> End | None:
    """Where it breaks off the connection does too, so that nobody takes a part for the whole."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", wish.path.rstrip("/").rpartition("/")[2])[:100]
    name = name.lstrip(".") or opening.file_name
    headers = {
        "content-type": "application/octet-stream",
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    if wish.operation == "archive":
        headers["content-type"] = "application/x-tar"
        headers["content-disposition"] = f'attachment; filename="{name}.tar"'
    else:
        headers["content-length"] = str(int(cast(int, opening.details.get("size", 0))))
    await begin(send, headers)
    # Each part waits for the next: whoever has the last one may go, and has read it all.
    last = b""
    try:
        while True:
            body = await opening.stream.receive()
            part = {"type": "http.response.body", "body": last, "more_body": True}
            await asyncio.wait_for(send(part), SEND_SECONDS)
            last = body
    except StreamEnded as ended:
        if ended.end.problem is None:
            await asyncio.wait_for(send({"type": "http.response.body", "body": last}), SEND_SECONDS)
        return ended.end
