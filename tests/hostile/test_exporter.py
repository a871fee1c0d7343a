"""R1, R3, D1, D2: a running exporter beside a hostile engine."""

import asyncio
import json
from contextlib import asynccontextmanager

from promscope_exporter.collectors.registry import discover
from promscope_exporter.probe import Probe
from promscope_exporter.settings import Settings
from promscope_wire.web.address import Address
from tests.unit.exporter.fakes import ID, OTHER_ID, FakeEngine, inspected, until


@asynccontextmanager
async def probing(fake, **more):
    chosen = {
        "listen": (Address("127.0.0.1", 0),),
        "docker_hosts": (fake.address,),
        "collectors": frozenset(("host", "container", "process", "self")),
    }
    settings = Settings(**chosen | more)
    probe = Probe(settings, discover())
    (address,) = await probe.start()
    try:
        yield probe, address
    finally:
        await probe.close()


async def scrape(address, path="/metrics"):
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.decode()


async def test_r1_a_list_of_fifty_megabytes(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        body = json.dumps([{"Id": ID, "Names": ["/" + "x" * 50_000_000]}]).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        fake.raw["/containers/json"] = head.encode() + body
        async with probing(fake) as (probe, address):
            await until(lambda: probe.context.status.capabilities().get("docker") is False)
            text = await scrape(address)
            assert 'collector_success{collector="host"} 1' in text
            assert 'promscope_exporter_capability{capability="docker"} 0' in text


async def test_r1_one_container_of_nonsense(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        fake.containers = {ID: inspected(), OTHER_ID: inspected(OTHER_ID, Name="/db")}
        nonsense = b"[" * 1_000_000
        fake.raw[f"/containers/{OTHER_ID}/json"] = (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + nonsense
        )
        async with probing(fake) as (_, address):
            text = await scrape(address)
            assert f'promscope_container_info{{container_id="{ID[:12]}",name="web"' in text
            assert f'promscope_container_info{{container_id="{OTHER_ID[:12]}",name="db"' in text


async def test_r3_hung_engine(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        fake.hung = True
        async with probing(fake) as (_, address):
            async with asyncio.timeout(60):
                text = await scrape(address)
            assert 'collector_success{collector="process"} 1' in text
            assert "Promscope exporter is healthy" in await scrape(address, "/-/healthy")


async def test_r3_engine_that_hangs_later_keeps_what_is_known(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        fake.containers[ID] = inspected()
        async with probing(fake) as (probe, address):
            await until(probe.context.inventory.containers)
            probe.context.inventory.stale["unix:///x"] = "the engine does not answer"
            text = await scrape(address)
            assert f'promscope_container_info{{container_id="{ID[:12]}"' in text
            assert 'collector_success{collector="container"} 0' in text
            assert 'collector_success{collector="process"} 1' in text


async def test_d1_environment_is_nowhere(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        fake.containers[ID] = inspected(Config={"Image": "x", "Env": ["PASSWORD=hunter2"]})
        async with probing(fake, label_allow_list=("*",)) as (probe, address):
            await until(probe.context.inventory.containers)
            snapshot = probe.context.inventory.snapshot()
            assert snapshot.containers[0].environment == {"PASSWORD": "***"}
            assert "hunter2" not in await scrape(address)


async def test_d2_opted_out_is_in_no_metric(tmp_path):
    async with FakeEngine(tmp_path) as fake:
        fake.containers[ID] = inspected(
            Name="/private", Config={"Labels": {"promscope.enable": "false"}}
        )
        async with probing(fake) as (probe, address):
            await until(lambda: probe.context.inventory.hidden(f"container:{ID[:12]}"))
            text = await scrape(address)
            assert "private" not in text
            assert ID[:12] not in text
            assert probe.context.inventory.snapshot().containers == ()
