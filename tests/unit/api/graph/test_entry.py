"""The values of a node's fields."""

from __future__ import annotations

from promscope_api.graph import nodes
from promscope_api.graph.entry import entry, label_field
from promscope_api.graph.overlay import Overlay
from promscope_api.graph.world import compose
from promscope_wire.frames import Mount, Network
from tests.fleet.snapshots import HOST, cid, container, record, snapshot


def test_every_value_is_under_its_field_and_the_most_telling_come_first() -> None:
    one = container(1, image="redis", labels={"app_name": "shop"}, image_id="sha256:" + "cd" * 32)
    world = compose(snapshot((), [one]), Overlay())
    said = record(
        1,
        labels={"app.name": "shop", "other": "x"},
        mounts=(Mount("volume", "", "/data"),),
        networks=(Network("front", ("172.20.0.7",)),),
    )
    made = entry(nodes.make(world, cid(1)), "containers", one, said)
    assert list(made.values)[:2] == ["name", "id"]
    assert made.values["label.app_name"] == ("shop",)
    assert made.values["label.other"] == ("x",)
    assert made.values["mount"] == ("/data",)
    assert made.values["address"] == ("172.20.0.7",)
    assert made.values["host"] == ("box-aa", HOST)
    assert "shop" in made.text


def test_a_label_has_one_field_for_both_its_names() -> None:
    assert label_field("com.example.Team/x") == label_field("com_example_team_x")
