import asyncio

import pytest

from promscope_exporter.request import MAX_HEAD_BYTES, BadRequest, read_request


async def read(*pieces, end=True, **limits):
    reader = asyncio.StreamReader(limit=MAX_HEAD_BYTES)
    for piece in pieces:
        reader.feed_data(piece)
    if end:
        reader.feed_eof()
    return await read_request(reader, **limits)


async def test_request():
    found = await read(
        b"GET /metrics?collect[]=host&collect%5B%5D=edge HTTP/1.1\r\nHost: x\r\nACCEPT: a\r\n"
        b"accept: b\r\n\r\n"
    )
    assert (found.method, found.path) == ("GET", "/metrics")
    assert found.query == {"collect[]": ["host", "edge"]}
    assert found.headers["accept"] == "a,b"
    assert found.keep_alive


@pytest.mark.parametrize(
    ("head", "keep"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", False),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", False),
    ],
)
async def test_keep_alive(head, keep):
    assert (await read(head)).keep_alive is keep


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost:"])
async def test_closed_by_the_client(sent):
    assert await read(sent) is None


async def test_silence_is_the_end():
    assert await read(end=False, first_byte_seconds=0.01) is None


async def test_slow_head_r2():
    with pytest.raises(BadRequest) as refused:
        await read(b"GET / HT", end=False, head_seconds=0.01)
    assert refused.value.status == 408


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x02\x00\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nname : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\na: \x00\r\n\r\n", 400),
        (b"GET /?" + b"&".join([b"a=1"] * 200) + b" HTTP/1.1\r\n\r\n", 400),
        (b"GET http://[/ HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 2 * MAX_HEAD_BYTES, 431),
    ],
)
async def test_refusals(sent, status):
    with pytest.raises(BadRequest) as refused:
        await read(sent)
    assert refused.value.status == status
