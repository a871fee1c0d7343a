"""Bytes on edges against bytes that were really sent: one row per way a connection can go."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from stack.terminal import step
from tests.acceptance.edge_page import EdgePage, Tally, exporter
from tests.acceptance.patience import until
from tests.acceptance.street import Street, outside, rule
from tests.acceptance.talker import DATAGRAM, DOWN, UP
from tests.bench.table import Row, below

_LIMIT_PERCENT = 0.1
_PORTS = (7000, 7001, 7002, 7003, 7005)
_SIX, _UDP = 7004, 7010


def rows(image: str) -> list[Row]:
    """The largest error of both directions, each."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="promscope-bench-")))
        street = stack.enter_context(Street(image))
        places = [*(f"tcp:0.0.0.0:{port}" for port in _PORTS), f"tcp:[::]:{_SIX}"]
        server, _ = street.house(does=f"serve {' '.join(places)} udp:0.0.0.0:{_UDP}")
        client, _ = street.house()
        page = stack.enter_context(exporter(folder, "--cpu.budget=0"))
        return list(_rows(street, page, server, client))


def _rows(street: Street, page: EdgePage, server: str, client: str) -> Iterator[Row]:
    ip, six = street.addresses(server)
    one, short, reset, translated, away = _PORTS
    with step("known bytes over TCP"):
        street.talk(client, "tcp", ip, one, 10_000, "stream")
        yield _row("100 MB in one connection", page, 10_000, peer_port=one, connects=1)
        street.talk(client, "tcp", ip, short, 1000, "close")
        yield _row("1,000 connections of 10 kB", page, 1000, peer_port=short)
        street.talk(client, "tcp", ip, reset, 300, "reset")
        yield _row("300 connections closed by a reset", page, 300, peer_port=reset)
        street.talk(client, "tcp", six, _SIX, 300, "close")
        yield _row("300 connections over IPv6", page, 300, peer_port=_SIX)
    with step("known bytes through NAT and over UDP"):
        where = ("-d", street.gateway, "-p", "tcp", "--dport", "80")
        with rule("nat", "OUTPUT", *where, "-j", "DNAT", "--to-destination", f"{ip}:{translated}"):
            street.talk_from_host("tcp", street.gateway, 80, 300, "close")
        yield _row("300 connections through DNAT", page, 300, peer_port=translated)
        street.talk(client, "udp", ip, _UDP, 1000, "close")
        found = _settled(page, 1, peer_port=_UDP)
        errors = (found.transmit - 1000 * DATAGRAM, found.receive - 500 * DATAGRAM)
        yield _error("1,000 UDP datagrams and their answers", max(map(abs, errors)) / 1e6)
    with step("known bytes from another host"), outside() as (namespace, theirs, own):
        where = ("-d", own, "-p", "tcp", "--dport", "81")
        with (
            rule("nat", "PREROUTING", *where, "-j", "DNAT", "--to-destination", f"{ip}:{away}"),
            rule("filter", "FORWARD", "-d", ip, "-j", "ACCEPT"),
        ):
            street.talk_from_host("tcp", own, 81, 300, "close", namespace=namespace)
        found = _settled(page, 300, "inbound", peer_ip=theirs)
        error = max(abs(found.receive / (300 * UP) - 1), abs(found.transmit / (300 * DOWN) - 1))
        yield Row("byte error, 300 connections from another host", f"{error * 100:.3f} %")


def _row(what: str, page: EdgePage, exchanges: int, *, peer_port: int, connects: int = 0) -> Row:
    found = _settled(page, connects or exchanges, peer_port=peer_port)
    up, down = found.transmit / (exchanges * UP), found.receive / (exchanges * DOWN)
    return _error(what, max(abs(up - 1), abs(down - 1)))


def _error(what: str, share: float) -> Row:
    return below(f"byte error, {what}", share * 100, _LIMIT_PERCENT, "%")


def _settled(page: EdgePage, connects: int, side: str = "edge", **wanted: object) -> Tally:
    """The sums once all connections are counted and nothing grows any more."""
    before: list[Tally] = []

    def still() -> Tally | None:
        found = page.tally(side, **wanted)
        before.append(found)
        calm = [(one.connects, one.transmit, one.receive) for one in before[-3:]]
        return found if found.connects >= connects and len(set(calm)) == 1 else None

    return until(still, f"{connects} connections", 60, 1.1)
