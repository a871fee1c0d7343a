"""The exporter's HTTP server around a collector made up for the test, and requests to it."""

import asyncio
from contextlib import asynccontextmanager

from promscope_exporter.collectors.registry import Registration
from promscope_exporter.collectors.runner import Runner
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.series import series
from promscope_exporter.pages import Pages
from promscope_exporter.server import Server
from promscope_wire.web.address import Address
from promscope_wire.web.gate import Gate
from promscope_wire.web.sockets import bound, where
from tests.unit.exporter.fakes import context


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


class Other(Wide):
    def __init__(self, _):
        self.handles = [series(catalogue.HOST_LOAD1)]


class Huge(Wide):
    """A page of 10 MB: more than the kernel takes for a client that does not read."""

    def __init__(self, _):
        long = "x" * 1000
        self.handles = [
            series(catalogue.HOST_CPU_SECONDS, f"{number}{long}") for number in range(10_000)
        ]


PAGES = ("telemetry_path", "settled", "profiler")


@asynccontextmanager
async def serving(folder, collector=Wide, web_config="", **options):
    """The address and the server; options of Pages and of Server."""
    collectors = {
        "wide": Registration("wide", collector, True, 1),
        "other": Registration("other", Other, True, 2),
    }
    runner = Runner(context(folder, series_limit=1_000_000), collectors)
    pages = Pages(runner, **{name: options.pop(name) for name in PAGES if name in options})
    server = Server(pages, Gate(str(web_config)), **options)
    listeners = bound([Address("127.0.0.1", 0)])
    address = where(listeners[0])
    await server.start(listeners)
    try:
        yield address, server
    finally:
        await server.close()
        await runner.close()


async def raw(address, sent, ssl=None):
    """Everything that is answered until the connection ends."""
    reader, writer = await asyncio.open_connection(address.host, address.port, ssl=ssl)
    try:
        writer.write(sent)
        return await reader.read()
    finally:
        writer.close()


async def get(address, path, *fields, method="GET", ssl=None):
    """Status, headers by lower-case name, and body."""
    head = "".join(f"{field}\r\n" for field in (*fields, "Host: x", "Connection: close"))
    answer = await raw(address, f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode(), ssl)
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
