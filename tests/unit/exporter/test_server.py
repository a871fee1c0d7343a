import asyncio
import base64
import contextlib
import ssl

import bcrypt
import pytest

from promscope_exporter import request as request_module
from promscope_exporter import server as server_module
from tests.trust.certificates import Authority
from tests.unit.exporter.fakes import until
from tests.unit.exporter.served import Huge, get, raw, serving

TLS = "tls_server_config: {cert_file: server.pem, key_file: server.key}\n"


async def test_a_connection_serves_many_requests(tmp_path):
    async with serving(tmp_path) as (address, _):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        for _ in range(3):
            writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"200 OK" in await reader.readuntil(b"healthy.\n")
        writer.close()


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
    async with serving(tmp_path, max_requests=3, settled=[settled]) as (address, server):
        waiting = [asyncio.create_task(get(address, "/metrics")) for _ in range(3)]
        await until(lambda: len(server._scrapes) == 3)
        status, _, body = await get(address, "/metrics")
        assert status == 503
        assert b"--web.max-requests" in body
        assert (await get(address, "/-/healthy"))[0] == 200
        settled.set()
        assert {one[0] for one in await asyncio.gather(*waiting)} == {200}
        assert (await get(address, "/metrics"))[0] == 200


async def stalled(address):
    """A scraper that never reads."""
    reader, writer = await asyncio.open_connection(address.host, address.port, limit=1024)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    return reader, writer


async def test_a_reader_that_does_not_read_is_ended_r2(tmp_path):
    async with serving(tmp_path, Huge, max_requests=1, send_seconds=1.0) as (address, server):
        _, writer = await stalled(address)
        await until(lambda: len(server._scrapes) == 1)
        await until(lambda: not server._scrapes)
        assert (await get(address, "/-/healthy"))[0] == 200
        writer.transport.abort()


async def test_readers_that_do_not_read_make_room_r2(tmp_path):
    async with serving(tmp_path, Huge, max_requests=2, send_seconds=3600.0) as (address, server):
        hanging = [await stalled(address) for _ in range(2)]
        await until(lambda: len(server._scrapes) == 2)
        status = 0
        async with asyncio.timeout(60):
            while status != 200:
                status, _, _ = await get(address, "/metrics?collect[]=other")
        assert len(server._scrapes) == 1
        for _, writer in hanging:
            writer.transport.abort()


async def test_tls_with_the_certificate_of_the_moment(tmp_path):
    authority = Authority(tmp_path)
    authority.issue("server", "old.example")
    file = tmp_path / "web-config.yml"
    file.write_text(TLS)
    client = authority.client()
    async with serving(tmp_path, web_config=file) as (address, _):
        with pytest.raises(ssl.SSLCertVerificationError):
            await get(address, "/metrics", ssl=client)
        authority.issue("server", "127.0.0.1")
        assert (await get(address, "/metrics", ssl=client))[0] == 200
        assert b"200 OK" not in await raw(address, b"GET / HTTP/1.1\r\n\r\n")


async def test_handshakes_that_are_not_finished_r2(tmp_path, monkeypatch):
    monkeypatch.setattr(server_module, "HANDSHAKE_SECONDS", 1.0)
    authority = Authority(tmp_path)
    authority.issue("server", "127.0.0.1")
    file = tmp_path / "web-config.yml"
    file.write_text(TLS)
    async with serving(tmp_path, web_config=file) as (address, _):
        silent = [await asyncio.open_connection(address.host, address.port) for _ in range(100)]
        status = 0
        async with asyncio.timeout(60):
            while status != 200:
                # on a slow machine the limit may hit an honest client too
                with contextlib.suppress(OSError):
                    status, _, _ = await get(address, "/metrics", ssl=authority.client())
            assert {await reader.read() for reader, _ in silent} == {b""}
        for _, writer in silent:
            writer.close()


async def test_users_and_headers(tmp_path):
    file = tmp_path / "web-config.yml"
    digest = bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()
    file.write_text(
        f"basic_auth_users: {{alice: {digest}}}\n"
        "http_server_config: {headers: {X-Frame-Options: deny}}\n"
    )
    alice = "Authorization: Basic " + base64.b64encode(b"alice:secret").decode()
    async with serving(tmp_path, web_config=file) as (address, _):
        for path in ("/metrics", "/", "/-/healthy"):
            status, headers, _ = await get(address, path)
            assert (status, headers["www-authenticate"]) == (401, "Basic")
            assert headers["x-frame-options"] == "deny"
            assert (await get(address, path, alice))[0] == 200
        file.write_text("broken: [")
        assert (await get(address, "/metrics", alice))[0] == 500


async def test_only_get_and_head(tmp_path):
    async with serving(tmp_path) as (address, _):
        status, headers, _ = await get(address, "/metrics", method="DELETE")
        assert (status, headers["allow"]) == (405, "GET, HEAD")


async def test_close_ends_connections(tmp_path):
    async with serving(tmp_path) as (address, server):
        reader, writer = await asyncio.open_connection(address.host, address.port)
        await until(lambda: server._tasks)
        await server.close()
        assert await reader.read() == b""
        writer.close()
