"""Containers of a test's own, made and removed with the docker command as a user would."""

from __future__ import annotations

import contextlib
import secrets
from typing import Self

from demo.engine import docker
from promscope_wire import ids
from stack.refusal import Refusal

PREFIX = "t-accept-"


class Scratch:
    """Makes containers from one image; whatever is left of them goes at the end."""

    def __init__(self, image: str, prefix: str = PREFIX) -> None:
        self._image, self._prefix = image, prefix
        self._names: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in self._names:
            with contextlib.suppress(Refusal):
                docker("rm", "-f", "-v", name)

    def run(self, *options: str, command: str = "exec sleep 1000") -> tuple[str, str]:
        """`docker run -d`; its name and its node id. It ends at once when it is stopped."""
        name = f"{self._prefix}{secrets.token_hex(4)}"
        self._names.append(name)
        return name, ids.container(
            docker(
                *("run", "-d", "--init", "--name", name, *options),
                *(self._image, "/bin/sh", "-c", command),
            )
        )
