"""Messages between the web and the graph process."""

from __future__ import annotations

import asyncio
import struct

import pytest

from promscope_api.graph import channel
from promscope_api.graph.channel import Ask, Broken, LayoutMoved, Message, Place, Push, Reply, Tell
from promscope_api.graph.topic import Topic


def reader(*parts: bytes) -> asyncio.StreamReader:
    made = asyncio.StreamReader()
    for part in parts:
        made.feed_data(part)
    made.feed_eof()
    return made


@pytest.mark.parametrize(
    "message",
    [
        Ask(7, "view", {"view": "hosts"}),
        Tell("watch", {"on": True}),
        Reply(7, 200, b"\x00\xff", b"gz", "tag"),
        Push(Topic("hosts"), 1, 2, b"{}"),
        LayoutMoved("hosts", {"a": Place("", 1.0, 2.5, 3.0)}, ["b"]),
    ],
)
async def test_message_arrives_as_it_was_sent(message: Message) -> None:
    sent = channel.encode(message)
    assert await channel.receive(reader(sent[:3], sent[3:])) == message


async def test_messages_keep_their_order() -> None:
    sent = b"".join(channel.encode(Ask(number, "x")) for number in range(5))
    stream = reader(sent)
    assert [(await channel.receive(stream)).number for _ in range(5)] == list(range(5))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\x00\x00",
        struct.pack(">I", 10) + b"abc",
        struct.pack(">I", 3) + b"abc",
        struct.pack(">I", channel.MAX_MESSAGE_BYTES + 1),
    ],
)
async def test_anything_else_breaks_the_channel(sent: bytes) -> None:
    with pytest.raises(Broken):
        await channel.receive(reader(sent))
