"""Two hosts whose bridges and containers have the same addresses: no edge leads from one to the
other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.acceptance.client import Json
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.twin import PORT, Twin

pytestmark = pytest.mark.docker

PATIENCE_SECONDS = 120


@pytest.fixture
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Twin], Product]]:
    folder = tmp_path_factory.mktemp("twins")
    with ExitStack() as stack:
        twins = [stack.enter_context(Twin(folder, number)) for number in (1, 2)]
        addresses = [twin.address for twin in twins]
        product = stack.enter_context(Product(folder / "state", also_scraped=addresses))
        yield twins, product


def test_identical_subnets_make_no_edge_between_hosts(twins: tuple[list[Twin], Product]) -> None:
    hosts, product = twins
    nodes = {node for twin in hosts for node in twin.nodes.values()}
    expected = {(twin.nodes["client"], twin.nodes["server"], PORT) for twin in hosts}

    def edges() -> set[tuple[str, str, int]]:
        found: list[Json] = product.client().topology("containers")["edges"]
        return {
            (edge["source"], edge["target"], edge["port"])
            for edge in found
            if nodes & {edge["source"], edge["target"]}
        }

    until(lambda: edges() >= expected, "each host's own edge", PATIENCE_SECONDS)
    for _ in range(3):  # whatever else were there would be told by now, or with the next scrapes
        version = product.client().topology("containers")["version"]
        until(
            lambda v=version: product.client().topology("containers")["version"] != v,  # type: ignore[misc]
            "the next scrape",
            PATIENCE_SECONDS,
        )
        assert edges() == expected
