"""What a container changed of the files of its image."""

from __future__ import annotations

from typing import Literal

import msgspec

from promscope_exporter.collectors.registry import Context
from promscope_exporter.live.engine import ask
from promscope_exporter.sources.engine import EngineError
from promscope_wire.files import FileChange

_KINDS: tuple[Literal["modified", "added", "deleted"], ...] = ("modified", "added", "deleted")


class _Change(msgspec.Struct, rename="pascal"):
    path: str
    kind: int


class LiveChanges:
    """Call it with the node id of a container from any thread but that of an event loop.

    Source: Docker Engine API 1.41, "Get changes on a container's filesystem".
    """

    def __init__(self, context: Context) -> None:
        self._inventory = context.inventory

    def __call__(self, node: str) -> list[FileChange]:
        """What is in volumes is none of it; a kind that is not known is `modified`.

        Raises LookupError for a node that is no container of an engine here, EngineError when
        it cannot be had.
        """
        answer = ask(self._inventory, node, "changes")
        try:
            found = msgspec.json.decode(answer, type=list[_Change] | None)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise EngineError(f"the engine's changes of a container: {error}") from error
        return [FileChange(one.path, _kind(one.kind)) for one in found or ()]


def _kind(number: int) -> Literal["modified", "added", "deleted"]:
    return _KINDS[number] if 0 <= number < len(_KINDS) else "modified"
