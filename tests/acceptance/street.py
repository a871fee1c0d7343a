"""Two containers of a network of their own, and ways to talk between them and the host."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Self

from demo.engine import docker
from stack.refusal import Refusal
from tests.acceptance.patience import until
from tests.acceptance.scratch import Scratch

TALKER = Path(__file__).with_name("talker.py")
_PYTHON = "/usr/bin/python3 -I -S /talker.py"


def command(*arguments: str) -> str:
    """What a command says. Raises CalledProcessError with its complaint in the notes."""
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout.strip()


@contextmanager
def rule(table: str, chain: str, *words: str) -> Iterator[None]:
    """An iptables rule, at the head of its chain."""
    command("iptables", "-w", "30", "-t", table, "-I", chain, *words)
    try:
        yield
    finally:
        command("iptables", "-w", "30", "-t", table, "-D", chain, *words)


class Street:
    """A network with both kinds of addresses; containers and outside hosts on it."""

    def __init__(self, image: str) -> None:
        self._scratch = Scratch(image, "t-street-")
        self.network = f"t-street-{secrets.token_hex(4)}"
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as made:
            prefix = f"fd{secrets.token_hex(1)}:{secrets.token_hex(2)}:{secrets.token_hex(2)}"
            docker("network", "create", "--ipv6", "--subnet", f"{prefix}::/64", self.network)
            made.callback(self._remove_network)
            made.enter_context(self._scratch)
            self._stack = made.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def bridge(self) -> str:
        """The interface of the network on the host."""
        return "br-" + docker("network", "inspect", "-f", "{{.Id}}", self.network)[:12]

    @property
    def gateway(self) -> str:
        """The host's address on the network."""
        (found,) = json.loads(docker("network", "inspect", self.network))
        return next(
            str(one["Gateway"]) for one in found["IPAM"]["Config"] if "." in one.get("Gateway", "")
        )

    def house(self, *options: str, network: str = "", does: str = "") -> tuple[str, str]:
        """A container that can be told to talk; its name and node id."""
        told = f"{_PYTHON} {does}" if does else "sleep 100000"
        name, node = self._scratch.run(
            *("--network", network or self.network, "-v", f"{TALKER}:/talker.py:ro", *options),
            command=f"exec {told}",
        )
        if does.startswith("serve"):
            until(lambda: "ready" in docker("logs", name), f"{name} serves", 60)
        return name, node

    def addresses(self, name: str) -> tuple[str, str]:
        """IPv4 and IPv6 of a container on this network."""
        (found,) = json.loads(docker("inspect", name))
        mine = found["NetworkSettings"]["Networks"][self.network]
        return str(mine["IPAddress"]), str(mine["GlobalIPv6Address"])

    def talk(self, name: str, *orders: object) -> None:
        """Have a container exchange known bytes, to the end."""
        said = docker("exec", name, *_PYTHON.split(), "talk", *map(str, orders))
        assert "done" in said

    def errand(self, *orders: object, seconds: int) -> tuple[str, str]:
        """A container that lives about so long and talks at once; its name and node id."""
        talk = " ".join(map(str, ("talk", *orders)))
        words = ("--network", self.network, "-v", f"{TALKER}:/talker.py:ro")
        return self._scratch.run(*words, command=f"{_PYTHON} {talk}; exec sleep {seconds}")

    @contextmanager
    def talking(self, name: str, *orders: object) -> Iterator[None]:
        """Exchanges as in `talk`, on connections that stay open meanwhile."""
        with self._until_done(name, *_PYTHON.split(), "talk", *map(str, orders), "hold"):
            yield

    def running(self, name: str, code: str) -> AbstractContextManager[None]:
        """A Python program in a container that prints `done` and then reads its input."""
        return self._until_done(name, *_PYTHON.split()[:-1], "-c", code)

    @contextmanager
    def _until_done(self, name: str, *program: str) -> Iterator[None]:
        words = ("docker", "exec", "-i", name, *program)
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                assert process.stdout.readline() == b"done\n"
                yield
            finally:
                process.stdin.close()
                process.wait(30)

    def talk_from_host(self, *orders: object, namespace: str = "") -> None:
        inside = ("ip", "netns", "exec", namespace) if namespace else ()
        said = command(*inside, sys.executable, "-I", str(TALKER), "talk", *map(str, orders))
        assert said == "done"

    def _remove_network(self) -> None:
        with suppress(Refusal):
            docker("network", "rm", self.network)


@contextmanager
def outside() -> Iterator[tuple[str, str, str]]:
    """A machine next to this one, by a link of its own: the name of its network namespace, its
    address and this host's. The addresses are from a range for tests (RFC 2544), below its last
    sixteenth, 198.18.240.0/20, which a test may route there."""
    tag = secrets.token_hex(3)
    name, here, there = f"t-street-{tag}", f"so{tag}", f"si{tag}"
    third, fourth = secrets.randbelow(240), 4 * secrets.randbelow(60)
    own, theirs = (f"198.18.{third}.{fourth + n}" for n in (1, 2))
    inside = ("ip", "-n", name)
    try:
        command("ip", "netns", "add", name)
        command("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        command("ip", "addr", "add", f"{own}/30", "dev", here)
        command("ip", "link", "set", here, "up")
        command(*inside, "addr", "add", f"{theirs}/30", "dev", there)
        command(*inside, "link", "set", there, "up")
        command(*inside, "link", "set", "lo", "up")
        command(*inside, "route", "add", "default", "via", own)
        yield name, theirs, own
    finally:
        for words in (("link", "del", here), ("netns", "del", name)):
            subprocess.run(["ip", *words], capture_output=True, check=False)


@contextmanager
def running_in(namespace: str, code: str) -> Iterator[None]:
    """A Python program in a network namespace that has printed its first line."""
    words = ("ip", "netns", "exec", namespace, sys.executable, "-I", "-c", code)
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()
