"""The host's /proc, read with plain system calls."""

from __future__ import annotations

import os

_RECORD_BYTES = 4096
_CHUNK_BYTES = 1 << 16


class Procfs:
    """Files below `--path.procfs`. Errors are the OSError of the call."""

    def __init__(self, root: str = "/proc") -> None:
        self.root = root

    def read(self, path: str) -> bytes:
        """The whole content of `path` (relative to the root, such as `1/net/dev`)."""
        descriptor = os.open(f"{self.root}/{path}", os.O_RDONLY)
        try:
            parts = []
            # the kernel hands out whole lines, so a short read is not the end
            while part := os.read(descriptor, _CHUNK_BYTES):
                parts.append(part)
            return b"".join(parts)
        finally:
            os.close(descriptor)

    def record(self, path: str) -> bytes:
        """The content of a file that the kernel makes in one piece (stat, io, uptime of up to
        4 KiB), for the hot path: one read."""
        descriptor = os.open(f"{self.root}/{path}", os.O_RDONLY)
        try:
            return os.read(descriptor, _RECORD_BYTES)
        finally:
            os.close(descriptor)

    def pids(self) -> list[int]:
        """The processes that exist now, in the order of the kernel."""
        return [int(name) for name in os.listdir(self.root) if name.isdecimal()]

    def link(self, path: str) -> str | None:
        """Where the link at `path` points; None when it cannot be read."""
        try:
            return os.readlink(f"{self.root}/{path}")  # noqa: PTH115 - hot path
        except OSError:
            return None
