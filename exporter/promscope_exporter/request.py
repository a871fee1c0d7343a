"""One HTTP/1.1 request head (RFC 9112), read within limits."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

MAX_HEAD_BYTES = 16 * 1024
#: Seconds to wait for a next request on an open connection, and for the rest of its head.
IDLE_SECONDS = 300.0
HEAD_SECONDS = 10.0

_REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) (\S{1,8192}) HTTP/1\.([01])")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")


class BadRequest(Exception):
    """The request is refused with `status`; the message says why. The connection ends."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` by lower-case name; repeated ones are joined with a comma."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    keep_alive: bool
    http11: bool


async def read_request(
    reader: asyncio.StreamReader,
    first_byte_seconds: float = IDLE_SECONDS,
    head_seconds: float = HEAD_SECONDS,
) -> Request | None:
    """The next request; None when the client closed or sent nothing in time.

    Raises BadRequest for a head that is malformed, too large (431), too slow (408) or that
    announces a body (413): nothing here takes one.
    """
    try:
        first = await asyncio.wait_for(reader.read(1), first_byte_seconds)
    except (TimeoutError, ConnectionError):
        return None
    if not first:
        return None
    try:
        head = first + await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), head_seconds)
    except TimeoutError:
        raise BadRequest(408, f"the request took longer than {head_seconds:g} s") from None
    except asyncio.LimitOverrunError:
        raise BadRequest(431, f"the request head is over {MAX_HEAD_BYTES} bytes") from None
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return _parse(head)


def _parse(head: bytes) -> Request:
    line, *fields = head[:-4].split(b"\r\n")
    found = _REQUEST_LINE.fullmatch(line)
    if not found:
        raise BadRequest(400, "not an HTTP/1.1 request")
    method, target, minor = found.groups()
    headers: dict[str, str] = {}
    for text in fields:
        field = _FIELD.fullmatch(text)
        if not field:
            raise BadRequest(400, "a header line is malformed")
        name, value = field[1].decode().lower(), field[2].decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    if "transfer-encoding" in headers or headers.get("content-length", "0") != "0":
        raise BadRequest(413, "a request body is not accepted here")
    try:
        parts = urlsplit(target.decode("latin-1"))
        query = parse_qs(parts.query, max_num_fields=100)
    except ValueError as error:
        raise BadRequest(400, f"the request target is malformed: {error}") from None
    connection = headers.get("connection", "").lower()
    http11 = minor == b"1"
    keep_alive = "close" not in connection if http11 else False
    return Request(method.decode(), parts.path, query, headers, keep_alive, http11)
