"""Replicas of the API: each is as good as the other, and either may go at any moment."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import requests

from tests.acceptance.client import Client, Json
from tests.acceptance.patience import until
from tests.acceptance.replicas import Replicas

FILTER = {"name": "Payments", "view": "containers", "query": "label.team = payments"}


@pytest.fixture(scope="module")
def replicas(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replicas]:
    with Replicas(tmp_path_factory.mktemp("replicas")) as replicas:
        replicas.sign_in()
        yield replicas


class Saver(threading.Thread):
    """Changes one filter again and again, and knows what the API last said it had kept."""

    def __init__(self, replicas: Replicas) -> None:
        super().__init__(daemon=True)
        self._user = Client(replicas.url)
        self._user.share(replicas.user)
        made = self._user.post("/api/v1/filters", {**FILTER, "name": self.name})
        assert made.status_code == 201, made.text
        self._path = f"/api/v1/filters/{made.json()['id']}"
        self._end = threading.Event()
        self.kept = 0

    def run(self) -> None:
        number = 0
        while not self._end.wait(0.05):
            number += 1
            body = {**FILTER, "name": self.name, "query": f"cpu > {number}"}
            try:
                answer = self._user.put(self._path, body)
            except requests.RequestException:
                continue
            if answer.status_code == 200:
                self.kept = number

    def end(self) -> None:
        self._end.set()
        self.join(60)

    def found(self) -> int:
        """What is there now."""
        return int(str(self._user.json(self._path)["query"]).removeprefix("cpu > "))


def probes_at(client: Client) -> list[Json]:
    """The probes, once there is one with an open tunnel."""
    found: list[Json] = client.json("/api/v1/topology")["probes"]
    assert [one for one in found if one["tunnel"]], found
    return found


def the_host(client: Client) -> Json:
    found = [node for node in client.nodes("hosts").values() if node["kind"] == "host"]
    assert len(found) == 1
    return found[0]


def test_a_probe_dials_both_and_what_one_keeps_the_other_has(replicas: Replicas) -> None:
    for client in replicas.each:
        until(lambda client=client: probes_at(client), "a tunnel at each replica")  # type: ignore[misc]
    one, two = replicas.each
    kept = one.post("/api/v1/filters", FILTER)
    assert kept.status_code == 201, kept.text
    assert two.json("/api/v1/filters")["items"] == [kept.json()]
    host = the_host(two)["id"]
    pinned = two.put(f"/api/v1/topology/hosts/pins/{host}", {"x": 321.5, "y": -123.5})
    assert pinned.status_code == 200, pinned.text
    for client in replicas.each:
        until(
            lambda client=client: the_host(client)["position"] == [321.5, -123.5],  # type: ignore[misc]
            "the pin at each replica",
        )


def test_both_show_everything_in_the_same_places(replicas: Replicas) -> None:
    def places(client: Client) -> dict[str, Json]:
        return {node["id"]: node["position"] for node in client.topology("hosts")["nodes"]}

    one, two = replicas.each
    until(lambda: places(one) == places(two), "the same places at both")


@pytest.mark.parametrize("number", [0, 1])
def test_either_may_be_killed_and_nothing_that_was_kept_is_lost(
    replicas: Replicas, number: int
) -> None:
    user = replicas.user
    for client in replicas.each:
        until(lambda client=client: probes_at(client), "a tunnel at each replica")  # type: ignore[misc]
    before, pins = the_host(user), user.json("/api/v1/topology/hosts/pins")
    saver = Saver(replicas)
    saver.start()
    try:
        until(lambda: saver.kept > 3, "filters that are kept")
        replicas.kill(number)
        after = until(lambda: the_host(user), "the map again")
        assert after["id"] == before["id"]
        assert user.json("/api/v1/topology/hosts/pins") == pins

        def seen_live() -> bool:
            with user.watch("hosts") as live:
                return before["id"] in live.nodes

        until(seen_live, "the live map again")
        so_far = saver.kept
        until(lambda: saver.kept > so_far + 3, "more filters that are kept")
    finally:
        saver.end()
        replicas.restart(number)
    assert saver.found() >= saver.kept
