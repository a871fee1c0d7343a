"""Logs, terminals and files of real containers: from the engine through the tunnel to a client."""

from __future__ import annotations

import asyncio
import io
import json
import tarfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from promscope_api.control.log_lines import LogLines
from promscope_wire import ids
from tests.trust import containers
from tests.trust.probe import running_probe
from tests.trust.stream import stream
from tests.trust.until import until
from tests.trust.web import Reply, Web

pytestmark = pytest.mark.docker

SOCKET = "unix:///var/run/docker.sock"


@pytest.fixture(scope="module", autouse=True)
def image() -> Iterator[None]:
    with containers.machine():
        yield


class World:
    def __init__(self, web: Web) -> None:
        self.web = web
        self.headers = web.sign_in()

    async def run(self, name: str, script: str, *options: str) -> str:
        """A container that the API knows; its node."""
        full = await asyncio.to_thread(containers.run, name, "sh", "-c", script, options=options)
        node = ids.container(full)
        await until(lambda: self.web.trust.tunnels.record(node), "the API knows it")
        return node

    async def logs(self, node: str, query: str = "") -> Reply:
        path = f"/api/v1/nodes/{node}/logs?{query}"
        return await asyncio.to_thread(self.web.ask, "GET", path, **self.headers)

    async def files(self, node: str, what: str) -> Reply:
        path = f"/api/v1/nodes/{node}/files{what}"
        return await asyncio.to_thread(self.web.ask, "GET", path, **self.headers)

    async def recorded(self, action: str, phase: str) -> None:
        """The audit log has this record: the last of a stream follows its end."""

        def look() -> bool:
            return any(
                (one["event.action"], one.get("promscope.operation.phase")) == (action, phase)
                for one in self.web.records()
            )

        await until(look, f"the {phase} of {action}")

    async def has(self, node: str, text: str) -> None:
        """The engine has this in the log."""

        def look() -> bool:
            return text in containers.logged(node.partition(":")[2])

        await until(look, f"{text!r} in the engine's log")


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    with Web(tmp_path) as web:
        probing = running_probe(
            web.url,
            web.secret_file,
            docker_host=SOCKET,
            follow=True,
            control=("logs", "exec", "files"),
        )
        async with probing:
            yield World(web)


async def test_the_past_of_a_log_as_text_and_as_json(world: World) -> None:
    script = "echo one; echo two >&2; sleep 1.1; printf '\\033[31mred\\033[2J\\n'"
    node = await world.run("logs", script)
    for word in ("two", "red"):
        await world.has(node, word)
    text = (await world.logs(node)).body.decode()
    assert sorted(line.split(" ", 1)[1] for line in text.splitlines()) == ["one", "red", "two"]
    lines = [
        json.loads(line)
        for line in (
            await world.logs(node, "format=ndjson&output=stdout&tail=all")
        ).body.splitlines()
    ]
    assert [(line["output"], line["text"]) for line in lines] == [
        ("stdout", "one"), ("stdout", "\x1b[31mred\x1b[2J"),
    ]  # fmt: skip
    second = lines[1]["time"][:19]
    since = f"format=ndjson&output=stdout&since={second}Z"
    later = [json.loads(line) for line in (await world.logs(node, since)).body.splitlines()]
    assert later == lines[1:]
    last = await world.logs(node, "output=stdout&tail=1&download=true")
    assert last.body.decode().endswith(" red\n")
    assert last.headers["content-disposition"] == 'attachment; filename="t-trust-logs.log"'
    await until(
        lambda: (
            len([one for one in world.web.records() if one["event.action"] == "container-logs"])
            == 8
        ),
        "the records",
    )
    causes = {one.get("promscope.stream.cause") for one in world.web.records()}
    assert causes == {None, "read"}


async def test_a_log_is_followed_until_its_container_ends(world: World) -> None:
    node = await world.run("tail", "echo begin; read go; echo go on; echo end >&2", "-i")
    async with stream(world.web, world.headers, node, "logs", follow=True) as client:
        assert (await client.opened())["details"] == {"terminal": False}
        await client.shows("begin")
        await asyncio.to_thread(containers.feed, node.partition(":")[2], b"go\n")
        end = await client.end()
    assert end == {"type": "end", "problem": None, "details": {}}
    lines = list(LogLines().feed(client.data))
    assert {(line.output, line.text) for line in lines} == {
        ("stdout", "begin"), ("stdout", "go on"), ("stderr", "end"),
    }  # fmt: skip


async def test_l2_a_long_line_and_a_terminal(world: World) -> None:
    node = await world.run(
        "long", "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo after; echo 'é' >&2"
    )
    await world.has(node, "after")
    text = (await world.logs(node, "output=stdout")).body.decode()
    long, after = text.splitlines()
    assert long.endswith("[the rest of this line is left out: it is over 256 KiB]")
    assert len(long) < 300_000
    assert after.endswith(" after")
    node = await world.run("tty", "echo colours; echo and >&2", "-t")
    await world.has(node, "and")
    text = (await world.logs(node)).body.decode()
    assert [line.split(" ", 1)[1] for line in text.splitlines()] == ["colours", "and"]


async def test_what_may_not_be_read_is_refused_with_the_reason(world: World) -> None:
    node = await world.run("shy", "sleep 600", "--label", "promscope.logs=false")
    reply = await world.logs(node)
    assert (reply.status, reply.json["detail"]) == (
        403, "t-trust-shy opted out by its label promscope.logs.",
    )  # fmt: skip
    async with stream(world.web, world.headers, node, "logs") as client:
        assert (await client.end())["problem"]["kind"] == "vetoed"
    world.headers = world.web.sign_in("viewer")
    reply = await world.logs(node)
    assert (reply.status, reply.json["detail"]) == (
        403, "Your role (viewer) does not include logs.",
    )  # fmt: skip


async def test_a_terminal(world: World) -> None:
    node = await world.run("shell", "sleep 600")
    wish = {"user": "1000:1000", "environment": {"A": "b"}, "columns": 100, "rows": 30}
    async with stream(world.web, world.headers, node, "exec", **wish) as client:
        opened = await client.opened()
        assert opened["details"] == {"shell": "/bin/sh", "user": "1000:1000"}
        # the engine gives a terminal its size just after its shell has begun
        sized = "while [ \"$(stty size)\" != '{}' ]; do sleep 0.1; done; "
        await client.type(sized.format("30 100") + "echo $(id -u) $A\n")
        await client.shows("1000 b\r\n")
        await client.say(type="resize", columns=120, rows=40)
        await client.type(sized.format("40 120") + "exit 7\n")
        end = await client.end()
    assert end == {"type": "end", "problem": None, "details": {"exit_code": 7}}
    await world.recorded("container-exec", "outcome")
    intent, outcome = [
        one for one in world.web.records() if one["event.action"] == "container-exec"
    ]
    assert '"environment":["A"]' in intent["event.reason"]
    assert outcome["promscope.stream.exit_code"] == 7


async def test_e1_closing_a_terminal_ends_what_runs_in_it(world: World) -> None:
    node = await world.run("left", "exec sleep 600")
    full = node.partition(":")[2]
    async with stream(world.web, world.headers, node, "exec", user="1000") as client:
        await client.opened()
        await client.type("sleep 4321 & (trap '' HUP; sleep 1234 & wait)\n")

        def both() -> bool:
            seen = containers.docker("top", full, "-o", "pid,args")
            return "sleep 4321" in seen and "sleep 1234" in seen

        await until(both, "both run")
    await world.recorded("container-exec", "outcome")

    def alone() -> bool:
        return len(containers.docker("top", full, "-o", "pid,args").splitlines()) == 2

    await until(alone, "only the container's own process runs")


async def test_root_is_a_permission_of_its_own(world: World) -> None:
    node = await world.run("root", "sleep 600")
    async with stream(world.web, world.headers, node, "exec") as client:
        assert (await client.end())["problem"]["title"] == "Not as root"
    world.headers = world.web.sign_in("admin")
    async with stream(world.web, world.headers, node, "exec") as client:
        await client.type("id -u; exit\n")
        await client.shows("\r\n0\r\n")
    shy = await world.run("closed", "sleep 600", "--label", "promscope.exec=false")
    async with stream(world.web, world.headers, shy, "exec") as client:
        assert "promscope.exec" in (await client.end())["problem"]["detail"]


async def test_f_files_stay_in_the_container_whatever_a_link_says(world: World) -> None:
    world.headers = world.web.sign_in("admin")
    script = (
        "busybox mkdir -p /d/below; echo deep > /d/below/deep; echo content > '/d/a file';"
        " busybox ln -s /proc/1/environ /d/out; busybox ln -s ../../../etc/passwd /d/up;"
        " busybox ln -s /d /folder; busybox mkfifo /d/pipe; echo ready; sleep 600"
    )
    node = await world.run("files", script)
    await world.has(node, "ready")
    expected = {
        "a file": "file", "below": "directory", "out": "link", "pipe": "fifo", "up": "link",
    }  # fmt: skip
    for path in ("/d", "/d/", "/folder"):
        listing = (await world.files(node, f"?path={path}")).json
        assert {one["name"]: one["kind"] for one in listing["entries"]} == expected, path
        assert not listing["truncated"]
    root = (await world.files(node, "")).json
    assert {"bin", "d", "folder"} <= {one["name"] for one in root["entries"]}
    content = await world.files(node, "/content?path=/d/a%20file")
    assert (content.status, content.body) == (200, b"content\n")
    with tarfile.open(
        fileobj=io.BytesIO((await world.files(node, "/archive?path=/d")).body)
    ) as tar:
        assert "d/below/deep" in tar.getnames()
    for what, status, words in (
        ("/content?path=/d/out", 409, "is a link to /proc/1/environ"),
        ("/content?path=/d/up", 409, "is a link to ../../../etc/passwd"),
        ("/content?path=/d/pipe", 409, "is not a file with content"),
        ("/content?path=/../../../../d/none", 404, "There is no"),
        ("?path=/d/none", 404, "There is no /d/none."),
    ):
        reply = await world.files(node, what)
        assert (reply.status, words in reply.json["detail"]) == (status, True), reply.body
    of_a_file = await world.files(node, "?path=/d/a%20file")
    assert of_a_file.status in (404, 409), of_a_file.body
