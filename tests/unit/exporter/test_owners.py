import pytest

from promscope_exporter.inventory import Inventory
from promscope_exporter.owners import Owners
from tests.unit.exporter.fakes import HOST, ID, OTHER_ID, FakeClock, record

NODE = f"container:{ID[:12]}"
OLD = 3600.0


@pytest.fixture
def inventory():
    return Inventory(FakeClock(), 15.0)


@pytest.fixture
def owners(inventory):
    return Owners(HOST, inventory)


def test_outside_containers_the_host(owners):
    assert owners.of((), 0) == HOST.node
    assert owners.name(HOST.node) == "machine"


def test_innermost_known_container(owners, inventory):
    inventory.update("create", record())
    assert owners.of((ID,), OLD) == NODE
    assert owners.of((ID, OTHER_ID), OLD) == NODE
    inventory.update("create", record(OTHER_ID))
    assert owners.of((ID, OTHER_ID), OLD) == f"container:{OTHER_ID[:12]}"
    assert owners.name(NODE) == "web"


def test_unknown_container_is_waited_for_then_the_hosts(owners):
    assert owners.of((ID,), 1) is None
    assert owners.of((ID,), OLD) == HOST.node


def test_nothing_inside_a_hidden_container_is_shown(owners, inventory):
    inventory.hide(NODE)
    inventory.update("create", record(OTHER_ID))
    assert owners.of((ID,), OLD) is None
    assert owners.of((ID, OTHER_ID), OLD) is None
