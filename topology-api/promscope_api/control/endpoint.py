"""`/api/v1/tunnel`: who may open a tunnel, and the life of its socket.

A probe authenticates with `Authorization: Bearer …` before the upgrade (`probe_identity`).
Close codes: 4001 replaced, 4400 not this protocol, 4401 revoked, 4403 another host's, 4408
heartbeat missed, 4409 change missing, 4413 reads too slowly, 4426 protocol version.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable
from typing import Any

from promscope_api.control.probe_identity import ANY_PROBE, ProbeIdentity
from promscope_api.control.tunnel import MAX_CONTAINERS, Tunnel, TunnelEnded
from promscope_api.control.tunnels import Tunnels
from promscope_api.security.guard import DenialLog, Receive, Send, refuse_socket
from promscope_api.security.lifelines import Lifelines
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Scope, from_asgi
from promscope_api.store.store import StoreUnavailable
from promscope_wire import frames
from promscope_wire.streams import Credit, End, Opened

#: A probe must be heard within this many heartbeats.
MISSED_HEARTBEATS = 3
HANDSHAKE_SECONDS = 5.0
SEND_SECONDS = 5.0
MAX_HELLO_BYTES = 64 * 1024

#: Close code → why, in one word; without one the probe closed it, or the network.
ENDINGS = {
    4001: "replaced",
    4400: "invalid",
    4401: "revoked",
    4403: "host",
    4408: "silent",
    4409: "gap",
    4413: "slow",
    4426: "protocol",
}

_HOST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

log = logging.getLogger(__name__)


class TunnelEndpoint:
    """The ASGI application of the tunnel's route."""

    def __init__(
        self,
        tunnels: Tunnels,
        identity: ProbeIdentity,
        denials: DenialLog,
        lifelines: Lifelines,
        *,
        api_id: str,
        version: str,
        heartbeat_seconds: float = 5.0,
        max_tunnels: int = 1500,
        ended: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        """`ended` hears why each tunnel did: a value of ENDINGS, or `closed`."""
        self._tunnels = tunnels
        self._identity = identity
        self._denials = denials
        self._lifelines = lifelines
        self._welcome = frames.Welcome(frames.PROTOCOL, api_id, version, heartbeat_seconds)
        self._max_tunnels = max_tunnels
        self._open = 0
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        request = from_asgi(scope)
        try:
            principal = await asyncio.to_thread(self._identity.check, request)
            if self._open >= self._max_tunnels:
                raise Refused(503, "too-many-tunnels", "This replica has all the tunnels it takes.")
        except Refused as refused:
            await asyncio.to_thread(self._denials.denied, request, refused, ANY_PROBE)
            await refuse_socket(scope, send, refused)
            return
        self._open += 1
        try:
            await send({"type": "websocket.accept"})
            ended = await self._serve(principal, request.peer, receive, send)
        finally:
            self._open -= 1
        self._ended(ENDINGS.get(ended.code, "internal") if ended else "closed")
        if ended is not None:
            log.info("tunnel of %s closed: %s", request.peer, ended.reason)
            # The peer may be gone already; the server then refuses to send a close.
            with contextlib.suppress(OSError, RuntimeError, TimeoutError):
                close = {"type": "websocket.close", "code": ended.code, "reason": ended.reason}
                await asyncio.wait_for(send(close), SEND_SECONDS)

    async def _serve(
        self, principal: Principal, peer: str, receive: Receive, send: Send
    ) -> TunnelEnded | None:
        """The life of an accepted socket; None: the probe closed it."""

        async def send_message(message: str | bytes) -> None:
            kind = "bytes" if isinstance(message, bytes) else "text"
            await send({"type": "websocket.send", kind: message})

        try:
            hello = _hello(await _receive(receive, HANDSHAKE_SECONDS))
            await self._check_host(principal, hello.host_id)
        except TunnelEnded as ended:
            return ended
        tunnel = Tunnel(hello, peer, send_message)
        tunnel.post(self._welcome)
        self._tunnels.join(tunnel)
        log.info("tunnel of host %s (%s) at %s is up", hello.host_id, hello.hostname, peer)
        tasks: list[asyncio.Future[None]] = [
            asyncio.ensure_future(self._read(tunnel, receive)),
            asyncio.ensure_future(tunnel.write(SEND_SECONDS)),
        ]
        try:
            with self._lifelines.hold(principal) as revoked:
                tasks.append(asyncio.ensure_future(_revoked(revoked)))
                waits: list[asyncio.Future[Any]] = [*tasks, tunnel.ended]
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._tunnels.leave(tunnel)
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        if tunnel.ended.done():
            return tunnel.ended.result()
        failure = next((one for one in results if isinstance(one, Exception)), None)
        if failure is None or isinstance(failure, TunnelEnded):
            return failure
        if isinstance(failure, OSError):
            return None
        log.error("tunnel of host %s failed", hello.host_id, exc_info=failure)
        return TunnelEnded(1011, "internal error")

    async def _check_host(self, principal: Principal, host_id: str) -> None:
        """Raises TunnelEnded."""
        try:
            if await asyncio.to_thread(self._identity.speaks_for, principal, host_id):
                return
        except StoreUnavailable as error:
            raise TunnelEnded(1013, "which host this is cannot be checked now") from error
        raise TunnelEnded(
            4403, "this credential is another host's: remove it and join with a new token"
        )

    async def _read(self, tunnel: Tunnel, receive: Receive) -> None:
        """Until the probe closes. Raises TunnelEnded when it must be closed."""
        patience = self._welcome.heartbeat_seconds * MISSED_HEARTBEATS
        while (message := await _receive(receive, patience)) is not None:
            try:
                if isinstance(message, bytes):
                    tunnel.streams.take_bytes(message)
                else:
                    self._take(tunnel, frames.decode_from_probe(message))
            except frames.InvalidFrame as error:
                raise TunnelEnded(4400, f"not a frame: {error}"[:120]) from error

    def _take(self, tunnel: Tunnel, frame: frames.FromProbe | None) -> None:
        """Raises TunnelEnded, InvalidFrame."""
        match frame:
            case frames.Inventory():
                _check_size(frame)
                self._tunnels.inventory(tunnel, frame)
            case frames.Change():
                self._tunnels.change(tunnel, frame)
            case frames.Heartbeat():
                self._tunnels.heartbeat(tunnel, frame)
            case frames.Outcome():
                tunnel.take_outcome(frame)
            case frames.Answer():
                tunnel.take_answer(frame)
            case Opened() | Credit() | End():
                tunnel.streams.take(frame)
            case frames.Activity():
                tunnel.take_activity(frame)
            case frames.Hello():
                raise TunnelEnded(4400, "a second hello")


async def _receive(receive: Receive, seconds: float) -> str | bytes | None:
    """The next message; None: closed by the probe. Raises TunnelEnded."""
    try:
        message: dict[str, Any] = await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        raise TunnelEnded(4408, f"nothing heard for {seconds:.0f} s") from None
    if message["type"] == "websocket.disconnect":
        return None
    data = message.get("text")
    return data if isinstance(data, str) else bytes(message.get("bytes") or b"")


async def _revoked(revoked: asyncio.Event) -> None:
    await revoked.wait()
    raise TunnelEnded(4401, "this probe was revoked")


def _hello(text: str | bytes | None) -> frames.Hello:
    if text is None:
        raise TunnelEnded(4400, "closed before hello")
    try:
        frame = frames.decode_from_probe(text) if len(text) <= MAX_HELLO_BYTES else None
    except frames.InvalidFrame as error:
        raise TunnelEnded(4400, "the first frame is not a hello") from error
    if not isinstance(frame, frames.Hello):
        raise TunnelEnded(4400, "the first frame is not a hello")
    if frame.protocol != frames.PROTOCOL:
        raise TunnelEnded(
            4426, f"this API speaks protocol {frames.PROTOCOL}, the probe {frame.protocol}"
        )
    if not _HOST_ID.fullmatch(frame.host_id) or not frame.epoch:
        raise TunnelEnded(4400, "a hello needs a host id and an epoch")
    return frame


def _check_size(frame: frames.Inventory) -> None:
    if len(frame.containers) > MAX_CONTAINERS:
        raise TunnelEnded(4400, f"an inventory holds at most {MAX_CONTAINERS} containers")
