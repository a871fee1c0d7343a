"""What comes through the tunnel and out of an engine's log: frames, bytes of streams, logs."""

from __future__ import annotations

import asyncio

from promscope_api.control.log_lines import LogLines, MalformedLog, harmless
from promscope_api.control.streams import NoStream, Streams
from promscope_exporter.sources.engine_log import Malformed, Multiplexed, Terminal, frame
from promscope_wire import frames
from promscope_wire.problem import InvalidFrame, Problem
from promscope_wire.streams import Credit, End, Opened, pack, unpack
from tests.fuzz.target import Target

_TIME = b"2026-11-30T12:00:00.000000000Z "
_LOG = frame(1, _TIME + b"hello\n") + frame(2, _TIME + b"part ") + frame(2, _TIME + b"end\n")
_FRAMES = [
    frames.encode(one).encode()
    for one in (
        Opened(1, 65536, {"terminal": True}),
        Credit(1, 100),
        End(1, Problem("gone", "The container is gone"), {"exit_code": 1}),
    )
]


def _from_probe(data: bytes) -> object:
    return type(frames.decode_from_probe(data)).__name__


def _from_api(data: bytes) -> object:
    return type(frames.decode_from_api(data)).__name__


def _bytes(data: bytes) -> object:
    number, rest = unpack(data)
    assert pack(number, rest) == data
    return min(len(rest), 4)


def _conversation(data: bytes) -> object:
    """Everything a probe may say about one stream, a message a line."""

    async def talk() -> object:
        async def send(_: bytes | Credit) -> None:
            pass

        streams = Streams(lambda _: True, send)
        opening = asyncio.ensure_future(streams.open("logs", "n", "op", {}, 60))
        await asyncio.sleep(0)
        try:
            for message in data.split(b"\n"):
                if message.startswith(b"{"):
                    said = frames.decode_from_probe(message)
                    if isinstance(said, Opened | Credit | End):
                        streams.take(said)
                elif message:
                    streams.take_bytes(message)
        finally:
            streams.abandon()
            opened = (await asyncio.gather(opening, return_exceptions=True))[0]
            if isinstance(opened, Exception) and not isinstance(opened, NoStream):
                raise opened
        return type(opened).__name__

    return asyncio.run(talk())


def _log(data: bytes) -> object:
    """However it is cut up, what is passed on are whole frames that make harmless lines."""
    cutter, decoder, count = Multiplexed(), LogLines(), 0
    for at in range(0, len(data), 7):
        for line in decoder.feed(cutter.feed(data[at : at + 7])):
            assert "\x1b" not in harmless(line.text)
            count += 1
    return min(count, 4)


def _terminal(data: bytes) -> object:
    return min(sum(1 for _ in LogLines().feed(Terminal().feed(data))), 4)


TARGETS = {
    "from-probe": Target(_from_probe, _FRAMES, (InvalidFrame,), json=True),
    "from-api": Target(_from_api, _FRAMES, (InvalidFrame,), json=True),
    "bytes": Target(_bytes, [pack(1, b"data"), pack(2**32 - 1, b"x")], (InvalidFrame,)),
    "conversation": Target(
        _conversation, [b"\n".join((*_FRAMES[:1], pack(1, b"ls"), *_FRAMES[1:]))], (InvalidFrame,)
    ),
    "log": Target(_log, [_LOG], (Malformed, MalformedLog)),
    "terminal": Target(_terminal, [b"a\r\nb"], (MalformedLog,)),
}
