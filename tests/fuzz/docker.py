"""What a container engine says: descriptions, lists, events, and the HTTP around them."""

from __future__ import annotations

import asyncio
import atexit
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from promscope_exporter.collectors.container import ContainerCollector
from promscope_exporter.exposition.page import Page
from promscope_exporter.inventory import Inventory
from promscope_exporter.live.inspection import LiveInspection
from promscope_exporter.sources import docker_record
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.docker import DockerFollower
from promscope_exporter.sources.docker_record import Unreadable
from promscope_exporter.sources.engine import Engine, EngineError
from promscope_exporter.status import Status
from promscope_wire import frames
from promscope_wire.frames import ContainerRecord
from tests.fuzz.exposed import sound, through_the_tunnel
from tests.fuzz.target import Target
from tests.unit.exporter.fakes import ID, OTHER_ID, FakeClock, context, inspected, record

_FULL = inspected(
    RestartCount=3,
    State={
        "Status": "running", "Pid": 100, "ExitCode": 0, "StartedAt": "2026-11-23T16:00:01Z",
        "FinishedAt": "2026-11-23T15:00:01.5+02:00", "Health": {"Status": "healthy"},
    },
    Config={
        "Image": "shop/web:1.2@sha256:" + "e" * 64,
        "Labels": {"com.docker.compose.project": "shop", "promscope.enable": "true"},
        "Env": ["A=b", "PASSWORD=hunter2"],
        "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
    },
    HostConfig={
        "NetworkMode": "bridge", "RestartPolicy": {"Name": "always"}, "NanoCpus": 1500000000,
        "CpuQuota": 50000, "CpuPeriod": 100000, "Memory": 268435456, "PidsLimit": 100,
    },
    NetworkSettings={
        "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "53/udp": None},
        "Networks": {"shop": {"IPAddress": "172.18.0.2", "GlobalIPv6Address": ""}},
    },
    Mounts=[{"Type": "volume", "Name": "data", "Source": "/var", "Destination": "/d", "RW": True}],
)  # fmt: skip
_LISTED = [
    {"Id": ID, "Names": ["/web"], "Image": "shop/web", "ImageID": "sha256:" + "e" * 64,
     "Created": 1600000000, "State": "running", "Labels": {"a": "b"}},
    {"Id": OTHER_ID, "Names": None, "State": "dead"},
]  # fmt: skip
_EVENT = {
    "Type": "container", "Action": "health_status: healthy", "timeNano": 1700000500000000000,
    "Actor": {"ID": ID, "Attributes": {"name": "web", "image": "shop/web", "a": "b"}},
}  # fmt: skip
_REFUSED = (Unreadable,)
#: One loop for all inputs: making it takes longer than most of them.
_loop = asyncio.Runner()
atexit.register(_loop.close)


def _json(value: object) -> list[bytes]:
    return [json.dumps(value).encode(), json.dumps(value, indent=1).encode()]


def _accepted(*records: ContainerRecord) -> object:
    """What was understood must go on: into the tunnel and out of it again, and onto a page."""
    through_the_tunnel(*records)
    one = context("/nonexistent", FakeClock(), label_allow_list=("*",))
    one.inventory.replace(records)
    page = Page(1.0, 15.0, 10_000)
    ContainerCollector(one).collect(page)
    return sound(page)


def _inspected(data: bytes) -> object:
    return _accepted(docker_record.from_inspect(data))


def _list(data: bytes) -> object:
    return _accepted(*map(docker_record.from_listed, docker_record.listed(data)))


def _inspection(data: bytes) -> object:
    """The engine's own words, as they go through the tunnel."""
    one = context("/nonexistent", FakeClock())
    one.inventory.update("sync", record(), "unix:///engine.sock")
    answers = LiveInspection(one)
    with _engine_says(_chunked(data)):
        found = answers(f"container:{ID[:12]}")
    answer = frames.Answer("1", inspection=found)
    frames.decode_from_probe(frames.encode(answer))
    return len(found)


@contextmanager
def _engine_says(said: bytes) -> Iterator[None]:
    """Every connection to an engine says the same."""

    async def connect(*_: object, limit: int) -> tuple[asyncio.StreamReader, _Writer]:
        reader = asyncio.StreamReader(limit=limit)
        reader.feed_data(said)
        reader.feed_eof()
        return reader, _Writer()

    with patch.object(asyncio, "open_unix_connection", connect):
        yield


def _answering(said: bytes, ask: Callable[[Engine], Coroutine[None, None, object]]) -> object:
    with _engine_says(said):
        return _loop.run(ask(Engine("unix:///engine.sock")))


class _Writer:
    """The side of a connection on which nobody listens."""

    def __init__(self) -> None:
        self.transport = self

    def write(self, _: bytes) -> None:
        pass

    def abort(self) -> None:
        pass


def _http(data: bytes) -> object:
    async def ask(engine: Engine) -> object:
        outcomes: list[object] = []
        for question in (engine.ping, lambda: engine.get("/x"), lambda: engine.call("POST", "/x")):
            try:
                outcomes.append(type(await question()))
            except EngineError as error:
                outcomes.append(str(error)[:20])
        return tuple(outcomes)

    return _answering(data, ask)


def _stream(data: bytes) -> object:
    async def ask(engine: Engine) -> object:
        lines = 0
        async for _ in engine.events(type=["container"]):
            lines += 1
        return min(lines, 3)

    return _answering(data, ask)


def _followed(data: bytes) -> object:
    """A whole session of the follower in which every answer is the input."""

    async def ask(engine: Engine) -> object:
        inventory = Inventory(Clock(), 15.0)
        status = Status()
        follower = DockerFollower(engine, inventory, status, first_backoff_seconds=3600.0)
        running = asyncio.create_task(follower.run())
        await follower.settled.wait()
        await asyncio.sleep(0)
        ended = running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert not ended
        return len(inventory.containers()), tuple(status.capabilities().items())

    return _answering(data, ask)


def _answer(body: bytes, *fields: str) -> bytes:
    head = "\r\n".join(("HTTP/1.1 200 OK", "Api-Version: 1.41", *fields))
    return head.encode() + b"\r\n\r\n" + body


def _chunked(*parts: bytes) -> bytes:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return _answer(chunks + b"0\r\n\r\n", "Transfer-Encoding: chunked")


_EVENTS = _chunked(*(json.dumps(_EVENT).encode() + b"\n" for _ in range(3)))
_ANSWERS = [
    _answer(b"[]", "Content-Length: 2"),
    _chunked(b"[", b"]"),
    _answer(b"until the end"),
    b'HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\n\r\n{"message":"x"}',
    _EVENTS,
]

TARGETS = {
    "inspect": Target(_inspected, [*_json(_FULL), *_json(inspected())], _REFUSED, json=True),
    "inspection": Target(
        _inspection, [*_json(_FULL), *_json(inspected())], (EngineError,), json=True
    ),
    "list": Target(_list, _json(_LISTED), _REFUSED, json=True),
    "http": Target(_http, _ANSWERS),
    "events": Target(_stream, [_EVENTS, *_ANSWERS], (EngineError,)),
    "follower": Target(_followed, [_chunked(json.dumps(_LISTED).encode()), *_ANSWERS]),
}
