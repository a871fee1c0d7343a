import asyncio

import pytest

from promscope_exporter.live.engine import ask
from promscope_exporter.sources.engine import EngineError
from tests.unit.exporter.fakes import ID, FakeEngine, context, record

NODE = f"container:{ID[:12]}"


@pytest.fixture
async def world(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        one = context(tmp_path)
        one.inventory.update("sync", record(), fake.address)
        yield fake, one.inventory


async def test_the_engine_of_the_container_answers(world):
    fake, inventory = world
    fake.raw[f"/containers/{ID}/top"] = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall"
    assert await asyncio.to_thread(ask, inventory, NODE, "top") == b"all"
    with pytest.raises(EngineError, match="404"):
        await asyncio.to_thread(ask, inventory, NODE, "other")


async def test_what_is_no_container_of_an_engine_here(world):
    _, inventory = world
    inventory.remove("destroy", NODE)
    for node in (NODE, "container:0b0b0b0b0b0b", "host:a"):
        with pytest.raises(LookupError):
            await asyncio.to_thread(ask, inventory, node, "json")
