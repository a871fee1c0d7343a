"""R2: clients that say nothing, little or too much, and clients that do not listen."""

import asyncio
import contextlib
import re
import sys
from contextlib import asynccontextmanager

from promscope_wire.web.address import Address
from tests.unit.exporter.fakes import until
from tests.unit.exporter.served import Huge, get, serving


@asynccontextmanager
async def exporter(folder, *arguments):
    """The address of a real one, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "promscope_exporter.cli", "--web.listen-address=127.0.0.1:0",
        f"--docker.host=unix://{folder}/none.sock", *arguments,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        found = None
        async with asyncio.timeout(60):
            while found is None:
                line = await process.stderr.readline()
                assert line, "it ended"
                found = re.search(rb"127\.0\.0\.1:(\d+)/metrics", line)
        yield Address("127.0.0.1", int(found[1]))
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def clients(address, count, says=b"", limit=2**16):
    """Connections that say this, and no more."""
    made = await asyncio.gather(
        *(asyncio.open_connection(address.host, address.port, limit=limit) for _ in range(count))
    )
    try:
        for _, writer in made:
            writer.write(says)
        yield made
    finally:
        for _, writer in made:
            writer.transport.abort()


async def test_hundreds_of_silent_and_slow_clients(tmp_path):
    """More than the connections that are kept: those that were idle for longest are ended."""
    async with exporter(tmp_path) as address:
        async with clients(address, 600), clients(address, 100, b"GET /metrics HTTP/1.1\r\nHo"):
            answers = await asyncio.gather(*(get(address, "/metrics") for _ in range(20)))
        assert {status for status, _, _ in answers} <= {200, 503}
        assert any(b"promscope_host_info" in body for _, _, body in answers)
        assert (await get(address, "/metrics"))[0] == 200


async def test_forty_scrapes_that_nobody_reads(tmp_path):
    """With the default limit of 40; nothing but other scrapes ends them within the test."""
    async with (
        serving(tmp_path, Huge, send_seconds=3600.0) as (address, server),
        clients(address, 40, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", limit=1024),
    ):
        await until(lambda: len(server._scrapes) == 40)
        status = 0
        async with asyncio.timeout(60):
            while status != 200:
                status, _, body = await get(address, "/metrics?collect[]=other")
        assert b"promscope_host_load1" in body
        assert (await get(address, "/-/healthy"))[0] == 200


async def test_heads_without_end(tmp_path):
    endless = b"GET / HTTP/1.1\r\n" + b"A: " + b"x" * 8000 + b"\r\n"
    async with serving(tmp_path) as (address, _):
        async with clients(address, 10, endless) as made:
            for reader, writer in made:
                with contextlib.suppress(ConnectionError):
                    async with asyncio.timeout(60):
                        for _ in range(100):
                            writer.write(endless)
                            await writer.drain()
                        answer = await reader.read()
                        assert not answer or b" 431 " in answer
        assert (await get(address, "/metrics"))[0] == 200


async def test_bodies_and_what_is_no_http(tmp_path):
    async with serving(tmp_path) as (address, _):
        for said in (
            b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
            b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
            b"GET /\x00 HTTP/1.1\r\n\r\n",
            b"GET http://[ HTTP/1.1\r\n\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ):
            async with clients(address, 1, said) as ((reader, _),), asyncio.timeout(60):
                assert re.match(rb"HTTP/1\.1 4\d\d ", await reader.readline()), said
        assert (await get(address, "/metrics"))[0] == 200
