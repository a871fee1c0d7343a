"""`GET /api/v1/nodes/{id}/logs`: a container's log as text or JSON lines, to read or download.

Served in the event loop: a reader may be slow or follow for hours, and holds no thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import msgspec

from promscope_api.control.log_lines import LogLine, LogLines, MalformedLog, harmless
from promscope_api.control.openings import Opening, Openings
from promscope_api.http.moment import parse
from promscope_api.live.reading import begin, refuse, serve
from promscope_api.security.guard import Guard, Receive, Send
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request, Scope, from_asgi
from promscope_wire.stream import StreamEnded
from promscope_wire.streams import End
from promscope_wire.wishes import LogsWish

MEDIA = {"text": "text/plain; charset=utf-8", "ndjson": "application/x-ndjson"}
DEFAULT_TAIL = 1000
#: Bytes of the engine's log that one answer holds.
DEFAULT_LIMIT, MAX_LIMIT = 64 * 1024 * 1024, 4 * 1024 * 1024 * 1024
MAX_READERS = 64
SEND_SECONDS = 15.0

_PARAMETERS = frozenset(
    ("format", "tail", "since", "until", "output", "follow", "limit", "download")
)


class LogsEndpoint:
    """The ASGI application of the route."""

    def __init__(self, openings: Openings, guard: Guard) -> None:
        self._openings = openings
        self._guard = guard
        self._readers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = from_asgi(scope)
        node = str(scope["path"]).split("/")[-2]
        try:
            opening, wanted = await self._open(request, node)
        except Refused as refused:
            await refuse(send, refused)
            return
        self._readers += 1
        try:
            with self._guard.lifelines.hold(opening.principal) as revoked:
                await serve(opening, _write(opening, wanted, send), revoked, receive)
        finally:
            self._readers -= 1

    async def _open(self, request: Request, node: str) -> tuple[Opening, _Wanted]:
        if request.method not in ("GET", "HEAD"):
            raise Refused(405, "method", "Logs are read with GET.", title="Not allowed")
        principal = await asyncio.to_thread(self._guard.check, request, "view")
        assert principal is not None  # deny by default: nobody has view
        attempt = await self._openings.permit(principal, node, "logs", request)
        wanted = _wanted(request.query)
        if self._readers >= MAX_READERS:
            raise Refused(503, "too-many-readers", f"{MAX_READERS} logs are read here already.")
        words = msgspec.json.encode(wanted.wish).decode()
        wish = msgspec.to_builtins(wanted.wish)
        return await self._openings.open(attempt, "logs", wish, words), wanted


class _Wanted(msgspec.Struct, frozen=True):
    wish: LogsWish
    format: str
    limit: int
    download: bool


def _wanted(query: str) -> _Wanted:
    """Raises Refused (400)."""
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    unknown = sorted(set(given) - _PARAMETERS)
    if unknown:
        raise Refused(
            400, "bad-parameter",
            f"There is no parameter {unknown[0][:40]}; there are {', '.join(sorted(_PARAMETERS))}.",
        )  # fmt: skip
    form = given.get("format", "text")
    if form not in MEDIA:
        raise Refused(400, "bad-parameter", "format is text or ndjson.")
    output = given.get("output", "both")
    if output not in ("both", "stdout", "stderr"):
        raise Refused(400, "bad-parameter", "output is stdout, stderr or both.")
    tail = given.get("tail", str(DEFAULT_TAIL))
    wish = {
        "follow": _flag(given, "follow"),
        "stdout": output != "stderr",
        "stderr": output != "stdout",
        "tail": None if tail == "all" else _number("tail", tail),
        "since": parse("since", given.get("since", "")),
        "until": parse("until", given.get("until", "")),
    }
    limit = min(MAX_LIMIT, _number("limit", given.get("limit", str(DEFAULT_LIMIT))))
    try:
        checked = msgspec.convert(wish, LogsWish)
    except msgspec.ValidationError as error:
        raise Refused(400, "bad-parameter", f"{error}.") from error
    return _Wanted(checked, form, limit, _flag(given, "download"))


def _flag(given: dict[str, str], name: str) -> bool:
    text = given.get(name, "false")
    if text not in ("true", "false"):
        raise Refused(400, "bad-parameter", f"{name} is true or false.")
    return text == "true"


def _number(name: str, text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise Refused(400, "bad-parameter", f"{name} is a whole number.")
    return int(text)


async def _write(opening: Opening, wanted: _Wanted, send: Send) -> End | None:
    """The answer; what the probe said last, None where the limit ended it."""
    disposition = "attachment" if wanted.download else "inline"
    extension = {"text": "log", "ndjson": "ndjson"}[wanted.format]
    headers = {
        "content-type": MEDIA[wanted.format],
        "content-disposition": f'{disposition}; filename="{opening.file_name}.{extension}"',
        "cache-control": "no-store",
    }
    await begin(send, headers)
    render = _text if wanted.format == "text" else _ndjson
    end: End | None = None
    lines = _lines(opening, wanted.limit)
    async for some in lines:
        if isinstance(some, End):
            end = some
            break
        body = b"".join(map(render, some))
        await asyncio.wait_for(
            send({"type": "http.response.body", "body": body, "more_body": True}), SEND_SECONDS
        )
    if end and end.problem:
        words = end.problem.detail or end.problem.title
        body = render(LogLine("", "promscope", f"… the log breaks off here: {words}"))
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    return end


async def _lines(opening: Opening, limit: int) -> AsyncIterator[list[LogLine] | End]:
    decoder = LogLines()
    left = limit
    try:
        while left > 0:
            data = await opening.stream.receive()
            left -= len(data)
            yield list(decoder.feed(data))
        remark = f"… the answer ends here: over {limit:,} bytes; ask for less, or set limit="
        yield [*decoder.finish(), LogLine("", "promscope", remark)]
    except StreamEnded as ended:
        yield list(decoder.finish())
        yield ended.end
    except MalformedLog as error:
        yield [LogLine("", "promscope", f"… the log breaks off here: {error}")]


def _text(line: LogLine) -> bytes:
    time = f"{line.time} " if line.time else ""
    return f"{time}{harmless(line.text)}\n".encode()


def _ndjson(line: LogLine) -> bytes:
    return msgspec.json.encode(line) + b"\n"
