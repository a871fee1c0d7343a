"""A small host of its own, as alike to another as can be: the same bridge, the same addresses.

`Twin` makes a network namespace, and in it, in a pid namespace of its own, this file as process 1:
a bridge with two containers of an engine that is none, a client that talks to a server, and an
exporter. Needs root.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import requests

from stack.child import tail
from stack.places import ROOT, script
from tests.acceptance.patience import until
from tests.acceptance.street import TALKER, command
from tests.unit.exporter.fakes import FakeEngine, inspected

SUBNET = "172.31.250"
PORT, EXPORTER_PORT = 7000, 10180
ROLES = ("client", "server")
#: A program in a network of its own that begins when it is told to.
_WAITS = ("unshare", "--net", "sh", "-c", 'read go && exec "$@"', "sh")


class Twin:
    """`address`: where its exporter is scraped; `nodes`: its containers by role."""

    def __init__(self, folder: Path, number: int) -> None:
        tag = secrets.token_hex(3)
        self._name, self._here, self._there = f"t-twin-{tag}", f"wo{tag}", f"wi{tag}"
        self._folder = folder / self._name
        third = secrets.randbelow(256)
        self._gateway, self._ip = (f"10.203.{third}.{8 * number + n}" for n in (1, 2))
        self._ids = {role: secrets.token_hex(32) for role in ROLES}
        self.address = f"{self._ip}:{EXPORTER_PORT}"
        self.nodes = {role: f"container:{one[:12]}" for role, one in self._ids.items()}

    def __enter__(self) -> Self:
        self._folder.mkdir()
        inside = ("ip", "-n", self._name)
        peer = ("type", "veth", "peer", "name", self._there, "netns", self._name)
        command("ip", "netns", "add", self._name)
        try:
            command("ip", "link", "add", self._here, *peer)
            command("ip", "addr", "add", f"{self._gateway}/30", "dev", self._here)
            command("ip", "link", "set", self._here, "up")
            command(*inside, "addr", "add", f"{self._ip}/30", "dev", self._there)
            for link in (self._there, "lo"):
                command(*inside, "link", "set", link, "up")
            program = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
            orders = (
                sys.executable,
                "-m",
                __name__,
                str(self._folder),
                self.address,
                self._name,
                *self._ids.values(),
            )
            with (self._folder / "log").open("wb") as log:
                self._process = subprocess.Popen(
                    ["ip", "netns", "exec", self._name, *program, *orders],
                    cwd=ROOT,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            until(self._answers, f"an exporter: {tail(self._folder / 'log')}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(AttributeError):
            self._process.kill()
            self._process.wait()
        for words in (("link", "del", self._here), ("netns", "del", self._name)):
            subprocess.run(["ip", *words], capture_output=True, check=False)

    def _answers(self) -> bool:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"http://{self.address}/-/healthy", timeout=2).ok


async def _live(folder: Path, address: str, name: str, *ids: str) -> None:
    """What process 1 does, until it is killed; all others end with it."""
    command("ip", "link", "add", "bridge0", "type", "bridge")
    command("ip", "addr", "add", f"{SUBNET}.1/24", "dev", "bridge0")
    command("ip", "link", "set", "bridge0", "up")
    ip = f"{SUBNET}.3"
    does = {"client": ("flood", ip, str(PORT), "5"), "server": ("serve", f"tcp:{ip}:{PORT}")}
    async with FakeEngine(folder) as engine:  # type: ignore[no-untyped-call]
        kept = []
        for number, (role, identity) in reversed(list(enumerate(zip(ROLES, ids, strict=True), 2))):
            process = subprocess.Popen(
                [*_WAITS, sys.executable, "-I", str(TALKER), *does[role]],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            )
            kept.append(process)
            await _connect(process.pid, number)
            assert process.stdin is not None
            process.stdin.write(b"go\n")
            process.stdin.flush()
            state = {
                "Status": "running",
                "Pid": process.pid,
                "StartedAt": datetime.now(UTC).isoformat(),
            }
            engine.containers[identity] = inspected(  # type: ignore[no-untyped-call]
                identity, Name=f"/{name}-{role}", State=state
            )
            await asyncio.sleep(1)  # the server listens before the client is there
        flags = (
            f"--web.listen-address={address}",
            f"--docker.host={engine.address}",
            f"--host.id={name}",
        )
        kept.append(
            subprocess.Popen(
                [script("promscope-exporter"), *flags, "--scrape.interval=2s", "--cpu.budget=0"]
            )
        )
        await asyncio.Event().wait()


async def _connect(pid: int, number: int) -> None:
    """Give a container its address, once it is in a network of its own."""
    own = Path("/proc/1/ns/net").readlink()
    while Path(f"/proc/{pid}/ns/net").readlink() == own:
        await asyncio.sleep(0.05)
    inside = ("nsenter", f"--net=/proc/{pid}/ns/net", "ip")
    peer = ("type", "veth", "peer", "name", "eth0", "netns", str(pid))
    command("ip", "link", "add", f"veth{number}", *peer)
    command("ip", "link", "set", f"veth{number}", "master", "bridge0", "up")
    command(*inside, "addr", "add", f"{SUBNET}.{number}/24", "dev", "eth0")
    for link in ("lo", "eth0"):
        command(*inside, "link", "set", link, "up")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    asyncio.run(_live(Path(sys.argv[1]), *sys.argv[2:]))
