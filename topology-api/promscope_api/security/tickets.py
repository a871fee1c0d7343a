"""Tickets: what a browser opens a stream with, so that a cookie alone never does.

A ticket is good once, within 30 seconds, for one user, action and node. It travels as a WebSocket
subprotocol (`ticket.…`, beside `promscope`), never in a URL.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

import msgspec
from sqlalchemy import delete, insert

from promscope_api.security.principal import Principal
from promscope_api.security.ratelimit import Limiter
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_api.store.schema import tickets as table
from promscope_api.store.store import Store

LIFETIME_SECONDS = 30.0
#: What a client offers beside its ticket, and the server answers.
PROTOCOL = "promscope"
_PREFIX = "ticket."
_TOKEN_BYTES = 32


class Tickets:
    """Thread-safe; any replica takes what another gave. Methods may raise StoreUnavailable."""

    def __init__(self, store: Store, *, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._now = now
        self._limit = Limiter(60, 1.0)

    def issue(self, principal: Principal, action: str, node: str) -> str:
        """A new ticket for this caller. Raises Refused (429) for one who takes too many."""
        key = principal.session or principal.token or principal.name
        if not self._limit.allow(key):
            wait = self._limit.wait_seconds(key)
            raise Refused(
                429, "too-many-tickets", f"Too many streams at once: wait {wait} s.",
                retry_after=wait,
            )  # fmt: skip
        ticket = secrets.token_urlsafe(_TOKEN_BYTES)
        now = self._now()
        row = {
            "digest": _digest(ticket),
            "principal": msgspec.json.encode(principal).decode(),
            "action": action,
            "node": node,
            "expires": now + LIFETIME_SECONDS,
        }
        with self._store.begin() as connection:
            connection.execute(delete(table).where(table.c.expires <= now))
            connection.execute(insert(table), row)
        return ticket

    def redeem(self, ticket: str, action: str, node: str) -> Principal:
        """Whose it is. It is used up, also by a wrong use. Raises Refused."""
        use = delete(table).where(table.c.digest == _digest(ticket)).returning(table)
        with self._store.begin() as connection:
            row = connection.execute(use).first()
        if row is None or row.expires <= self._now():
            raise Refused(403, "used-ticket", "This ticket is used, expired or none: get another.")
        if (row.action, row.node) != (action, node):
            raise Refused(403, "wrong-ticket", "This ticket is for something else: get another.")
        return msgspec.json.decode(row.principal, type=Principal)


def offered(request: Request) -> str | None:
    """The ticket of a WebSocket handshake; None: there is none."""
    protocols = (request.header("sec-websocket-protocol") or "").split(",")
    found = [one.strip() for one in protocols if one.strip().startswith(_PREFIX)]
    return found[0].removeprefix(_PREFIX) if found else None


def _digest(ticket: str) -> str:
    # 256 random bits that live 30 s need no slow hash.
    return hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()
