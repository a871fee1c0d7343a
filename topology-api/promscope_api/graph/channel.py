"""The protocol between web and graph: messages on one Unix socket, sans policy.

Each message is a 4-byte big-endian length and that many bytes of msgpack. The web sends `Ask` and
`Tell`, the graph answers each `Ask` with one `Reply` of the same number, and sends `Push` as views
change. Order is kept, both ways.
"""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import msgspec

from promscope_api.graph.coding import Encoding
from promscope_api.graph.topic import Topic

MAX_MESSAGE_BYTES = 512 * 1024 * 1024
_LENGTH = struct.Struct(">I")


class Broken(Exception):
    """The other side sent something that is not a message of this protocol, or went away."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """A circle in world coordinates and the group it is in ("": the outermost level)."""

    group: str
    x: float
    y: float
    radius: float

    @property
    def circle(self) -> tuple[float, float, float]:
        return self.x, self.y, self.radius


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """`request`: the id of the request that it is asked for; empty: for none."""

    number: int
    what: str
    arguments: dict[str, Any] = {}
    request: str = ""


class Tell(msgspec.Struct, frozen=True, tag="tell"):
    """A fact for the graph: what a tunnel said, a saved layout, who watches what."""

    what: str
    arguments: dict[str, Any] = {}


class Reply(msgspec.Struct, frozen=True, tag="reply"):
    """`status` is the HTTP status the answer deserves; `body` the JSON to forward as it is.

    `compressed` is what there is instead of it in the content coding `encoding`; `etag` is the
    version of the body, or empty.
    """

    number: int
    status: int
    body: bytes
    compressed: bytes = b""
    etag: str = ""
    encoding: Encoding = "identity"


class Push(msgspec.Struct, frozen=True, tag="push"):
    """A message for everybody who watches `topic`; `base` and `version` as in its JSON."""

    topic: Topic
    base: int
    version: int
    body: bytes


class LayoutMoved(msgspec.Struct, frozen=True, tag="layout"):
    """Places of `view` to keep, and ids whose place to forget."""

    view: str
    places: dict[str, Place]
    gone: list[str]


Message = Ask | Tell | Reply | Push | LayoutMoved
_encode = msgspec.msgpack.Encoder().encode
_decode: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode(message: Message) -> bytes:
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


async def receive(reader: asyncio.StreamReader) -> Message:
    """The next message. Raises Broken when there is none any more."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > MAX_MESSAGE_BYTES:
            raise Broken(f"a message of {length} bytes is over the limit")
        return _decode.decode(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise Broken("the connection ended") from error
    except msgspec.MsgspecError as error:
        raise Broken(str(error)) from error
