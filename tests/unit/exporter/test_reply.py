import asyncio

import pytest

from promscope_exporter.reply import Reply
from promscope_exporter.request import Request


class Writer:
    """Takes everything; `stalled` never gives room again."""

    def __init__(self, stalled=False):
        self.sent = b""
        self._stalled = stalled

    def write(self, data):
        self.sent += data

    async def drain(self):
        if self._stalled:
            await asyncio.Event().wait()


def ignored(_):
    pass


def request(http11=True, method="GET"):
    return Request(method, "/", {}, {}, http11, http11)


async def test_a_short_answer_with_the_headers_of_every_answer():
    writer = Writer()
    extra = {"X-Frame-Options": "deny"}
    await Reply(writer, request(), extra, 30.0, ignored).text(
        200, "é\n", headers={"Retry-After": "1"}
    )
    head, _, body = writer.sent.partition(b"\r\n\r\n")
    assert body == "é\n".encode()
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    assert {"Content-Length: 3", "X-Frame-Options: deny", "Retry-After: 1"} <= set(lines)
    assert "Connection: close" not in lines


async def test_a_request_that_could_not_be_read_ends_the_connection():
    writer, counted = Writer(), []
    await Reply(writer, None, {}, 30.0, counted.append).text(400, "no\n")
    assert b"Connection: close" in writer.sent
    assert counted == [400]


async def test_chunks():
    writer = Writer()
    await Reply(writer, request(), {}, 30.0, ignored).chunks("text/plain", [b"ab", b"c" * 16])
    assert writer.sent.endswith(b"\r\n\r\n2\r\nab\r\n10\r\n" + b"c" * 16 + b"\r\n0\r\n\r\n")


async def test_a_client_that_does_not_read_r2():
    for send in (
        lambda reply: reply.text(200, "x"),
        lambda reply: reply.chunks("text/plain", [b"x"]),
    ):
        with pytest.raises(TimeoutError):
            await send(Reply(Writer(stalled=True), request(), {}, 0.01, ignored))
