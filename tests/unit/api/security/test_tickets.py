"""Once, within 30 seconds, for one user, action and node."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.security.principal import Principal
from promscope_api.security.ratelimit import Limiter
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_api.security.tickets import LIFETIME_SECONDS, Tickets, offered
from promscope_api.store.store import Store

ADA = Principal("ada", ("viewer",), "token", token="7", scopes=("view",), until=9.0)


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(tmp_path: Path, clock: Clock) -> Iterator[Tickets]:
    with Store.open(tmp_path) as store:
        yield Tickets(store, now=clock)


def test_it_stands_for_its_holder_once(tickets: Tickets) -> None:
    ticket = tickets.issue(ADA, "watch", "containers")
    assert tickets.redeem(ticket, "watch", "containers") == ADA
    with pytest.raises(Refused, match="used"):
        tickets.redeem(ticket, "watch", "containers")


def test_it_expires(tickets: Tickets, clock: Clock) -> None:
    early, late = (tickets.issue(ADA, "watch", "x") for _ in range(2))
    clock.now += LIFETIME_SECONDS - 1
    tickets.redeem(early, "watch", "x")
    clock.now += 1
    with pytest.raises(Refused, match="expired"):
        tickets.redeem(late, "watch", "x")


def test_a_holder_who_takes_too_many_waits(tickets: Tickets) -> None:
    tickets._limit = Limiter(1, 60.0)
    tickets.issue(ADA, "watch", "x")
    with pytest.raises(Refused) as refused:
        tickets.issue(ADA, "watch", "x")
    assert (refused.value.status, refused.value.reason) == (429, "too-many-tickets")


@pytest.mark.parametrize(
    ("header", "ticket"),
    [
        (None, None),
        ("promscope", None),
        ("promscope, ticket.abc", "abc"),
        ("ticket.abc,promscope", "abc"),
        ("ticket.", ""),
    ],
)
def test_it_is_a_subprotocol(header: str | None, ticket: str | None) -> None:
    headers = {} if header is None else {"sec-websocket-protocol": header}
    assert offered(Request("websocket", "GET", "http", "/", "", headers, "")) == ticket
