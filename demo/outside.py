"""An address that is not of this host's containers: a server in a network namespace of its own.

Its address is from TEST-NET-3 (RFC 5737), which nobody in the world should have. Somebody may
(a private network, another shop), so nothing but what comes from the shop's own networks is
routed there: a routing table and rules of its own. Making it needs root;
`python -m demo.outside up|down PROJECT [SUBNET…]` is what sudo runs.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.plan import HERE
from stack.places import ROOT
from stack.refusal import Refusal
from stack.terminal import complain, say

ADDRESS = "203.0.113.10"
PORT = 8443
#: The host's end of the link; it is on no other link, and no route leads to it.
_GATEWAY = "169.254.113.1"


@dataclass(frozen=True, slots=True)
class Outside:
    """The names that belong to a project."""

    project: str

    @property
    def namespace(self) -> str:
        return f"{self.project}-outside"

    @property
    def exists(self) -> bool:
        return Path("/run/netns", self.namespace).exists()

    @property
    def table(self) -> str:
        """The number of the routing table, above those that people give."""
        return str(2**31 + zlib.crc32(self.project.encode()) % 2**30)

    @property
    def links(self) -> tuple[str, str]:
        short = f"{zlib.crc32(self.project.encode()):08x}"
        return f"out{short}", f"in{short}"


def up(project: str, subnets: Sequence[str]) -> bool:
    """Make it, for what comes from the subnets; false, with a sentence, if this user may not."""
    return _as_root("a server outside of the shop's networks", "up", project, *subnets)


def down(project: str) -> bool:
    """Remove it if it is there; false if this user may not."""
    if not Outside(project).exists:
        return True
    return _as_root("removing the server outside", "down", project)


def _as_root(purpose: str, *arguments: str) -> bool:
    command = [sys.executable, "-B", "-m", "demo.outside", *arguments]
    if shutil.which("ip") is None:
        say(f"! Without the ip command there is no {purpose}: sudo apt install iproute2")
        return False
    if os.geteuid() != 0:
        if shutil.which("sudo") is None or os.environ.get("SUDO", "").lower() == "no":
            say(f"! Left out, because it needs root: {purpose}.")
            return False
        say(f"· A network namespace needs root ({purpose}); sudo may ask for your password now.")
        command = ["sudo", "--", *command]
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        say(f"! That was not possible, so it is left out: {purpose}.")
    return done.returncode == 0


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


def _make(place: Outside, subnets: Sequence[str]) -> None:
    _remove(place)
    here, there = place.links
    inside = ("-n", place.namespace)
    _ip("netns", "add", place.namespace)
    _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", place.namespace)
    _ip("addr", "add", f"{_GATEWAY}/32", "dev", here)
    _ip("link", "set", here, "up")
    _ip(*inside, "addr", "add", f"{ADDRESS}/32", "dev", there)
    _ip(*inside, "link", "set", there, "up")
    _ip(*inside, "link", "set", "lo", "up")
    _ip(*inside, "route", "add", "default", "via", _GATEWAY, "dev", there, "onlink")
    _ip("route", "add", f"{ADDRESS}/32", "dev", here, "src", _GATEWAY, "table", place.table)
    for subnet in subnets:
        _ip("rule", "add", "from", subnet, "to", f"{ADDRESS}/32", "table", place.table)
    orders = {"name": "outside", "listens": [{"kind": "http", "port": PORT}], "talks": []}
    subprocess.Popen(
        [
            *("ip", "netns", "exec", place.namespace),
            *(sys.executable, "-B", str(HERE / "container" / "service.py")),
        ],
        env={**os.environ, "SHOP": json.dumps(orders)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _remove(place: Outside) -> None:
    while _quietly("ip", "rule", "del", "table", place.table):
        pass
    if not place.exists:
        return
    listed = subprocess.run(
        ["ip", "netns", "pids", place.namespace], capture_output=True, text=True, check=False
    )
    for pid in listed.stdout.split():
        os.kill(int(pid), signal.SIGKILL)
    _ip("netns", "del", place.namespace)
    # The pair of links goes with the namespace, but only once the kernel has cleaned up.
    _quietly("ip", "link", "del", place.links[0])


def _quietly(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def main(arguments: list[str]) -> int:
    what, project, *subnets = arguments
    place = Outside(project)
    try:
        if what == "up":
            _make(place, subnets)
        else:
            _remove(place)
    except (Refusal, OSError) as error:
        complain(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
