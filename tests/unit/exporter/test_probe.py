import asyncio

import pytest

from promscope_exporter.collectors.registry import discover
from promscope_exporter.probe import Probe
from promscope_exporter.settings import Settings
from promscope_wire.web.address import Address
from promscope_wire.web.sockets import CannotListen
from tests.unit.exporter.fakes import ID, FakeEngine, inspected, until


def settings(fake, **more):
    return Settings(
        listen=(Address("127.0.0.1", 0),),
        docker_hosts=(fake.address,),
        collectors=frozenset(("container", "self")),
        **more,
    )


async def test_starts_follows_and_ends(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        fake.containers[ID] = inspected()
        probe = Probe(settings(fake), discover())
        (address,) = await probe.start()
        await until(probe.context.inventory.containers)
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
        assert b'promscope_container_info{container_id="4f1c2a9b7d3e"' in await reader.read()
        writer.close()
        await probe.close()
        await until(lambda: len(asyncio.all_tasks()) == 1 + len(fake._connections))
        with pytest.raises(ConnectionError):
            await asyncio.open_connection(address.host, address.port)


async def test_taken_port_leaves_nothing_running(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        first = Probe(settings(fake), discover())
        (address,) = await first.start()
        second = Probe(Settings(listen=(address,), docker_hosts=(fake.address,)), discover())
        with pytest.raises(CannotListen):
            await second.start()
        await second.close()
        await first.close()
