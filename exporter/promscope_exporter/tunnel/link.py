"""One tunnel to one API: dial, say hello, keep it told, and dial again when it breaks."""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus

from promscope_exporter import __version__
from promscope_exporter.activity import Activities
from promscope_exporter.host import Host
from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.clock import Clock
from promscope_exporter.status import Status
from promscope_exporter.tunnel.control import Controls
from promscope_exporter.tunnel.credential import Credential
from promscope_exporter.tunnel.outbox import Outbox
from promscope_exporter.tunnel.queries import Queries
from promscope_exporter.tunnel.streams import Handlers, Streams
from promscope_wire import frames
from promscope_wire.client_tls import ClientTls, UnusableTls
from promscope_wire.secretfile import UnusableSecret
from promscope_wire.streams import STREAMS, Credit, End, Open, Resize

PATH = "/api/v1/tunnel"

#: A dial that hangs and the wait after it end within 5 s: so soon an API that is back is found.
FIRST_BACKOFF_SECONDS = 0.2
LAST_BACKOFF_SECONDS = 2.0
OPEN_SECONDS = 3.0
#: An API that refuses the secret will not change its mind in a moment.
REFUSED_BACKOFF_SECONDS = 15.0
#: A tunnel that lived this long was a success: the next dial does not wait long.
SUCCESS_SECONDS = 5.0
SEND_SECONDS = 10.0
#: Pings tell within 5 s that the other side is gone though the connection seems to stand.
PING_SECONDS, PONG_SECONDS = 2.0, 3.0
MAX_MESSAGE_BYTES = 256 * 1024

log = logging.getLogger(__name__)


class TunnelBroken(Exception):
    """There is no tunnel (any more); the text says why. `refused`: the API does not want it."""

    def __init__(self, reason: str, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused


class _Connect(connect):
    """Never follows a redirect: the secret goes to the configured address only."""

    def process_redirect(self, exc: Exception) -> Exception:
        return exc


@dataclass(frozen=True, slots=True)
class Self:
    """What this probe is and has, the same for every API it is linked to."""

    host: Host
    inventory: Inventory
    status: Status
    clock: Clock
    controls: Controls
    queries: Queries
    streams: Handlers
    activities: Activities
    credential: Credential
    tls: ClientTls


class Link:
    """`run` it as a task on the event loop for as long as the probe lives."""

    def __init__(self, url: str, probe: Self, jitter: Callable[[], float] = random.random) -> None:
        self.url = url
        self._probe = probe
        self._jitter = jitter
        self._said = ""
        self._delay = FIRST_BACKOFF_SECONDS

    async def run(self) -> None:
        """Hold the tunnel, for ever."""
        while True:
            self._probe.status.tunnel(self.url, False)
            began = self._probe.clock.monotonic()
            last = LAST_BACKOFF_SECONDS
            try:
                await self._hold()
            except TunnelBroken as broken:
                self._say(str(broken))
                if broken.refused:
                    last = REFUSED_BACKOFF_SECONDS
            except Exception:
                log.exception("the tunnel to %s failed", self.url)
            finally:
                self._probe.status.tunnel(self.url, False)
            if self._probe.clock.monotonic() - began > SUCCESS_SECONDS:
                self._delay = FIRST_BACKOFF_SECONDS
            await asyncio.sleep(self._delay * (0.5 + self._jitter() / 2))
            self._delay = min(self._delay * 2, last)

    async def _hold(self) -> None:
        """One connection, from dial to end. Always raises TunnelBroken."""
        try:
            headers = await asyncio.to_thread(self._probe.credential.headers)
            tls = await asyncio.to_thread(self._tls)
        except (UnusableSecret, UnusableTls) as error:
            raise TunnelBroken(str(error)) from error
        try:
            async with self._dial(headers, tls) as socket:
                await self._talk(socket)
        except InvalidStatus as error:
            raise TunnelBroken(*self._refusal(error)) from error
        except ConnectionClosed as error:
            raise TunnelBroken(_why_closed(error)) from error
        except InvalidMessage as error:
            # With TLS 1.3 a server that misses a certificate hangs up after the handshake.
            asks = "; if the API asks for certificates, set --api.cert-file" if tls else ""
            raise TunnelBroken(f"{error}{asks}") from error
        except (OSError, TimeoutError, InvalidHandshake) as error:
            raise TunnelBroken(str(error) or "no answer in time") from error

    def _tls(self) -> ssl.SSLContext | None:
        """Read for each dial, so that a renewed certificate is used. Raises UnusableTls."""
        return self._probe.tls.context() if self.url.startswith("https:") else None

    def _dial(self, headers: Mapping[str, str], tls: ssl.SSLContext | None) -> connect:
        _, separator, rest = self.url.partition("://")
        local = (urlsplit(self.url).hostname or "") in ("localhost", "127.0.0.1", "::1")
        return _Connect(
            f"{'wss' if tls else 'ws'}{separator}{rest}{PATH}",
            additional_headers=headers,
            user_agent_header=f"promscope-exporter/{__version__}",
            ssl=tls,
            proxy=None if local else True,
            compression=None,
            open_timeout=OPEN_SECONDS,
            ping_interval=PING_SECONDS,
            ping_timeout=PONG_SECONDS,
            close_timeout=1.0,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=16,
        )

    async def _talk(self, socket: ClientConnection) -> None:
        probe = self._probe
        hello = frames.Hello(
            frames.PROTOCOL,
            probe.host.id,
            probe.host.hostname,
            __version__,
            probe.inventory.epoch,
            probe.controls.targets.allowed,
            probe.clock.wall(),
            STREAMS,
        )
        await socket.send(frames.encode(hello))
        async with asyncio.timeout(OPEN_SECONDS):
            welcome = frames.decode_from_api(await socket.recv())
        if not isinstance(welcome, frames.Welcome) or welcome.protocol != frames.PROTOCOL:
            raise TunnelBroken("the API does not speak this probe's protocol: update the older one")
        outbox = Outbox(
            probe.inventory.snapshot,
            probe.activities.open_edges,
            partial(probe.status.events_lost, "tunnel"),
        )
        watch = _Watch(probe.activities, outbox)
        endings = (probe.inventory.subscribe(outbox.change), watch.stop)
        streams = Streams(probe.controls.targets, probe.streams, outbox)
        reader = asyncio.ensure_future(self._read(socket, outbox, watch, streams))
        writer = asyncio.ensure_future(self._write(socket, outbox, welcome.heartbeat_seconds))
        try:
            probe.status.tunnel(self.url, True)
            self._say("")
            done, _ = await asyncio.wait([reader, writer], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for end in endings:
                end()
            reader.cancel()
            writer.cancel()
            await asyncio.gather(reader, writer, return_exceptions=True)
            await streams.close()

    async def _read(
        self, socket: ClientConnection, outbox: Outbox, watch: _Watch, streams: Streams
    ) -> None:
        async for message in socket:
            try:
                self._take(message, outbox, watch, streams)
            except frames.InvalidFrame as error:
                raise TunnelBroken(f"the API sent what is no frame: {error}") from error
        raise TunnelBroken("the API closed the tunnel")

    def _take(self, message: str | bytes, outbox: Outbox, watch: _Watch, streams: Streams) -> None:
        if isinstance(message, bytes):
            streams.take_bytes(message)
            return
        frame = frames.decode_from_api(message)
        match frame:
            case frames.Control():
                self._probe.controls.take(frame, outbox.outcome)
            case frames.Query():
                self._probe.queries.take(frame, outbox.answer)
            case frames.Watch():
                (watch.start if frame.activity else watch.stop)()
            case Open() | Credit() | Resize() | End():
                streams.take(frame)

    async def _write(self, socket: ClientConnection, outbox: Outbox, heartbeat: float) -> None:
        inventory, clock = self._probe.inventory, self._probe.clock
        beaten = clock.monotonic()
        while True:
            left = beaten + heartbeat - clock.monotonic()
            message = await outbox.next(left) if left > 0 else None
            if message is None:
                beaten = clock.monotonic()
                beat = frames.Heartbeat(inventory.epoch, inventory.sequence, clock.wall())
                message = frames.encode(beat)
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await socket.send(message)
            except TimeoutError:
                raise TunnelBroken("the API reads too slowly") from None

    def _refusal(self, error: InvalidStatus) -> tuple[str, bool]:
        status = error.response.status_code
        if status in (401, 403):
            return f"the API refuses this probe ({status}): {self._probe.credential.remedy}", True
        return f"the API answered {status} to the tunnel", False

    def _say(self, reason: str) -> None:
        """Log a change of state once; the same reason again says nothing new."""
        if reason and reason != self._said:
            log.warning("no tunnel to %s, trying on: %s", self.url, reason)
        elif not reason:
            log.info("the tunnel to %s is up", self.url)
        self._said = reason


class _Watch:
    """Whether an API is told of activity."""

    def __init__(self, activities: Activities, outbox: Outbox) -> None:
        self._activities = activities
        self._outbox = outbox
        self._end: Callable[[], None] | None = None

    def start(self) -> None:
        if self._end is None:
            self._end = self._activities.listen(self._outbox.activity)
        self._outbox.all_activity()

    def stop(self) -> None:
        if self._end is not None:
            self._end()
            self._end = None


def _why_closed(error: ConnectionClosed) -> str:
    frame = error.rcvd
    if frame is None:
        return "the connection broke"
    return f"the API closed the tunnel: {frame.reason or frame.code}"
