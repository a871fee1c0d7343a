"""What stands for a node at the level of services."""

from __future__ import annotations

from promscope_api.graph.overlay import Overlay
from promscope_api.graph.services import end, service
from promscope_api.graph.world import compose
from tests.fleet.snapshots import HOST, HOST_ID, cid, container, host, snapshot


def test_containers_of_a_service_are_the_service_and_all_else_is_itself() -> None:
    in_service = container(1, compose_project="shop", compose_service="web")
    world = compose(snapshot([host(hostname="box")], [in_service, container(2)]), Overlay())
    assert end(world, cid(1)) == (f"compose:{HOST_ID}:shop:web", "shop/web")
    assert end(world, cid(2)) == (cid(2), "c2")
    assert end(world, HOST) == (HOST, "box")
    assert end(world, "external:10.9.9.9") == ("external:10.9.9.9", "10.9.9.9")
    assert end(world, "internet") == ("internet", "internet")
    assert service(container(3, compose_project="shop")) is None
