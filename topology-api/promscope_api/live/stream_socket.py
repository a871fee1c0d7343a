"""`/api/v1/nodes/{id}/logs/ws` and `…/exec/ws`: a stream of a container, live.

The client's first message says what it wishes; the answer is `opened`, or `end` with the problem.
Bytes are binary messages: of a log the engine's frames, of a terminal what it shows and what is
typed. Close codes: 1000 after `end`, 4400 not such a message, 4401 the session or token ended,
4408 reads too slowly or says nothing, 4409 the terminal is looked at elsewhere.

A terminal that is to be kept runs on when its socket is lost, which every close is that has not
the code 1000; a new socket, with a new ticket, comes back to it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field
from typing import Annotated, Any, cast

import msgspec

from promscope_api.control.attempt import Attempt
from promscope_api.control.openings import Opening, Openings
from promscope_api.control.terminals import Sight, Terminals
from promscope_api.security.guard import Guard, Receive, Send, accepted, refuse_socket
from promscope_api.security.lifelines import CLOSE_CODE
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Scope, from_asgi
from promscope_wire.problem import Problem
from promscope_wire.stream import StreamEnded
from promscope_wire.streams import End, Size, StreamKind
from promscope_wire.wishes import ExecWish, LogsWish

MAX_SOCKETS = 256
WISH_SECONDS = 10.0
SEND_SECONDS = 15.0
MAX_KEEP_SECONDS = 3600

log = logging.getLogger(__name__)


class OpenLogs(msgspec.Struct, frozen=True, tag="logs", tag_field="type", kw_only=True):
    """The first message: lines of the log."""

    wish: LogsWish = msgspec.field(default_factory=LogsWish)


class OpenExec(msgspec.Struct, frozen=True, tag="exec", tag_field="type", kw_only=True):
    """The first message: a shell. `keep_seconds`: so long it runs on without a socket, when the one
    it had was lost."""

    wish: ExecWish = msgspec.field(default_factory=ExecWish)
    keep_seconds: Annotated[int, msgspec.Meta(ge=0, le=MAX_KEEP_SECONDS)] = 0


class Reattach(msgspec.Struct, frozen=True, tag="reattach", tag_field="type", kw_only=True):
    """The first message: back to a kept terminal of one's own. What it printed last comes again."""

    session: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


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
    `terminal`. `session`: what one comes back with to a terminal that is kept;
    `replayed`: so many of the first bytes were printed before."""

    operation_id: str
    details: dict[str, Any]
    session: str = ""
    replayed: int = 0


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
_First = OpenLogs | OpenExec | Reattach
_FIRST: dict[StreamKind, msgspec.json.Decoder[_First]] = {
    "logs": msgspec.json.Decoder(OpenLogs),
    "exec": msgspec.json.Decoder(OpenExec | Reattach),
}
_said = msgspec.json.Decoder(Said)


class _Closed(Exception):
    def __init__(self, code: int, reason: str, cause: str) -> None:
        super().__init__(reason)
        self.code = code
        self.cause = cause


@dataclass
class _Direct:
    """The sight of a stream that ends with its socket."""

    opening: Opening
    ousted: asyncio.Event = field(default_factory=asyncio.Event)
    session: str = ""
    replayed: int = 0

    async def receive(self) -> bytes:
        return await self.opening.stream.receive()

    async def leave(self, cause: str, end: End | None) -> None:
        await self.opening.close(cause, end)


class StreamSocket:
    """The ASGI application of both routes."""

    def __init__(self, openings: Openings, guard: Guard) -> None:
        self._openings = openings
        self._guard = guard
        self._terminals = Terminals(guard.lifelines)
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
            if self._open + self._terminals.absent >= MAX_SOCKETS:
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
            first = await _first(kind, receive)
            sight = await self._sight(attempt, kind, first)
        except _Closed as closed:
            return closed.code, str(closed)
        except Refused as refused:
            problem = StreamProblem(refused.reason, refused.title, refused.detail)
            await _say(send, StreamEnd(problem, {}))
            return 1000, refused.title
        cause, end, code = "api-stopped", None, 1000
        try:
            details = sight.opening.details
            opened = StreamOpened(attempt.operation_id, details, sight.session, sight.replayed)
            await _say(send, opened)
            cause, end, code = await _carry(sight, revoked, receive, send)
        except (OSError, RuntimeError, TimeoutError):
            cause = "client-lost"
        finally:
            await sight.leave(cause, end)
        if end is not None:
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                found = end.problem
                why = StreamProblem(found.kind, found.title, found.detail) if found else None
                await _say(send, StreamEnd(why, end.details))
        return code, cause

    async def _sight(self, attempt: Attempt, kind: StreamKind, first: _First) -> Sight:
        """What was wished, open. Raises Refused."""
        assert attempt.principal is not None  # permit saw it
        if isinstance(first, Reattach):
            terminal = self._terminals.find(first.session, attempt.node, attempt.principal)
            if terminal is None:
                detail = "It ended, is another user's, or another replica's. Open a new one."
                raise attempt.failed(Problem("gone", "This terminal is not there any more", detail))
            if terminal.root and not self._openings.may(attempt, "exec-root"):
                raise attempt.refused(403, "vetoed", "You lack the permission exec-root now.")
            await self._openings.reattach(attempt, terminal.opening)
            return terminal.attach(attempt.principal)
        wish, words = _wish(first)
        root = kind == "exec" and self._openings.may(attempt, "exec-root")
        if kind == "exec":
            wish["root"] = root
        opening = await self._openings.open(attempt, kind, wish, words)
        if isinstance(first, OpenLogs):
            return _Direct(opening)
        terminal = self._terminals.add(opening, first.keep_seconds, root)
        return terminal.attach(attempt.principal)


async def _first(kind: StreamKind, receive: Receive) -> _First:
    """Raises _Closed."""
    try:
        message = await asyncio.wait_for(receive(), WISH_SECONDS)
        if message["type"] == "websocket.disconnect":
            raise _Closed(1000, "gone", "client-gone")
        return _FIRST[kind].decode(message.get("text") or b"")
    except TimeoutError:
        raise _Closed(4408, "say what you wish", "silent") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _Closed(4400, f"not a wish: {error}", "malformed") from None


def _wish(first: OpenLogs | OpenExec) -> tuple[dict[str, Any], str]:
    """What the client wishes, and in words for the record."""
    wish: dict[str, Any] = msgspec.to_builtins(first.wish)
    # Values of the environment may be secrets: the record has the names.
    told = {**wish, "environment": sorted(wish.get("environment", ()))}
    return wish, msgspec.json.encode({key: one for key, one in told.items() if one != []}).decode()


async def _carry(
    sight: Sight, revoked: asyncio.Event, receive: Receive, send: Send
) -> tuple[str, End | None, int]:
    """Both ways until one side ends: the cause, the probe's last word, the close code."""
    running = asyncio.Event()
    running.set()
    tasks = (
        asyncio.ensure_future(_down(sight, running, send)),
        asyncio.ensure_future(_up(sight.opening, running, receive)),
        asyncio.ensure_future(
            _close(revoked, CLOSE_CODE, "your session or token has ended: sign in again", "revoked")
        ),
        asyncio.ensure_future(
            _close(sight.ousted, 4409, "this terminal is looked at elsewhere", "taken-over")
        ),
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
                return "client-lost", None, 1000
            case Exception():
                log.error("a stream failed", exc_info=result)
                return "internal-error", None, 1011
    return "client-gone" if results[1] == 1000 else "client-lost", None, 1000


async def _down(sight: Sight, running: asyncio.Event, send: Send) -> None:
    while True:
        await running.wait()
        data = await sight.receive()
        try:
            await asyncio.wait_for(send({"type": "websocket.send", "bytes": data}), SEND_SECONDS)
        except TimeoutError:
            raise _Closed(4408, "you read too slowly", "slow") from None
        except (OSError, RuntimeError):
            # How it was closed is what the other direction hears.
            await asyncio.sleep(SEND_SECONDS)
            raise


async def _up(opening: Opening, running: asyncio.Event, receive: Receive) -> int:
    """The code the client closed it with."""
    while True:
        message: dict[str, Any] = await receive()
        if message["type"] == "websocket.disconnect":
            return int(message.get("code") or 1005)
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


async def _close(event: asyncio.Event, code: int, reason: str, cause: str) -> None:
    await event.wait()
    raise _Closed(code, reason, cause)


async def _say(send: Send, message: StreamOpened | StreamEnd) -> None:
    text = msgspec.json.encode(message).decode()
    await asyncio.wait_for(send({"type": "websocket.send", "text": text}), SEND_SECONDS)
