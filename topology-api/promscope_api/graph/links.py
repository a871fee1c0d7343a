"""Edge series → links between nodes: both sides of a connection joined and counted once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from promscope_api.graph.answers import Answers, numbers
from promscope_api.graph.merge import Addresses
from promscope_api.graph.snapshot import Link
from promscope_api.prometheus.labels import EdgeLabels, InboundLabels
from promscope_wire import ids

_NUMBERS = ("connections", "connects", "failed", "transmit", "receive")
#: Identity of a link: everything before its numbers.
Key = tuple[str, str, int, str, str, str, str, int]


def links(
    live: Answers, recalled: list[Answers], addresses: Addresses, host_of: Callable[[str], str]
) -> tuple[Link, ...]:
    """All links. Those only remembered of a target that is down have no numbers."""
    found: dict[Key, dict[str, float]] = {}
    _outgoing(live, addresses, found)
    _incoming(live, addresses, host_of, found)
    past: dict[Key, dict[str, float]] = {}
    for answers in recalled:
        _outgoing(answers, addresses, past)
        _incoming(answers, addresses, host_of, past)
    for key in past:
        found.setdefault(key, {})
    return tuple(
        Link(
            key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7],
            *(values.get(name) for name in _NUMBERS),
        )
        for key, values in found.items()
    )  # fmt: skip


def _outgoing(answers: Answers, addresses: Addresses, found: dict[Key, dict[str, float]]) -> None:
    # A rate lasts as long as its window after its series has ended; the gauge says what is there.
    there = numbers(answers, "edge_connections", _same)
    keys = {labels: _edge_key(labels, addresses) for labels in there}
    for name in _NUMBERS:
        for labels, number in numbers(answers, f"edge_{name}", _same).items():
            _add(found, keys.get(labels), name, number)


def _edge_key(labels: EdgeLabels, addresses: Addresses) -> Key | None:
    if not is_node(labels.source):
        return None
    peer = addresses.resolve(
        labels.source, labels.peer_ip, _port(labels.peer_port), labels.protocol
    )
    service, service_port = labels.service_ip, _port(labels.service_port)
    if not service and peer.port != _port(labels.peer_port):
        service, service_port = labels.peer_ip, _port(labels.peer_port)
    return (
        labels.source, peer.node, peer.port, labels.protocol,
        labels.process, peer.process, service, service_port,
    )  # fmt: skip


def _incoming(
    answers: Answers,
    addresses: Addresses,
    host_of: Callable[[str], str],
    found: dict[Key, dict[str, float]],
) -> None:
    # The server's transmit is the client's receive: a link is always told from the client's side.
    turned = {"transmit": "receive", "receive": "transmit"}
    there = numbers(answers, "inbound_connections", _same)
    keys = {
        labels: _inbound_key(labels, addresses)
        for labels in there
        if is_node(labels.target) and not addresses.covered(labels.peer_ip, host_of(labels.target))
    }
    for name in _NUMBERS:
        for labels, number in numbers(answers, f"inbound_{name}", _same).items():
            _add(found, keys.get(labels), turned.get(name, name), number)


def _inbound_key(labels: InboundLabels, addresses: Addresses) -> Key:
    return (
        addresses.outside(labels.peer_ip), labels.target, _port(labels.port), labels.protocol,
        "", labels.process, "", 0,
    )  # fmt: skip


def _add(found: dict[Key, dict[str, float]], key: Key | None, name: str, number: float) -> None:
    if key is not None:
        values = found.setdefault(key, {})
        values[name] = values.get(name, 0.0) + number


def _same(labels: Any) -> Any:
    return labels


def _port(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= 5 else 0


@lru_cache(maxsize=65536)
def is_node(text: str) -> bool:
    """Whether a label's value is a node id; anything else was not written by a probe."""
    try:
        ids.parse(text)
    except ids.InvalidId:
        return False
    return True
