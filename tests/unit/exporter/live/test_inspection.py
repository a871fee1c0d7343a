import asyncio

import pytest

from promscope_exporter.live.inspection import LiveInspection
from promscope_exporter.sources.engine import EngineError
from tests.unit.exporter.fakes import ID, FakeEngine, context, inspected, record

NODE = f"container:{ID[:12]}"


@pytest.fixture
async def world(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        one = context(tmp_path)
        one.inventory.update("sync", record(), fake.address)
        yield fake, one


async def ask(one, node=NODE):
    return await asyncio.to_thread(LiveInspection(one), node)


async def test_the_engines_words_without_secrets_d1(world):
    fake, one = world
    fake.containers[ID] = inspected(
        Config={"Env": ["PASSWORD=hunter2"], "Cmd": ["--token", "hunter2"]}
    )
    told = await ask(one)
    assert told["Config"] == {"Env": ["PASSWORD=***"], "Cmd": ["--token", "***"]}
    assert told["Id"] == ID
    assert fake.asked == [f"/containers/{ID}/json"]


async def test_what_no_engine_here_knows(world, tmp_path):
    _, one = world
    found_by_group = context(tmp_path)
    found_by_group.inventory.update("sync", record())
    with pytest.raises(LookupError):
        await ask(found_by_group)
    one.inventory.hide("container:0b0b0b0b0b0b")
    for node in ("container:0b0b0b0b0b0b", "host:a", "nonsense"):
        with pytest.raises(LookupError):
            await ask(one, node)


async def test_an_engine_that_answers_nonsense_or_404(world):
    fake, one = world
    with pytest.raises(EngineError, match="404"):
        await ask(one)
    for body in (b"[]", b"nonsense", b'{"a":' * 5000):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        fake.raw[f"/containers/{ID}/json"] = head + body
        with pytest.raises(EngineError, match="description"):
            await ask(one)
