import pytest

from promscope_exporter.inventory import KEEP_REMOVED_SECONDS, Inventory
from tests.unit.exporter.fakes import OTHER_ID, FakeClock, record

NODE, OTHER = f"container:{'4f1c2a9b7d3e'}", f"container:{OTHER_ID[:12]}"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def inventory(clock):
    return Inventory(clock, 15.0, epoch="e1")


@pytest.fixture
def changes(inventory):
    seen = []
    inventory.subscribe(seen.append)
    return seen


def show(inventory):
    _, containers = inventory.view()
    inventory.collected(containers)
    return set(containers)


def test_changes_are_numbered_from_1_and_told_in_order(inventory, changes):
    inventory.update("create", record(state="created"))
    inventory.update("start", record())
    inventory.remove("destroy", NODE)
    assert [(one.sequence, one.event, one.epoch) for one in changes] == [
        (1, "create", "e1"), (2, "start", "e1"), (3, "destroy", "e1"),
    ]  # fmt: skip
    assert changes[1].container == record()
    assert changes[2].container is None
    assert inventory.sequence == 3


def test_what_says_nothing_new_is_no_change(inventory, changes):
    inventory.update("start", record())
    inventory.update("exec_die", record())
    inventory.remove("destroy", OTHER)
    assert len(changes) == 1


def test_snapshot_has_what_exists(inventory):
    inventory.replace([record(), record(OTHER_ID)])
    inventory.remove("destroy", OTHER)
    snapshot = inventory.snapshot()
    assert (snapshot.epoch, snapshot.sequence) == ("e1", 3)
    assert [one.node for one in snapshot.containers] == [NODE]


def test_full_list_removes_what_is_not_in_it(inventory, changes):
    inventory.replace([record(), record(OTHER_ID)])
    inventory.replace([record(OTHER_ID, state="exited")])
    assert [(one.event, one.node) for one in changes[2:]] == [("destroy", NODE), ("sync", OTHER)]


def test_newborn_is_what_was_created_after_the_start(inventory, clock):
    inventory.replace([record(), record(OTHER_ID, created=clock.wall() + 1)])
    assert not inventory.containers()[NODE].newborn
    assert inventory.containers()[OTHER].newborn


def test_newborn_stays_through_changes(inventory, clock):
    inventory.update("create", record(created=clock.wall() + 1))
    inventory.update("start", record(created=clock.wall() + 1, pid=3))
    assert inventory.containers()[NODE].newborn


def test_removed_is_shown_twice_at_least_however_late(inventory, clock):
    inventory.update("create", record())
    inventory.remove("destroy", NODE)
    clock.pass_time(3600)
    assert inventory.containers()[NODE].record.state == "removed"
    assert show(inventory) == {NODE}
    assert show(inventory) == {NODE}
    assert show(inventory) == set()


def test_removed_is_shown_two_intervals_at_least_however_often(inventory, clock):
    inventory.update("create", record())
    inventory.remove("destroy", NODE)
    for _ in range(30):
        assert show(inventory) == {NODE}
        clock.pass_time(1)
    clock.pass_time(8)
    show(inventory)
    assert show(inventory) == set()


def test_removed_is_forgotten_by_a_later_change_where_nobody_collects(inventory, clock):
    inventory.update("create", record())
    inventory.count(NODE, "create")
    inventory.remove("destroy", NODE)
    clock.pass_time(KEEP_REMOVED_SECONDS)
    inventory.update("create", record(OTHER_ID))
    assert set(inventory.containers()) == {NODE, OTHER}
    clock.pass_time(1)
    inventory.remove("destroy", OTHER)
    assert set(inventory.containers()) == {OTHER}
    assert inventory.events(NODE) == {}


def test_a_collection_that_did_not_see_the_removal_does_not_count(inventory, clock):
    inventory.update("create", record())
    _, before = inventory.view()
    inventory.remove("destroy", NODE)
    clock.pass_time(3600)
    inventory.collected(before)
    assert show(inventory) == show(inventory) == {NODE}
    assert show(inventory) == set()


def test_view_is_one_moment(inventory):
    inventory.update("create", record())
    sequence, containers = inventory.view()
    inventory.update("pause", record(state="paused"))
    assert sequence == 1
    assert containers[NODE].record.state == "running"


def test_a_failing_subscriber_harms_nobody(inventory, changes):
    def fail(change):
        raise RuntimeError("no")

    unsubscribe = inventory.subscribe(fail)
    seen = []
    inventory.subscribe(seen.append)
    inventory.update("create", record())
    assert len(changes) == len(seen) == 1
    unsubscribe()


def test_unsubscribed_hears_nothing(inventory):
    seen = []
    inventory.subscribe(seen.append)()
    inventory.update("create", record())
    assert not seen


def test_events_are_counted_until_the_container_is_forgotten(inventory, clock):
    inventory.update("create", record())
    inventory.count(NODE, "start")
    inventory.count(NODE, "start")
    assert inventory.events(NODE) == {"start": 2}
    inventory.remove("destroy", NODE)
    clock.pass_time(100)
    show(inventory)
    show(inventory)
    assert inventory.events(NODE) == {}


def test_hidden_until_destroyed(inventory):
    inventory.hide(NODE)
    assert inventory.hidden(NODE)
    inventory.remove("destroy", NODE)
    assert not inventory.hidden(NODE)
