import asyncio

import pytest

from promscope_exporter.live.changes import LiveChanges
from promscope_exporter.sources.engine import EngineError
from promscope_wire.files import FileChange
from tests.unit.exporter.fakes import ID, FakeEngine, context, record

NODE = f"container:{ID[:12]}"


@pytest.fixture
async def world(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        one = context(tmp_path)
        one.inventory.update("sync", record(), fake.address)
        yield fake, one


async def ask(one, node=NODE):
    return await asyncio.to_thread(LiveChanges(one), node)


def answer(fake, body):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
    fake.raw[f"/containers/{ID}/changes"] = head + body


async def test_what_was_added_modified_and_deleted(world):
    fake, one = world
    kinds = (1, 0, 2, 7)
    items = ",".join(f'{{"Path":"/{kind}","Kind":{kind}}}' for kind in kinds)
    answer(fake, f"[{items}]".encode())
    assert await ask(one) == [
        FileChange("/1", "added"), FileChange("/0", "modified"), FileChange("/2", "deleted"),
        FileChange("/7", "modified"),
    ]  # fmt: skip
    answer(fake, b"null")
    assert await ask(one) == []


async def test_what_no_engine_here_knows(world):
    _, one = world
    for node in ("container:0b0b0b0b0b0b", "host:a", "nonsense"):
        with pytest.raises(LookupError):
            await ask(one, node)


async def test_an_engine_that_answers_nonsense_or_404(world):
    fake, one = world
    with pytest.raises(EngineError, match="404"):
        await ask(one)
    for body in (b"{}", b"nonsense", b"[" * 5000, b'[{"Path":1,"Kind":0}]'):
        answer(fake, body)
        with pytest.raises(EngineError, match="changes"):
            await ask(one)
