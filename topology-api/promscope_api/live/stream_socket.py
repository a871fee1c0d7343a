"""`/api/v1/nodes/{id}/logs/ws` and `…/exec/ws`: a stream of a container, live.

The client's first message says what it wishes; the answer is `opened`, or `end` with the problem.
Bytes are binary messages: of a log the engine's frames, of a terminal what it shows and what is
typed. Close codes: 1000 after `end`, 4400 not such a message, 4401 the session or token ended,
4408 reads too slowly or says nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, cast

import msgspec

from promscope_api.control.attempt import Attempt
from promscope_api.control.openings import Opening, Openings
from promscope_api.security.guard import Guard, Receive, Send, accepted, refuse_socket
from promscope_api.security.lifelines import CLOSE_CODE
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Scope, from_asgi
from promscope_wire.stream import StreamEnded
from promscope_wire.streams import End, Size, StreamKind
from promscope_wire.wishes import ExecWish, LogsWish

MAX_SOCKETS = 256
WISH_SECONDS = 10.0
SEND_SECONDS = 15.0

log = logging.getLogger(__name__)


class OpenLogs(msgspec.Struct, frozen=True, tag="logs", tag_field="type", kw_only=True):
    """The first message: lines of the log."""

    wish: LogsWish = msgspec.field(default_factory=LogsWish)


class OpenExec(msgspec.Struct, frozen=True, tag="exec", tag_field="type", kw_only=True):
    """The first message: a shell."""

    wish: ExecWish = msgspec.field(default_factory=ExecWish)


class Pause(msgspec.Struct, frozen=True, tag="pause", tag_field="type"):
    """Send nothing until `resume`; what a log holds meanwhile may be left out, visibly."""


class Resume(msgspec.Struct, frozen=True, tag="resume", tag_field="type"):
    """Go on."""


class Resized(msgspec.Struct, frozen=True, tag="resize", tag_field="type"):
    """The terminal has this size now."""

    columns: Size
    rows: Size


class StreamOpened(msgspec.Struct, frozen=True, tag="opened", tag_field="type"):
    """The stream stands. `details`: what was chosen; of a log, whether the container has a
    `terminal`."""

    operation_id: str
    details: dict[str, Any]


class StreamProblem(msgspec.Struct, frozen=True):
    """Why a stream broke or could not be opened. `kind`: a short word that does not change."""

    kind: str
    title: str
    detail: str


class StreamEnd(msgspec.Struct, frozen=True, tag="end", tag_field="type"):
    """Nothing follows. `problem`: why it broke or could not be opened; `details`: how it ended."""

    problem: StreamProblem | None
    details: dict[str, int]


Said = Pause | Resume | Resized
_WISHES: dict[StreamKind, type[OpenLogs | OpenExec]] = {"logs": OpenLogs, "exec": OpenExec}
_said = msgspec.json.Decoder(Said)


class _Closed(Exception):
    def __init__(self, code: int, reason: str, cause: str) -> None:
        super().__init__(reason)
        self.code = code
        self.cause = cause


class StreamSocket:
    """The ASGI application of both routes."""

    def __init__(self, openings: Openings, guard: Guard) -> None:
        self._openings = openings
        self._guard = guard
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        *_, node, name, _ = str(scope["path"]).split("/")
        kind = cast(StreamKind, name)
        principal = await self._guard.open_socket(scope, receive, send, action=kind, node=node)
        if principal is None:
            return
        await receive()
        try:
            attempt = await self._openings.permit(principal, node, kind, from_asgi(scope))
            if self._open >= MAX_SOCKETS:
                raise Refused(503, "too-many-streams", f"{MAX_SOCKETS} streams are open here.")
        except Refused as refused:
            await refuse_socket(scope, send, refused)
            return
        self._open += 1
        try:
            await send(accepted(scope))
            with self._guard.lifelines.hold(principal) as revoked:
                code, reason = await self._serve(attempt, kind, revoked, receive, send)
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                close = {"type": "websocket.close", "code": code, "reason": reason[:120]}
                await asyncio.wait_for(send(close), SEND_SECONDS)
        finally:
            self._open -= 1

    async def _serve(
        self,
        attempt: Attempt,
        kind: StreamKind,
        revoked: asyncio.Event,
        receive: Receive,
        send: Send,
    ) -> tuple[int, str]:
        """Close code and reason."""
        try:
            wish, words = await _wish(kind, receive)
            if kind == "exec":
                wish["root"] = self._openings.may(attempt, "exec-root")
            opening = await self._openings.open(attempt, kind, wish, words)
        except _Closed as closed:
            return closed.code, str(closed)
        except Refused as refused:
            problem = StreamProblem(refused.reason, refused.title, refused.detail)
            await _say(send, StreamEnd(problem, {}))
            return 1000, refused.title
        cause, end = "api-stopped", None
        try:
            await _say(send, StreamOpened(attempt.operation_id, opening.details))
            cause, end, code = await _carry(opening, revoked, receive, send)
        finally:
            await opening.close(cause, end)
        if end is not None:
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                found = end.problem
                why = StreamProblem(found.kind, found.title, found.detail) if found else None
                await _say(send, StreamEnd(why, end.details))
        return code, cause


async def _wish(kind: StreamKind, receive: Receive) -> tuple[dict[str, Any], str]:
    """What the client wishes, and in words for the record. Raises _Closed."""
    try:
        message = await asyncio.wait_for(receive(), WISH_SECONDS)
        if message["type"] == "websocket.disconnect":
            raise _Closed(1000, "gone", "client-gone")
        wished = msgspec.json.decode(message.get("text") or b"", type=_WISHES[kind])
    except TimeoutError:
        raise _Closed(4408, "say what you wish", "silent") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _Closed(4400, f"not a wish: {error}", "malformed") from None
    wish: dict[str, Any] = msgspec.to_builtins(wished.wish)
    # Values of the environment may be secrets: the record has the names.
    told = {**wish, "environment": sorted(wish.get("environment", ()))}
    return wish, msgspec.json.encode({key: one for key, one in told.items() if one != []}).decode()


async def _carry(
    opening: Opening, revoked: asyncio.Event, receive: Receive, send: Send
) -> tuple[str, End | None, int]:
    """Both ways until one side ends: the cause, the probe's last word, the close code."""
    running = asyncio.Event()
    running.set()
    tasks = (
        asyncio.ensure_future(_down(opening, running, send)),
        asyncio.ensure_future(_up(opening, running, receive)),
        asyncio.ensure_future(_revoke(revoked)),
    )
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        match result:
            case StreamEnded():
                return "ended", result.end, 1000
            case _Closed():
                return result.cause, None, result.code
            case OSError() | RuntimeError():
                return "client-gone", None, 1000
            case Exception():
                log.error("a stream failed", exc_info=result)
                return "internal-error", None, 1011
    return "client-gone", None, 1000


async def _down(opening: Opening, running: asyncio.Event, send: Send) -> None:
    while True:
        await running.wait()
        data = await opening.stream.receive()
        try:
            await asyncio.wait_for(send({"type": "websocket.send", "bytes": data}), SEND_SECONDS)
        except TimeoutError:
            raise _Closed(4408, "you read too slowly", "slow") from None


async def _up(opening: Opening, running: asyncio.Event, receive: Receive) -> None:
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes")
        if data:
            await opening.stream.send(data)
            continue
        try:
            said = _said.decode(message.get("text") or b"")
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _Closed(4400, f"not a message: {error}", "malformed") from None
        match said:
            case Pause():
                running.clear()
            case Resume():
                running.set()
            case Resized():
                opening.resize(said.columns, said.rows)


async def _revoke(revoked: asyncio.Event) -> None:
    await revoked.wait()
    raise _Closed(CLOSE_CODE, "your session or token has ended: sign in again", "revoked")


async def _say(send: Send, message: StreamOpened | StreamEnd) -> None:
    text = msgspec.json.encode(message).decode()
    await asyncio.wait_for(send({"type": "websocket.send", "text": text}), SEND_SECONDS)
