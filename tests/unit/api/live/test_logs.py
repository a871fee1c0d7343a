"""`GET …/logs` of a container behind a scripted engine."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import pytest

from promscope_api.live import logs as module
from promscope_exporter.sources.engine_log import STDERR, STDOUT, frame
from tests.trust.engines import LogEngine
from tests.trust.probe import NODE
from tests.trust.watched import watched

AT = "2026-11-30T12:00:00.000000000Z"


def line(text: str, output: int = STDOUT) -> bytes:
    return frame(output, f"{AT} {text}\n".encode())


async def test_text_and_json_lines(tmp_path: Path) -> None:
    engine = LogEngine([line("a\x1b[1mb"), line("c", STDERR)])
    async with watched(tmp_path, engine) as here:
        text = await here.logs("tail=all")
        assert (text.status, text.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        assert text.body.decode() == f"{AT} ab\n{AT} c\n"
        many = await here.logs("format=ndjson&download=true&since=2026-11-30T12:00:00Z")
        assert [json.loads(one) for one in many.body.splitlines()] == [
            {"time": AT, "output": "stdout", "text": "a\x1b[1mb"},
            {"time": AT, "output": "stderr", "text": "c"},
        ]
        assert many.headers["content-disposition"] == 'attachment; filename="web.ndjson"'
        await here.recorded(4)
        assert sorted(here.phases("container-logs")) == [
            *[("intent", "unknown", "")] * 2, *[("outcome", "success", "read")] * 2,
        ]  # fmt: skip
    assert "tail=all" in engine.asked[1]
    assert "since=1796040000.000000" in engine.asked[3]


@pytest.mark.parametrize(
    "query",
    ["tail=-1", "tail=x", "format=xml", "output=all", "follow=yes", "since=now", "more=1",
     "limit=1e9", "until=9999999999999", "tail=99999999999"],
)  # fmt: skip
async def test_a_parameter_that_is_none_is_refused(tmp_path: Path, query: str) -> None:
    async with watched(tmp_path, LogEngine()) as here:
        reply = await here.logs(query)
        assert (reply.status, reply.headers["content-type"]) == (400, "application/problem+json")


async def test_a_limit_ends_the_answer_and_says_so(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine([line("x" * 1000)] * 500)) as here:
        reply = await here.logs("limit=100000")
        assert len(reply.body) < 300_000
        assert "the answer ends here: over 100,000 bytes" in reply.body.decode().splitlines()[-1]


async def test_who_may_not_and_what_is_not_there(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine(), role="viewer") as here:
        reply = await here.logs()
        assert (reply.status, reply.json["detail"]) == (
            403, "Your role (viewer) does not include logs.",
        )  # fmt: skip
        assert here.phases("container-logs") == [("denied", "failure", "")]
        here.headers = here.web.sign_in()
        reply = await here.logs(node="container:ffffffffffff")
        assert (reply.status, reply.json["title"]) == (404, "Unknown id")
        reply = await asyncio.to_thread(here.web.ask, "GET", f"/api/v1/nodes/{NODE}/logs")
        assert reply.status == 401
        reply = await asyncio.to_thread(
            here.web.ask, "POST", f"/api/v1/nodes/{NODE}/logs", {}, **here.headers
        )
        assert reply.status == 405


async def test_the_probes_veto_and_the_containers(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine(), control=("exec",)) as here:
        reply = await here.logs()
        assert reply.status == 403
        assert "--control=logs" in reply.json["detail"]
        await here.recorded(2)
        assert here.phases("container-logs") == [
            ("intent", "unknown", ""), ("outcome", "failure", ""),
        ]  # fmt: skip


async def test_e1_a_reader_that_goes_away_ends_the_engines_stream(tmp_path: Path) -> None:
    engine = LogEngine([line("begin")], hold=True)
    async with watched(tmp_path, engine) as here:
        with socket.create_connection(("127.0.0.1", here.web.port)) as client:
            request = (
                f"GET /api/v1/nodes/{NODE}/logs?follow=true HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                f"Cookie: {here.headers['cookie']}\r\n\r\n"
            )
            await asyncio.to_thread(client.sendall, request.encode())
            seen = b""
            while b"begin" not in seen:
                seen += await asyncio.to_thread(client.recv, 65536)
        await here.recorded(2)
        assert here.phases("container-logs")[1] == ("outcome", "success", "reader-gone")


async def test_readers_have_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_READERS", 0)
    async with watched(tmp_path, LogEngine()) as here:
        assert (await here.logs()).status == 503


async def test_l2_what_is_no_log_breaks_off_visibly(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine([line("good"), b"x" * 100])) as here:
        reply = await here.logs()
        assert "not a frame of a log" in reply.body.decode()
