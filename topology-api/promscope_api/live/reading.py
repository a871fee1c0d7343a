"""An answer of HTTP that is a stream of a container: written until it, its reader or the session
ends, in the event loop."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Mapping
from typing import Any

from promscope_api.control.openings import Opening
from promscope_api.security.guard import Receive, Send
from promscope_api.security.refusal import CONTENT_TYPE, Refused
from promscope_wire.streams import End


async def serve(
    opening: Opening,
    write: Coroutine[Any, Any, End | None],
    revoked: asyncio.Event,
    receive: Receive,
) -> None:
    """Run `write`, which returns what the probe said last, and close the opening with its cause."""
    writing = asyncio.ensure_future(write)
    gone = asyncio.ensure_future(_gone(receive))
    ending = asyncio.ensure_future(revoked.wait())
    causes = {writing: "read", gone: "reader-gone", ending: "revoked"}
    tasks = list(causes)
    cause, end = "api-stopped", None
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        cause = causes[next(task for task in tasks if task in done)]
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        if isinstance(results[0], End):
            end = results[0]
        elif isinstance(results[0], BaseException) and cause == "read":
            cause = "reader-gone"
        await opening.close(cause, end)


async def begin(send: Send, headers: Mapping[str, str]) -> None:
    """The head of an answer that is well."""
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": pairs})


async def refuse(send: Send, refused: Refused) -> None:
    """The whole answer: why not."""
    body = json.dumps(refused.problem()).encode()
    headers = {"content-type": CONTENT_TYPE, **refused.headers()}
    pairs: list[tuple[bytes, bytes]] = [
        (name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
