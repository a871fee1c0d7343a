"""A question to the engine that has a container."""

from __future__ import annotations

import asyncio

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.engine import Engine


def ask(inventory: Inventory, node: str, question: str) -> bytes:
    """The body of the answer to GET /containers/ID/`question` for the container `node`.

    Not from the thread of an event loop. Raises LookupError for a node that is no container of
    an engine here, EngineError when there is no answer.
    """
    container = inventory.containers().get(node)
    if container is None or container.removed or not container.engine:
        raise LookupError(node)
    engine = Engine(container.engine)
    return asyncio.run(engine.get(f"/containers/{container.record.id}/{question}"))
