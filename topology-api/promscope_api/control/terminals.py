"""Terminals that may outlive the sockets they are shown on.

What a shell printed last is kept. A socket that is lost, and not closed, leaves the shell running:
whoever opened it can come back within the time that was asked for, on this replica.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import Protocol

from promscope_api.control.openings import Opening
from promscope_api.security.lifelines import Lifelines
from promscope_api.security.principal import Principal
from promscope_wire.stream import StreamEnded
from promscope_wire.streams import MAX_DATA, End

#: Of the output, shown again to who comes back.
REPLAY_BYTES = 256 * 1024
#: A socket that is further behind than this holds the shell up.
LAG_BYTES = 128 * 1024
#: Causes for which a terminal that is kept runs on.
LOST = ("client-lost", "slow")


class Sight(Protocol):
    """What a socket has of a stream. `session`: what one comes back to it with; `replayed`: so
    many of the first bytes were printed before; `ousted` is set when another took its place."""

    opening: Opening
    ousted: asyncio.Event
    session: str
    replayed: int

    async def receive(self) -> bytes:
        """The next bytes to be shown. Raises StreamEnded after the last."""

    async def leave(self, cause: str, end: End | None) -> None:
        """This socket is over."""


class Terminal:
    """For the event loop. `session`: what one comes back with, "" where nobody may."""

    def __init__(
        self, opening: Opening, lifelines: Lifelines, keep_seconds: float, root: bool
    ) -> None:
        self.opening = opening
        self.root = root
        self.session = secrets.token_urlsafe(32) if keep_seconds else ""
        self._lifelines = lifelines
        self._keep_seconds = keep_seconds
        self._kept = bytearray()
        self._printed = 0
        self._ended: End | None = None
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._viewer: Viewer | None = None
        self._absence: asyncio.Task[None] | None = None
        self._closed = False
        self._reading = asyncio.ensure_future(self._read())

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def absent(self) -> bool:
        """Whether nobody looks at it."""
        return self._viewer is None

    def attach(self, principal: Principal) -> Viewer:
        """Show it, from what is kept on; whoever looked at it before is ousted."""
        if self._viewer is not None:
            self._viewer.ousted.set()
        skipped = 0
        if self._printed > len(self._kept):
            # The beginning is gone, perhaps amid a control sequence: begin with a line.
            skipped = self._kept.find(b"\n") + 1
        shown = self._printed - len(self._kept) + skipped
        self._viewer = Viewer(self, principal, shown, self._printed - shown)
        self._room.set()
        if self._absence is not None:
            self._absence.cancel()
            self._absence = None
        return self._viewer

    async def next(self, viewer: Viewer) -> bytes:
        while viewer.shown == self._printed:
            if self._ended is not None:
                raise StreamEnded(self._ended)
            self._news.clear()
            await self._news.wait()
        at = len(self._kept) - (self._printed - viewer.shown)
        data = bytes(self._kept[at : at + MAX_DATA])
        viewer.shown += len(data)
        self._room.set()
        return data

    async def detach(self, viewer: Viewer) -> None:
        """The socket of this viewer was lost."""
        if self._viewer is not viewer:
            return
        self._viewer = None
        self._room.set()
        self._absence = asyncio.ensure_future(self._wait(viewer.principal))
        await self.opening.remark("exec-detach")

    async def close(self, cause: str, end: End | None = None) -> None:
        """End the shell. May be called twice."""
        if self._closed:
            return
        self._closed = True
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self.opening.close(cause, end)

    async def _read(self) -> None:
        try:
            while True:
                data = await self.opening.stream.receive()
                self._kept += data
                del self._kept[:-REPLAY_BYTES]
                self._printed += len(data)
                self._news.set()
                while self._viewer is not None and self._printed - self._viewer.shown > LAG_BYTES:
                    self._room.clear()
                    await self._room.wait()
        except StreamEnded as ended:
            self._ended = ended.end
            self._news.set()

    async def _wait(self, principal: Principal) -> None:
        """Until somebody comes back, who still may; else end it."""
        cause = "api-stopped"
        with self._lifelines.hold(principal) as revoked:
            revocation = asyncio.ensure_future(revoked.wait())
            try:
                await asyncio.wait(
                    (revocation, self._reading),
                    timeout=self._keep_seconds,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                cause = "revoked" if revocation.done() else "ended" if self._ended else "idle"
            finally:
                revocation.cancel()
                if self._viewer is None:
                    await self.close(cause, self._ended)


class Viewer:
    """The sight of a terminal; `shown`: so many of its bytes; `replayed`: so many of those that
    follow were printed before."""

    def __init__(self, terminal: Terminal, principal: Principal, shown: int, replayed: int) -> None:
        self.opening = terminal.opening
        self.session = terminal.session
        self.ousted = asyncio.Event()
        self.principal = principal
        self.shown = shown
        self.replayed = replayed
        self._terminal = terminal

    async def receive(self) -> bytes:
        return await self._terminal.next(self)

    async def leave(self, cause: str, end: End | None) -> None:
        if self.ousted.is_set():
            return
        if cause in LOST and self._terminal.session:
            await self._terminal.detach(self)
        else:
            await self._terminal.close(cause, end)


class Terminals:
    """Those of this process, by session."""

    def __init__(self, lifelines: Lifelines) -> None:
        self._lifelines = lifelines
        self._all: dict[str, Terminal] = {}

    def add(self, opening: Opening, keep_seconds: float, root: bool) -> Terminal:
        self._forget()
        terminal = Terminal(opening, self._lifelines, keep_seconds, root)
        if terminal.session:
            self._all[terminal.session] = terminal
        return terminal

    def find(self, session: str, node: str, principal: Principal) -> Terminal | None:
        """The terminal that this caller opened on this node; None: there is none any more."""
        self._forget()
        found = self._all.get(session)
        if found is None:
            return None
        owner = found.opening.principal
        same = (owner.name, owner.method) == (principal.name, principal.method)
        return found if same and found.opening.node == node else None

    @property
    def absent(self) -> int:
        """How many run that nobody looks at."""
        self._forget()
        return sum(one.absent for one in self._all.values())

    def _forget(self) -> None:
        self._all = {session: one for session, one in self._all.items() if not one.closed}
