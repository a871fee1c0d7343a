"""A part of the world is missing: what is left is still mapped, and it is said what is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.client import Json
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch

SOON = 60


@pytest.fixture(scope="module")
def without_docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("without-docker") / "state"
    with Product(folder, docker_host="unix:///nonexistent/docker.sock") as product:
        yield product


@pytest.fixture
def own(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product that a test may break."""
    with Product(tmp_path_factory.mktemp("own") / "state") as product:
        yield product


def statuses(nodes: dict[str, Json], kind: str) -> set[str]:
    return {node["status"] for node in nodes.values() if node["kind"] == kind}


def connected(view: Json) -> Json | None:
    return view if view["edges"] else None


def stale(view: Json) -> Json | None:
    return view if view["stale_since"] else None


def test_without_a_docker_engine_the_rest_is_mapped(without_docker: Product) -> None:
    visitor = without_docker.client()
    hosts = until(lambda: visitor.nodes("hosts"), "the host", SOON)
    assert statuses(hosts, "host") <= {"healthy", "warning"}
    view = until(
        lambda: view if (view := visitor.topology("processes"))["edges"] else None,
        "connections between processes",
        SOON,
    )
    assert len(view["nodes"]) > 3
    assert not visitor.containers()


def test_without_a_docker_engine_it_is_said(without_docker: Product) -> None:
    def degraded() -> list[Json]:
        probes = without_docker.client().json("/api/v1/topology")["probes"]
        return [one for probe in probes for one in probe["degraded"]]

    until(
        lambda: [one for one in degraded() if one["capability"] == "docker" and one["reason"]],
        "the missing engine with the reason",
        SOON,
    )


def test_a_dead_backend_leaves_the_last_map_and_says_since_when(own: Product) -> None:
    visitor = own.client()
    until(
        lambda: visitor.nodes("hosts") and not visitor.topology("hosts")["stale_since"],
        "a fresh map",
        SOON,
    )
    own.backend.kill()
    last = until(
        lambda: view if (view := visitor.topology("hosts"))["stale_since"] else None,
        "stale_since",
        SOON,
    )
    assert last["stale_reason"]
    assert last["nodes"]
    own.backend.start()
    until(lambda: not visitor.topology("hosts")["stale_since"], "a fresh map again", SOON)


def test_a_dead_probe_turns_its_nodes_unknown_and_they_come_back(
    own: Product, scratch: Scratch
) -> None:
    visitor = own.client()
    _, node = scratch.run()

    def status() -> tuple[set[str], str]:
        nodes = visitor.nodes("containers")
        assert node in nodes
        return statuses(visitor.nodes("hosts"), "host"), nodes[node]["status"]

    until(lambda: node in visitor.nodes("containers"), "the container", SOON)
    until(lambda: status() == ({"healthy"}, "healthy"), "a healthy host", SOON)
    mine = f'promscope_container_info{{container_id=~"{node.removeprefix("container:")}.*"}}'
    until(lambda: own.backend.query(mine), "a scrape", SOON)
    own.kill_exporter()
    until(lambda: status() == ({"unknown"}, "unknown"), "an unknown host", SOON)
    (probe,) = visitor.json("/api/v1/topology")["probes"]
    assert not probe["tunnel"]
    own.restart_exporter()
    until(lambda: status() == ({"healthy"}, "healthy"), "a healthy host again", SOON)
