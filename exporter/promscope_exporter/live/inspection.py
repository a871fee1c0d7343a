"""What the engine itself says of a container, without its secrets."""

from __future__ import annotations

from typing import Any

import msgspec

from promscope_exporter import masking
from promscope_exporter.collectors.registry import Context
from promscope_exporter.live.engine import ask
from promscope_exporter.sources.engine import EngineError


class LiveInspection:
    """Call it with the node id of a container from any thread but that of an event loop.

    Source: Docker Engine API, section Inspect a container.
    """

    def __init__(self, context: Context) -> None:
        self._inventory = context.inventory

    def __call__(self, node: str) -> dict[str, Any]:
        """The engine's description, environment and whatever looks like a secret masked.

        Raises LookupError for a node that is no container of an engine here, EngineError when
        it cannot be had.
        """
        answer = ask(self._inventory, node, "json")
        try:
            found: dict[str, Any] = masking.document(msgspec.json.decode(answer, type=dict))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise EngineError(f"the engine's description of a container: {error}") from error
        return found
