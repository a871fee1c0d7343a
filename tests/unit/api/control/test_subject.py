"""What a selector sees; a container cannot say it is another or on another host."""

from __future__ import annotations

from typing import cast

from promscope_api.control.subject import labels
from promscope_api.control.tunnels import ProbeStatus, Tunnels
from promscope_wire.frames import ContainerRecord
from tests.trust.probe import NODE, record


class Fleet:
    def __init__(self, container: ContainerRecord | None) -> None:
        self._container = container

    def host_of(self, _node: str) -> str | None:
        return "host-a" if self._container else None

    def record(self, _node: str) -> ContainerRecord | None:
        return self._container

    def probe(self, _host: str) -> ProbeStatus:
        return ProbeStatus("host-a", "machine-a", "", "", "e", 1, (), True, 0.0, 1)


def seen(container: ContainerRecord | None) -> dict[str, str]:
    return labels(cast(Tunnels, Fleet(container)), NODE)


def test_its_labels_and_what_it_cannot_choose() -> None:
    mine = {"team": "shop", "host.name": "another", "container.name": "db"}
    assert seen(record(labels=mine)) == {
        "team": "shop",
        "container.name": "web",
        "container.image": "shop",
        "host.id": "host-a",
        "host.name": "machine-a",
    }


def test_what_is_not_known_is_absent() -> None:
    assert seen(None) == {}
