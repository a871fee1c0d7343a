import asyncio
import gzip
from contextlib import asynccontextmanager

import pytest

from promscope_exporter import request as request_module
from promscope_exporter import server as server_module
from promscope_exporter.collectors.registry import Registration
from promscope_exporter.collectors.runner import Runner
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import OPENMETRICS, TEXT
from promscope_exporter.exposition.series import series
from promscope_exporter.server import CannotListen, Server
from promscope_exporter.settings import Address
from tests.unit.exporter.fakes import context, until


class Wide:
    """Many series."""

    count = 10

    def __init__(self, _):
        self.handles = [series(catalogue.HOST_CPU_SECONDS, str(n)) for n in range(self.count)]

    def collect(self, page):
        for handle in self.handles:
            page.write(handle, 1)

    def close(self):
        pass


@asynccontextmanager
async def serving(folder, collector=Wide, **options):
    settings = {"series_limit": 1_000_000}
    runner = Runner(context(folder, **settings), {"wide": Registration("wide", collector, True, 1)})
    server = Server(runner, **options)
    address = await server.start(Address("127.0.0.1", 0))
    try:
        yield address, server
    finally:
        await server.close()
        await runner.close()


async def raw(address, sent):
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(sent)
    answer = await reader.read()
    writer.close()
    return answer


async def get(address, path, *fields, method="GET"):
    head = "".join(f"{field}\r\n" for field in (*fields, "Host: x", "Connection: close"))
    answer = await raw(address, f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
    top, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = top.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = joined(body)
    return int(status.split(" ")[1]), headers, body


def joined(body):
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        parts.append(body[:length])
        body = body[length + 2 :]
    return b"".join(parts)


async def test_metrics_in_both_formats_and_compressed(tmp_path):
    async with serving(tmp_path) as (address, _):
        status, headers, plain = await get(address, "/metrics")
        assert (status, headers["content-type"]) == (200, TEXT)
        assert b'promscope_host_cpu_seconds_total{mode="9"} 1\n' in plain
        _, headers, body = await get(
            address, "/metrics", "Accept: application/openmetrics-text; version=1.0.0"
        )
        assert headers["content-type"] == OPENMETRICS
        assert body.endswith(b"# EOF\n")
        _, headers, body = await get(address, "/metrics", "Accept-Encoding: gzip")
        assert headers["content-encoding"] == "gzip"
        assert b"promscope_host_cpu_seconds_total" in gzip.decompress(body)


async def test_http_1_0_gets_no_chunks(tmp_path):
    async with serving(tmp_path) as (address, _):
        answer = await raw(address, b"GET /metrics HTTP/1.0\r\n\r\n")
        assert b"chunked" not in answer
        assert b"\r\n\r\n# HELP" in answer


async def test_head_has_no_body(tmp_path):
    async with serving(tmp_path) as (address, _):
        for path in ("/metrics", "/"):
            status, _, body = await get(address, path, method="HEAD")
            assert (status, body) == (200, b"")


async def test_other_pages(tmp_path):
    async with serving(tmp_path, telemetry_path="/probe") as (address, _):
        assert (await get(address, "/-/healthy"))[0] == 200
        assert (await get(address, "/-/ready"))[0] == 200
        status, headers, body = await get(address, "/")
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert b"href='/probe'" in body
        assert (await get(address, "/metrics"))[0] == 404
        assert (await get(address, "/probe"))[0] == 200
        assert (await get(address, "/probe", method="DELETE"))[0] == 405


async def test_named_collectors(tmp_path):
    async with serving(tmp_path) as (address, _):
        assert (await get(address, "/metrics?collect[]=wide"))[0] == 200
        status, _, body = await get(address, "/metrics?collect[]=nothing")
        assert status == 400
        assert b"wide" in body


async def test_a_connection_serves_many_requests(tmp_path):
    async with serving(tmp_path) as (address, _):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        for _ in range(3):
            writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in await reader.readuntil(b"healthy.\n")
        writer.close()


async def test_not_ready_before_the_sources_were_asked(tmp_path):
    settled = asyncio.Event()
    async with serving(tmp_path, settled=[settled]) as (address, _):
        assert (await get(address, "/-/ready"))[0] == 503
        assert (await get(address, "/-/healthy"))[0] == 200
        scrape = asyncio.create_task(get(address, "/metrics"))
        await asyncio.sleep(0.05)
        assert not scrape.done()
        settled.set()
        assert (await scrape)[0] == 200
        assert (await get(address, "/-/ready"))[0] == 200


async def test_taken_port_names_the_remedy(tmp_path):
    async with serving(tmp_path) as (address, _):
        with pytest.raises(CannotListen, match=r"taken .* --web\.listen-address"):
            await Server(None).start(address)


async def test_unusable_address():
    with pytest.raises(CannotListen, match="cannot listen"):
        await Server(None).start(Address("192.0.2.1", 0))


async def test_bad_request_is_answered_and_ended(tmp_path):
    async with serving(tmp_path) as (address, _):
        assert b"400 Bad Request" in await raw(address, b"\x16\x03\x01\r\n\r\n")
        answer = await raw(address, b"GET / HTTP/1.1\r\nA: " + b"x" * 100_000)
        assert answer == b"" or b"431" in answer


async def test_slow_heads_are_ended_r2(tmp_path, monkeypatch):
    monkeypatch.setattr(request_module, "HEAD_SECONDS", 0.05)
    monkeypatch.setattr(request_module.read_request, "__defaults__", (300.0, 0.05))
    async with serving(tmp_path) as (address, _):
        assert b"408 Request Timeout" in await raw(address, b"GET / HTTP/1.1\r\nHost")


async def test_idle_connections_make_room_r2(tmp_path, monkeypatch):
    monkeypatch.setattr(server_module, "MAX_CONNECTIONS", 20)
    async with serving(tmp_path) as (address, server):
        idle = [await asyncio.open_connection(address.host, address.port) for _ in range(60)]
        assert (await get(address, "/metrics"))[0] == 200
        await until(lambda: len(server._tasks) <= 20)
        for _, writer in idle:
            writer.close()


async def test_too_many_scrapes_get_503_r2(tmp_path):
    settled = asyncio.Event()
    async with serving(tmp_path, max_requests=3, settled=[settled]) as (address, _):
        waiting = [asyncio.create_task(get(address, "/metrics")) for _ in range(3)]
        await asyncio.sleep(0.1)
        status, _, body = await get(address, "/metrics")
        assert status == 503
        assert b"--web.max-requests" in body
        assert (await get(address, "/-/healthy"))[0] == 200
        settled.set()
        assert {one[0] for one in await asyncio.gather(*waiting)} == {200}
        assert (await get(address, "/metrics"))[0] == 200


async def test_a_reader_that_does_not_read_is_ended_r2(tmp_path):
    class Huge(Wide):
        count = 200_000

    async with serving(tmp_path, Huge, max_requests=1, send_seconds=1.0) as (address, server):
        _, writer = await asyncio.open_connection(address.host, address.port, limit=1024)
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: server._scrapes == 1)
        await until(lambda: server._scrapes == 0)
        assert (await get(address, "/-/healthy"))[0] == 200
        writer.transport.abort()


async def test_close_ends_connections(tmp_path):
    async with serving(tmp_path) as (address, server):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        await until(lambda: server._tasks)
        await server.close()
        assert await reader.read() == b""
        writer.close()
