import threading
import time

import pytest

from promscope_exporter.collectors import storage
from promscope_exporter.collectors.storage import StorageCollector
from promscope_wire.frames import Mount
from tests.unit.exporter.fakes import ID, OTHER_ID, collect, context, record

SHORT = ID[:12]
LAYER = f'promscope_container_writable_layer_bytes{{container_id="{SHORT}",name="web"}}'


def volume(name, container_id=SHORT):
    return (
        f'promscope_container_volume_bytes{{container_id="{container_id}",name="web",'
        f'volume="{name}"}}'
    )


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_LOOK_SECONDS", 0.01)
    one = context(tmp_path)
    for name in ("layer", "data", "bind"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(bytes(20_000))
    made = StorageCollector(one)
    yield tmp_path, one, made
    made.close()


def collected(one, made, wanted):
    """The samples, once `wanted` is among them."""
    end = time.monotonic() + 60
    while True:
        found = collect(made, one.clock)
        if wanted in found:
            return found
        assert time.monotonic() < end, found
        time.sleep(0.01)


def test_layers_and_volumes_but_no_bind_mounts(world):
    _, one, made = world
    mounts = (
        Mount("volume", "/data", "/var/lib/data", name="shop_data"),
        Mount("bind", "/bind", "/srv"),
    )
    one.inventory.update("start", record(layer="/layer", mounts=mounts))
    one.inventory.update("start", record(OTHER_ID, mounts=mounts))
    found = collected(one, made, volume("shop_data", OTHER_ID[:12]))
    assert found[LAYER] == found[volume("shop_data")] >= 20_000
    assert len(found) == 3


def test_again_after_five_minutes_and_not_before(world):
    folder, one, made = world
    one.inventory.update("start", record(layer="/layer"))
    before = collected(one, made, LAYER)[LAYER]
    (folder / "layer/more").write_bytes(bytes(50_000))
    (folder / "data/more").write_bytes(bytes(50_000))
    # a newcomer is measured in a later look: by then the layer would have been looked at too
    one.inventory.update(
        "start", record(OTHER_ID, mounts=(Mount("volume", "/data", "/d", name="data"),))
    )
    found = collected(one, made, volume("data", OTHER_ID[:12]))
    assert found[LAYER] == before
    one.clock.pass_time(storage.INTERVAL_SECONDS)
    end = time.monotonic() + 60
    while collect(made, one.clock)[LAYER] < before + 50_000:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_is_not_known_is_absent(world):
    _, one, made = world
    one.inventory.update("start", record(layer="/gone"))
    one.inventory.update("start", record(OTHER_ID, layer="/layer"))
    wanted = LAYER.replace(SHORT, OTHER_ID[:12])
    assert collected(one, made, wanted).keys() == {wanted}


def test_a_removed_container_occupies_nothing(world):
    _, one, made = world
    one.inventory.update("start", record(layer="/layer"))
    collected(one, made, LAYER)
    one.inventory.remove("destroy", f"container:{SHORT}")
    assert collect(made, one.clock) == {}


def test_volumes_have_a_budget(world):
    _, one, made = world
    many = tuple(Mount("volume", "/data", f"/{n}", name=f"v{n}") for n in range(12))
    one.inventory.update("start", record(mounts=many))
    found = collected(one, made, volume("v0"))
    assert len(found) == storage.MAX_VOLUMES
    collect(made, one.clock)
    assert one.status.dropped_total() == {"volumes": 4}


def test_it_ends_while_it_adds_up_something_huge(world, monkeypatch):
    folder, one, made = world
    monkeypatch.setattr(storage, "MAX_SHARE", 1e-9)
    for number in range(500):
        (folder / f"layer/{number}").touch()
    one.inventory.update("start", record(layer="/layer"))
    collect(made, one.clock)
    made.close()
    assert "storage" not in {thread.name for thread in threading.enumerate()}
