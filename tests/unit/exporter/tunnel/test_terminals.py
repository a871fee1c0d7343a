"""A terminal at a scripted engine: which shell, whose, and what is left of it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from promscope_exporter.sources.engine import EngineError
from promscope_exporter.tunnel.streams import Session, StreamRefused
from promscope_exporter.tunnel.targets import Target
from promscope_exporter.tunnel.terminals import Terminals
from promscope_wire.problem import Problem
from promscope_wire.stream import Stream
from promscope_wire.streams import Credit, unpack
from tests.trust.engines import ExecEngine, hung_engine
from tests.trust.probe import record
from tests.trust.until import until


class Client:
    """The other end of the stream."""

    def __init__(self) -> None:
        self.shown = b""
        self.details: list[dict[str, Any]] = []
        self.session = Session(Stream(1, self._post, 100_000, 10_000_000), self.details.append)

    async def _post(self, message: bytes | Credit) -> None:
        if isinstance(message, bytes):
            self.shown += unpack(message)[1]

    def type(self, data: bytes) -> None:
        self.session.stream.take_data(data)


async def opened(
    folder: Path, engine: ExecEngine, wish: dict[str, Any], **container: Any
) -> dict[str, Any]:
    """Open a terminal and leave it: what was chosen. Raises StreamRefused."""
    client = Client()
    async with engine.serving(folder) as address:
        client.type(b"exit")
        target = Target(record(**container), address)
        assert await Terminals(60.0)(target, wish, client.session) == {"exit_code": 3}
    return client.details[0]


async def refused(
    folder: Path, engine: ExecEngine, wish: dict[str, Any], **container: Any
) -> Problem:
    with pytest.raises(StreamRefused) as why:
        await opened(folder, engine, wish, **container)
    return why.value.problem


async def test_what_is_typed_is_shown_and_sizes_are_passed_on(tmp_path: Path) -> None:
    engine, client = ExecEngine(), Client()
    async with engine.serving(tmp_path) as address:
        wish = {"root": True, "columns": 100, "rows": 30, "environment": {"A": "b=c"}, "cwd": "/x"}
        serving = asyncio.ensure_future(
            Terminals(60.0)(Target(record(), address), wish, client.session)
        )
        client.type(b"hello")
        await until(lambda: client.shown == b"$ hello", "the echo")
        await until(lambda: engine.sizes == ["h=30&w=100"], "the first size")
        for columns in range(1, 200):
            client.session.size = (columns, 40)
            client.session.resized.set()
            await asyncio.sleep(0)
        await until(lambda: engine.sizes[-1] == "h=40&w=199", "the last size")
        assert len(engine.sizes) < 100
        client.type(b"exit")
        assert await serving == {"exit_code": 3}
    [order] = engine.orders
    assert order["Cmd"] == ["/bin/sh"]
    assert order["Env"] == ["TERM=xterm-256color", "A=b=c"]
    assert order["WorkingDir"] == "/x"
    assert client.details == [{"shell": "/bin/sh", "user": ""}]


@pytest.mark.parametrize(
    ("files", "wanted", "found"),
    [
        (["/bin/sh", "/bin/bash"], "", "/bin/bash"),
        (["/bin/sh"], "", "/bin/sh"),
        (["/bin/sh", "/bin/zsh"], "/bin/zsh", "/bin/zsh"),
    ],
)
async def test_the_first_shell_that_is_there(
    tmp_path: Path, files: list[str], wanted: str, found: str
) -> None:
    wish = {"root": True, "shell": wanted}
    assert (await opened(tmp_path, ExecEngine(files=files), wish))["shell"] == found


async def test_an_image_without_a_shell(tmp_path: Path) -> None:
    problem = await refused(tmp_path, ExecEngine(files=[]), {"root": True})
    assert (problem.kind, problem.title) == ("conflict", "No shell in the image")


@pytest.mark.parametrize(
    ("own", "wanted", "asked"),
    [
        ("", "1000:100", "1000:100"),
        ("", "web", "33"),
        ("web:33", "", "33:33"),
        ("0", "001000", "1000"),
    ],
)
async def test_who_may_not_be_root_is_somebody_else(
    tmp_path: Path, own: str, wanted: str, asked: str
) -> None:
    engine = ExecEngine(user=own)
    assert (await opened(tmp_path, engine, {"user": wanted}))["user"] == asked
    assert engine.orders[0]["User"] == asked


@pytest.mark.parametrize(
    ("own", "wanted"),
    [("", ""), ("root", ""), ("1000", "root"), ("1000", "0"), ("1000", "00:5"), ("1000", "toor"),
     ("1000", "nobody-knows"), ("1000", ":0"), ("1000", "+0"), ("1000", " 0"), ("1000", "-0"),
     ("1000", "0x0")],
)  # fmt: skip
async def test_no_way_to_root_without_its_permission(tmp_path: Path, own: str, wanted: str) -> None:
    engine = ExecEngine(user=own)
    problem = await refused(tmp_path, engine, {"user": wanted})
    assert (problem.kind, problem.title) == ("vetoed", "Not as root")
    assert engine.orders == []


async def test_a_label_says_whose_terminals_there_are(tmp_path: Path) -> None:
    labels = {"promscope.exec.user": "1000"}
    engine = ExecEngine()
    assert (await opened(tmp_path, engine, {"root": True}, labels=labels))["user"] == "1000"
    problem = await refused(tmp_path, engine, {"root": True, "user": "root"}, labels=labels)
    assert problem.detail == "web takes terminals of 1000 only (promscope.exec.user)."


@pytest.mark.parametrize(
    "wish",
    [{"shell": "sh"}, {"shell": "/bin/sh\0x"}, {"environment": {"A=B": "c"}}, {"columns": 0},
     {"rows": 65536}, {"user": "\0"}, {"cwd": "x" * 2000}, {"command": "reboot"}],
)  # fmt: skip
async def test_e2_a_wish_that_is_none_is_refused(tmp_path: Path, wish: dict[str, Any]) -> None:
    assert (await refused(tmp_path, ExecEngine(), wish)).kind == "invalid"


@pytest.mark.parametrize(
    ("status", "kind"), [(409, "conflict"), (404, "gone"), (500, "engine"), (201, "engine")]
)
async def test_what_the_engine_refuses(tmp_path: Path, status: int, kind: str) -> None:
    engine = ExecEngine()
    engine.create = (status, b'{"message":"Container is paused"}')
    assert (await refused(tmp_path, engine, {"root": True})).kind == kind


async def test_e1_when_the_stream_is_cut_the_connection_is_closed(tmp_path: Path) -> None:
    engine, client = ExecEngine(), Client()
    async with engine.serving(tmp_path) as address:
        serving = asyncio.ensure_future(
            Terminals(60.0)(Target(record(), address), {"root": True}, client.session)
        )
        await until(lambda: client.shown == b"$ ", "the prompt")
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving
        await until(lambda: not engine.open, "the engine's end is closed")


async def test_r3_a_hung_engine_ends_the_wait(tmp_path: Path) -> None:
    async with hung_engine(tmp_path) as address:
        with pytest.raises(EngineError, match="did not answer"):
            await Terminals(0.05)(Target(record(), address), {"root": True}, Client().session)
