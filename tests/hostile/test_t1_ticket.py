"""T1: a ticket that is used again, late, by another, or for something else opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from promscope_api.security.refusal import Refused
from promscope_api.security.tickets import Tickets
from tests.trust.web import Web

HANDSHAKE = {
    "connection": "Upgrade",
    "upgrade": "websocket",
    "sec_websocket_version": "13",
    "sec_websocket_key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def open_with(web: Web, protocols: list[str], headers: dict[str, str], view: str) -> int:
    path = f"/api/v1/topology/{view}/ws"
    offered = ", ".join(protocols)
    return web.ask("GET", path, **HANDSHAKE, **headers, sec_websocket_protocol=offered).status


def test_twice(web: Web) -> None:
    headers = web.sign_in()
    protocols = web.protocols(headers)
    assert open_with(web, protocols, headers, "containers") == 101
    assert open_with(web, protocols, headers, "containers") == 403
    assert web.records()[-1]["promscope.problem"] == "used-ticket"


def test_fifty_at_once_and_one_wins(web: Web) -> None:
    principal = web.trust.sessions.open("ada", ("viewer",), "")[1]
    ticket = web.trust.tickets.issue(principal, "watch", "containers")
    replicas = [Tickets(web.trust.store) for _ in range(50)]

    def attempt(tickets: Tickets) -> bool:
        try:
            tickets.redeem(ticket, "watch", "containers")
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, replicas)) == 1


def test_for_another_node_it_is_burnt(web: Web) -> None:
    headers = web.sign_in()
    protocols = web.protocols(headers, "hosts")
    assert open_with(web, protocols, headers, "containers") == 403
    assert web.records()[-1]["promscope.problem"] == "wrong-ticket"
    assert open_with(web, protocols, headers, "hosts") == 403


def test_for_another_action(web: Web) -> None:
    principal = web.trust.sessions.open("ada", ("viewer",), "")[1]
    ticket = web.trust.tickets.issue(principal, "exec", "containers")
    with pytest.raises(Refused, match="something else"):
        web.trust.tickets.redeem(ticket, "watch", "containers")


def test_by_another_user_and_by_nobody(web: Web) -> None:
    protocols = [web.protocols(web.sign_in()) for _ in range(2)]
    other = web.sign_in("viewer")
    assert open_with(web, protocols[0], other, "containers") == 403
    assert web.records()[-1]["promscope.problem"] == "wrong-ticket"
    assert open_with(web, protocols[1], {}, "containers") == 401


def test_signing_in_meanwhile_spoils_nothing(tmp_path: Path) -> None:
    with Web(tmp_path, local_viewer=True) as web:
        protocols = [web.protocols({"origin": web.url}) for _ in range(2)]
        headers = web.sign_in()
        assert open_with(web, protocols[0], headers, "containers") == 101
        far = {**headers, "x_forwarded_for": "192.0.2.1"}
        assert open_with(web, protocols[1], far, "containers") == 403


def test_after_its_session_has_ended(web: Web) -> None:
    headers = web.sign_in()
    protocols = web.protocols(headers)
    assert web.ask("DELETE", "/api/v1/session", **headers).status == 204
    assert open_with(web, protocols, headers, "containers") == 401


def test_none_at_all(web: Web) -> None:
    headers = web.sign_in()
    for protocols in (["promscope"], ["ticket."], ["ticket.x"], ["ticket." + "x" * 4000]):
        assert open_with(web, protocols, headers, "containers") == 403
