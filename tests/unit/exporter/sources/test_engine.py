import asyncio
from contextlib import aclosing

import pytest

from promscope_exporter.sources import engine as module
from promscope_exporter.sources.engine import Engine, EngineError, NotFound
from tests.unit.exporter.fakes import ID, FakeEngine, inspected, until


@pytest.fixture
async def fake(tmp_path):
    async with FakeEngine(tmp_path) as running:
        yield running


@pytest.fixture
def engine(fake):
    return Engine(fake.address, answer_seconds=3)


async def test_speaks_the_version_that_the_engine_names(fake, engine):
    await engine.ping()
    fake.containers[ID] = inspected()
    assert ID.encode() in await engine.get("/containers/json", all="1")
    assert fake.asked == ["/_ping", "/containers/json"]


async def test_unknown_object(engine):
    with pytest.raises(NotFound, match="No such container"):
        await engine.get(f"/containers/{ID}/json")


async def test_no_engine_names_the_remedy(tmp_path):
    with pytest.raises(EngineError, match=r"--docker\.host"):
        await Engine(f"unix://{tmp_path}/none.sock").ping()


async def test_no_engine_over_tcp(unused_tcp_port):
    with pytest.raises(EngineError, match="no Docker Engine"):
        await Engine(f"tcp://127.0.0.1:{unused_tcp_port}").ping()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabcdefgh",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\nfire",
        b"HTTP/1.1 200 OK\r\n" + b"x" * 100_000,
    ],
)
async def test_broken_answers(fake, engine, answer):
    fake.raw["/broken"] = answer
    with pytest.raises(EngineError):
        await engine.get("/broken")


async def test_body_until_the_end_of_the_connection(fake, engine):
    fake.raw["/old"] = b"HTTP/1.0 200 OK\r\n\r\nab"
    assert await engine.get("/old") == b"ab"


async def test_hung_r3(fake):
    fake.hung = True
    with pytest.raises(EngineError, match="did not answer"):
        await Engine(fake.address, answer_seconds=0.2).get("/containers/json")


async def test_answer_that_never_ends_r1(fake, engine, monkeypatch):
    monkeypatch.setattr(module, "MAX_ANSWER_BYTES", 1000)
    part = b"400\r\n" + b"x" * 1024 + b"\r\n"
    fake.raw["/endless"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + part * 5
    with pytest.raises(EngineError, match="over 1000 bytes"):
        await engine.get("/endless")


async def test_events_in_any_pieces(fake, engine):
    async with aclosing(engine.events(type=["container"])) as events:
        assert await anext(events) == b""
        fake.tell_raw(b'{"a":')
        fake.tell_raw(b'1}\n{"b":2}\n\n{"c"')
        fake.tell_raw(b":3}\n")
        assert [await anext(events) for _ in range(3)] == [b'{"a":1}', b'{"b":2}', b'{"c":3}']


async def test_an_event_that_never_ends_r1(fake, engine, monkeypatch):
    monkeypatch.setattr(module, "MAX_EVENT_BYTES", 100)
    async with aclosing(engine.events(type=["container"])) as events:
        await anext(events)
        fake.tell_raw(b"x" * 200)
        with pytest.raises(EngineError, match="over 100 bytes"):
            await anext(events)


async def test_broken_event_stream(fake, engine):
    async with aclosing(engine.events(type=["container"])) as events:
        await anext(events)
        fake.drop()
        with pytest.raises((EngineError, StopAsyncIteration)):
            await anext(events)


async def test_no_connection_is_left(fake, engine):
    for _ in range(3):
        await engine.ping()
        with pytest.raises(EngineError):
            await engine.get(f"/containers/{ID}/json")
    await until(lambda: not fake._connections)
    assert len(asyncio.all_tasks()) == 1
