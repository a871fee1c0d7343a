"""The outside world of the exporter, made up for tests: time, /proc, /sys and an engine."""

import asyncio
import contextlib
import json
from pathlib import Path

from promscope_exporter.collectors.registry import Context
from promscope_exporter.commands import Commands
from promscope_exporter.exposition.page import Page
from promscope_exporter.host import Host
from promscope_exporter.inventory import Inventory
from promscope_exporter.settings import Settings
from promscope_exporter.sources.procfs import Procfs
from promscope_wire.frames import ContainerRecord

ID = "4f1c2a9b7d3e" + "a" * 52
OTHER_ID = "0b0b0b0b0b0b" + "c" * 52
HOST = Host("6ca545a05b0d478e", "machine")


class FakeClock:
    def __init__(self):
        self.now = 1000.0
        self.unix = 1_900_000_000.0

    def monotonic(self):
        return self.now

    def wall(self):
        return self.unix

    def pass_time(self, seconds):
        self.now += seconds
        self.unix += seconds


def record(container_id=ID, **fields):
    known = {
        "node": f"container:{container_id[:12]}",
        "id": container_id,
        "name": "web",
        "image": "shop/web:1.2",
        "image_id": "sha256:" + "e" * 64,
        "state": "running",
        "created": 1_600_000_000.0,
        "started": 1_600_000_001.0,
        "runtime": "docker",
    }
    return ContainerRecord(**known | fields)


def inspected(container_id=ID, **fields):
    """The engine's JSON for a container."""
    known = {
        "Id": container_id,
        "Name": "/web",
        "Created": "2026-11-23T16:00:00.123456789Z",
        "Image": "sha256:" + "e" * 64,
        "RestartCount": 0,
        "State": {
            "Status": "running",
            "Pid": 100,
            "ExitCode": 0,
            "StartedAt": "2026-11-23T16:00:01Z",
            "FinishedAt": "0001-01-01T00:00:00Z",
        },
        "Config": {"Image": "shop/web:1.2", "Labels": {}, "Env": []},
        "HostConfig": {"NetworkMode": "bridge", "RestartPolicy": {"Name": "always"}},
        "NetworkSettings": {"Ports": {}, "Networks": {}},
        "Mounts": [],
    }
    return known | fields


class Tree:
    """Files below a folder, as procfs or sysfs has them."""

    def __init__(self, folder):
        self.root = Path(folder)

    def write(self, path, content):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def remove(self, pid):
        for file in sorted((self.root / str(pid)).rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() and not file.is_symlink() else file.unlink()
        (self.root / str(pid)).rmdir()

    def process(self, pid, comm="sleep", **stat):
        """One /proc/PID. cpu in ticks, start in ticks since boot, cgroup as in the file."""
        raw = comm if isinstance(comm, bytes) else comm.encode()
        cpu, start = stat.get("cpu", 0), stat.get("start", 100)
        fields = [stat.get("state", "S"), stat.get("parent", 1), 0, 0, 0, 0, stat.get("flags", 0)]
        fields += [0, 0, 0, 0, cpu, 0, 0, 0, 20, 0, stat.get("threads", 1), 0, start]
        fields += [stat.get("virtual", 8192), stat.get("resident", 1)] + [0] * 28
        line = b"%d (%b) %b\n" % (pid, raw, " ".join(map(str, fields)).encode())
        self.write(f"{pid}/stat", line)
        read, written = stat.get("io", (0, 0))
        self.write(
            f"{pid}/io",
            f"rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: {read}\nwrite_bytes: {written}\n",
        )
        self.write(f"{pid}/cgroup", stat.get("cgroup", "0::/\n"))
        self.write(f"{pid}/cmdline", stat.get("cmdline", raw + b"\0"))
        self.write(f"{pid}/status", f"Name:\tx\nUid:\t0\t{stat.get('uid', 0)}\t0\t0\n")
        (self.root / f"{pid}/fd").mkdir(exist_ok=True)


def context(folder, clock=None, **settings):
    clock = clock or FakeClock()
    chosen = Settings(
        procfs=f"{folder}/proc", sysfs=f"{folder}/sys", rootfs=str(folder), **settings
    )
    return Context(
        settings=chosen,
        host=HOST,
        clock=clock,
        procfs=Procfs(chosen.procfs),
        inventory=Inventory(clock, chosen.scrape_interval, epoch="e1"),
        commands=Commands(),
    )


def collect(collector, clock, interval=15.0, limit=100_000):
    """The samples of one collection, by series text; a Partial passes through `error`."""
    page = Page(clock.monotonic(), interval, limit)
    collector.collect(page)
    return samples(page)


def samples(page):
    found = {}
    for line in b"".join(page.render()).decode().split("\n"):
        if line and not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name] = float(value)
    return found


class FakeEngine:
    """An engine on a Unix socket. `containers` by id; `delay` holds inspections back."""

    def __init__(self, folder):
        self.address = f"unix://{folder}/engine.sock"
        self.containers = {}
        self.raw = {}
        self.delays = {}
        self.asked = []
        self.hung = False
        self._streams = []
        self._connections = set()
        self._server = None

    async def __aenter__(self):
        path = self.address.removeprefix("unix://")
        self._server = await asyncio.start_unix_server(self._serve, path)
        return self

    async def __aexit__(self, *_):
        await self.stop()

    async def stop(self):
        self._server.close()
        await self._server.wait_closed()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        Path(self.address.removeprefix("unix://")).unlink(missing_ok=True)

    def tell(self, action, container_id=ID, kind="container", **attributes):
        event = {
            "Type": kind,
            "Action": action,
            "Actor": {"ID": container_id, "Attributes": attributes},
            "timeNano": 1_700_000_500_000_000_000,
        }
        self.tell_raw(json.dumps(event).encode() + b"\n")

    def tell_raw(self, line):
        for writer in self._streams:
            writer.write(b"%x\r\n%b\r\n" % (len(line), line))

    def drop(self):
        """Break every connection, as a restart does."""
        for writer in self._streams:
            writer.transport.abort()
        self._streams.clear()

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._connections.add(task)
        with contextlib.suppress(asyncio.CancelledError, ConnectionError, EOFError):
            await self._answer(reader, writer)
        self._connections.discard(task)
        writer.close()

    async def _answer(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split(b" ")[1].decode().partition("?")[0].removeprefix("/v1.41")
        self.asked.append(path)
        if self.hung:
            await asyncio.sleep(3600)
        if path in self.raw:
            writer.write(self.raw[path])
        elif path == "/_ping":
            body = b"OK"
            writer.write(
                b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\n" + body
            )
        elif path == "/events":
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            await writer.drain()
            self._streams.append(writer)
            await reader.read()
        elif path == "/containers/json":
            listed = [
                {"Id": one["Id"], "Names": [one["Name"]], "State": one["State"]["Status"]}
                for one in self.containers.values()
            ]
            self._json(writer, 200, listed)
        else:
            container_id = path.split("/")[2]
            await asyncio.sleep(self.delays.get(container_id, 0))
            found = self.containers.get(container_id)
            self._json(writer, 200 if found else 404, found or {"message": "No such container"})
        await writer.drain()

    def _json(self, writer, status, body):
        text = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} X\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head.encode() + b"%x\r\n%b\r\n0\r\n\r\n" % (len(text), text))


async def until(condition, seconds=60.0):
    """Wait until `condition()` holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
