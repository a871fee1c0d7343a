"""The snapshot with the overlay laid over it."""

from __future__ import annotations

from promscope_api.graph.overlay import Overlay
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.world import compose
from tests.fleet.snapshots import (
    HOST,
    HOST_ID,
    change,
    cid,
    container,
    hello,
    host,
    inventory,
    link,
    record,
    snapshot,
)


def overlay(*numbers: int, sequence: int = 1) -> Overlay:
    made = Overlay()
    made.connected(hello())
    made.inventory(HOST_ID, inventory(sequence, *map(record, numbers)))
    return made


def test_host_that_only_a_tunnel_knows_is_there() -> None:
    world = compose(Snapshot(), overlay(1))
    assert world.hosts[HOST].hostname == "box-aa"
    assert world.containers[cid(1)].host == HOST
    assert world.describes_now(HOST)


def test_container_of_the_tunnel_has_what_its_record_says() -> None:
    made = overlay()
    labels = {"com.docker.compose.project": "shop", "com.docker.compose.service": "web"}
    made.change(
        HOST_ID,
        change(
            2,
            1,
            image="registry:5000/web:1.2",
            labels=labels,
            memory_limit_bytes=5,
            health="healthy",
        ),
    )
    found = compose(Snapshot(), made).containers[cid(1)]
    assert (found.image, found.image_tag) == ("registry:5000/web", "1.2")
    assert (found.compose_project, found.compose_service) == ("shop", "web")
    assert (found.memory_limit, found.cpu_limit, found.health) == (5, None, "healthy")
    assert found.metrics.cpu is None


def test_images_without_a_tag_or_by_digest() -> None:
    made = overlay()
    made.change(HOST_ID, change(2, 1, image="registry:5000/web"))
    made.change(HOST_ID, change(3, 2, image="web@sha256:" + "0" * 64))
    found = compose(Snapshot(), made).containers
    assert (found[cid(1)].image, found[cid(1)].image_tag) == ("registry:5000/web", "")
    assert found[cid(2)].image == "web"


def test_links_of_what_went_go_along() -> None:
    snap = snapshot(
        [host(sequence=1)],
        [container(1), container(2)],
        [link(cid(1), cid(2)), link(cid(1), "external:1.2.3.4"), link(HOST, cid(1))],
    )
    made = overlay(1, 2)
    assert len(compose(snap, made).links) == 3
    made.change(HOST_ID, change(2, 2, None))
    assert [one.target for one in compose(snap, made).links] == ["external:1.2.3.4", cid(1)]


def test_other_hosts_are_not_touched_by_an_inventory() -> None:
    other = "00000000000000bb"
    snap = snapshot([host(epoch="old"), host(other)], [container(9, host=f"host:{other}")])
    assert set(compose(snap, overlay(1)).containers) == {cid(1), cid(9)}


def test_what_is_on_which_host() -> None:
    world = compose(snapshot((), [container(1, compose_project="shop"), container(2)]), Overlay())
    assert world.host_of(cid(1)) == HOST
    assert world.host_of(HOST) == HOST
    assert world.host_of("external:1.2.3.4") == ""
    assert world.knows(cid(1))
    assert not world.knows(cid(5))
    assert world.crew == {HOST: 2}
    assert world.projects == {"shop": frozenset((HOST,))}
    assert not world.describes_now(HOST)
