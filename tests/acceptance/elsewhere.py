"""Runs a program of ours as on a system that is not Linux: `python elsewhere.py ARGUMENT…`.

The libraries have chosen their Linux half by then. What is ours is told that this is a Mac, has
none of Linux's own calls, and finds neither /proc nor /sys.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any

import docker
import psutil

_CALLS = {
    socket: ("AF_NETLINK", "AF_PACKET", "SOCK_CLOEXEC", "SOCK_NONBLOCK"),
    os: ("setns", "unshare", "pidfd_open", "sched_getaffinity", "sched_setaffinity"),
}
_FORBIDDEN = ("/proc", "/sys")


def no_proc(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: whoever but psutil opens a file of /proc or /sys finds that there is none."""
    if event not in ("open", "os.listdir", "os.scandir") or not arguments:
        return
    path = arguments[0]
    text = os.fsdecode(path) if isinstance(path, str | bytes) else ""
    if not text.startswith(_FORBIDDEN):
        return
    frame = sys._getframe()
    while frame is not None:
        if f"{os.sep}psutil{os.sep}" in frame.f_code.co_filename:
            return
        frame = frame.f_back  # type: ignore[assignment]
    raise FileNotFoundError(2, "there is no such thing on this system", text)


def main() -> int:
    assert asyncio.unix_events
    assert docker.version
    assert psutil.LINUX
    sys.platform = "darwin"
    for module, names in _CALLS.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)
    sys.addaudithook(no_proc)
    from promscope_exporter.cli import main as run  # noqa: PLC0415

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
