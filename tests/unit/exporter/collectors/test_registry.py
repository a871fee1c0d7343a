import sys

import pytest

from promscope_exporter.collectors import registry
from promscope_exporter.collectors.host import HostCollector
from promscope_exporter.collectors.registry import collector, discover
from promscope_exporter.portable.host import PortableHostCollector


def test_every_module_is_found_and_ordered():
    found = discover()
    names = list(found)
    assert {"identity", "host", "container", "process", "self"} <= set(names)
    assert names.index("container") < names.index("process") < names.index("self")
    assert [one.order for one in found.values()] == sorted(one.order for one in found.values())


def test_a_name_is_given_once():
    discover()
    with pytest.raises(ValueError, match="host"):
        collector("host")(HostCollector)


def test_elsewhere_the_portable_ones_stand_for_them(monkeypatch):
    linux = discover()
    monkeypatch.setattr(sys, "platform", "darwin")
    found = discover()
    assert list(found) == ["identity", "host", "container", "process", "self"]
    assert found["host"].factory is PortableHostCollector
    monkeypatch.undo()
    assert discover() == linux


def test_default_and_order_are_kept(monkeypatch):
    monkeypatch.setattr(registry, "_registered", {})
    made = collector("extra", default=False, order=7)(object)
    assert made is object
    assert registry._registered["", "extra"].default is False
    assert registry._registered["", "extra"].order == 7
