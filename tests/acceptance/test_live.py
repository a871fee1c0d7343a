"""Live events alone: the backend of this product scrapes nothing at all."""

from __future__ import annotations

import pytest

from demo.engine import docker
from tests.acceptance.client import Json, Live
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch

pytestmark = pytest.mark.docker


def state(nodes: dict[str, Json], node: str) -> str | None:
    return nodes[node]["state"] if node in nodes else None


def expect(product: Product, live: Live, node: str, wanted: str | None) -> None:
    """Both the open socket and REST come to tell this state; None: the node is gone."""
    words = f"{node} {wanted or 'gone'}"
    live.until(lambda nodes: state(nodes, node) == wanted, words, 30)
    until(lambda: state(product.client().nodes("containers"), node) == wanted, words, 30)


def test_lifecycle_reaches_rest_and_socket_without_a_scrape(
    unscraped: Product, scratch: Scratch
) -> None:
    with unscraped.client().live("containers") as live:
        name, node = scratch.run()
        expect(unscraped, live, node, "running")
        for word, wanted in (
            ("pause", "paused"),
            ("unpause", "running"),
            ("stop", "exited"),
            ("start", "running"),
            ("restart", "running"),
            ("kill", "exited"),
        ):
            docker(word, name)
            expect(unscraped, live, node, wanted)
        docker("rm", "-f", name)
        expect(unscraped, live, node, None)
    assert unscraped.backend.query('{__name__=~"promscope_.+"}') == []


def test_a_rename_is_told(unscraped: Product, scratch: Scratch) -> None:
    with unscraped.client().live("containers") as live:
        name, node = scratch.run()
        expect(unscraped, live, node, "running")
        docker("rename", name, f"{name}-renamed")
        try:
            live.until(lambda nodes: nodes[node]["label"] == f"{name}-renamed", "the new name", 30)
        finally:
            docker("rename", f"{name}-renamed", name)


def test_what_ran_before_is_there_without_a_scrape(unscraped: Product, scratch: Scratch) -> None:
    name, node = scratch.run()
    until(lambda: node in unscraped.client().nodes("containers"), name)
    unscraped.kill_exporter()
    unscraped.restart_exporter()
    until(
        lambda: state(unscraped.client().nodes("containers"), node) == "running",
        "the container in the inventory of the new probe",
        15,
    )


def test_a_container_that_is_gone_at_once_leaves_nothing_behind(
    unscraped: Product, scratch: Scratch
) -> None:
    with unscraped.client().live("containers") as live:
        _, node = scratch.run("--rm", command="true")
        live.until(lambda nodes: node not in nodes, "its end", 30)
        _, witness = scratch.run()
        expect(unscraped, live, witness, "running")
        assert node not in unscraped.client().nodes("containers")
