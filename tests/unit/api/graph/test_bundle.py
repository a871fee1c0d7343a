"""Which bundle a node is in."""

from __future__ import annotations

from promscope_api.graph import bundle
from promscope_api.graph.overlay import Overlay
from promscope_api.graph.world import World, compose
from promscope_wire import ids
from tests.fleet.snapshots import HOST, cid, container, process, snapshot

DIGEST = "sha256:" + "ab" * 32


def world() -> World:
    made = snapshot(
        (),
        [
            container(1, image="redis", image_tag="7", image_id=DIGEST, labels={"app": "x"}),
            container(2, image="redis", compose_project="shop", compose_service="db"),
            container(3, image=""),
        ],
        (),
        [process(cid(1), "redis-server")],
    )
    return compose(made, Overlay())


def test_images_are_told_apart_by_digest_and_by_name_without_one() -> None:
    by_digest = bundle.by_image(world(), cid(1))
    assert by_digest == bundle.Bundle("image:abababababab", "image", "redis:7")
    by_name = bundle.by_image(world(), cid(2))
    assert by_name == bundle.Bundle(ids.unknown("image redis"), "image", "redis")
    without = bundle.by_image(world(), cid(3))
    assert without is not None
    assert without.label == "no image"


def test_hosts_hold_their_containers_and_themselves() -> None:
    assert bundle.by_host(world(), cid(1)) == bundle.Bundle(HOST, "host", "box-aa")
    assert bundle.by_host(world(), HOST) == bundle.by_host(world(), cid(1))
    assert bundle.by_host(world(), "external:1.1.1.1") is None


def test_compose_names_are_of_one_host() -> None:
    project = bundle.by_compose_project(world(), cid(2))
    assert project is not None
    assert project.id == "compose-project:00000000000000aa:shop"
    assert (project.kind, project.label, project.sublabel) == ("project", "shop", "box-aa")
    service = bundle.by_compose_service(world(), cid(2))
    assert service is not None
    assert (service.id, service.label) == ("compose:00000000000000aa:shop:db", "db")
    alone = bundle.by_compose_service(world(), cid(1))
    assert alone is not None
    assert alone.label == "no compose service"


def test_labels_and_commands() -> None:
    by_app = bundle.by_label("app")
    assert by_app(world(), cid(1)) == bundle.Bundle("label:app:x", "label", "x", "app")
    assert by_app(world(), HOST) is None
    group = ids.processes(cid(1), "redis-server")
    assert bundle.by_command(world(), group) == bundle.Bundle(
        "command:redis-server", "command", "redis-server"
    )
    assert bundle.by_command(world(), cid(1)) is None
