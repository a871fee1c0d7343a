"""The three ports of the stack, and who holds one that is taken."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stack.refusal import Refusal

_LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class Ports:
    exporter: int = 10180
    api: int = 10181
    prometheus: int = 10190

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Ports:
        """From EXPORTER_PORT, API_PORT and PROMETHEUS_PORT. Raises Refusal for a wrong one."""
        return cls(
            **{
                field: _number(variable, environment[variable])
                for field, variable in _VARIABLES.items()
                if environment.get(variable)
            }
        )

    def check(self) -> None:
        """Raises Refusal, naming the holder and the remedy, if one of them is taken."""
        for field, variable in _VARIABLES.items():
            port = getattr(self, field)
            if not _free(port):
                raise Refusal(
                    f"Port {port} of 127.0.0.1, for the {field}, is taken{_holder(port)}."
                    f" Stop that, or choose another port: make run {variable}={_other(port)}"
                )


_VARIABLES = {
    "exporter": "EXPORTER_PORT",
    "api": "API_PORT",
    "prometheus": "PROMETHEUS_PORT",
}


def _number(variable: str, text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Refusal(f"{variable} is a port between 1 and 65535, not {text[:40]!r}")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Refusal(
                    f"Port {port} needs root; choose one above 1023 for this user"
                ) from error
            return False
    return True


def _other(port: int) -> int:
    return next((one for one in range(port + 1, 65536) if _free(one)), port)


def _holder(port: int) -> str:
    """` by NAME (pid N)` if this user may see it, else nothing."""
    inode = _listening_inode(port)
    if inode is None:
        return ""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) == f"socket:[{inode}]" for link in folder.glob("fd/*")):
                return f" by {(folder / 'comm').read_text().strip()} (pid {folder.name})"
        except OSError:
            continue
    return ""


def _listening_inode(port: int) -> str | None:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == _LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                return fields[9]
    return None
