import os
import threading

import pytest

from promscope_exporter.sources import netns
from tests.unit.exporter.namespaces import namespace, needs_root

OWN = "/proc/thread-self/ns/net"


def here():
    return netns.identity(OWN)


@needs_root
def test_a_call_runs_inside_and_leaves_nobody_there():
    before = here()
    with namespace() as path:
        assert netns.inside(path, here) == netns.identity(path) != before
    assert here() == before
    assert not [one for one in threading.enumerate() if one.name == "netns"]


@needs_root
def test_what_the_call_raises_is_raised():
    def fail():
        raise KeyError("why")

    with namespace() as path, pytest.raises(KeyError, match="why"):
        netns.inside(path, fail)


def test_a_namespace_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        netns.inside("/proc/self/ns/nothing", here)
    with pytest.raises(FileNotFoundError):
        netns.identity("/proc/self/ns/nothing")


@needs_root
def test_something_that_is_no_namespace(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OSError, match="cannot be entered"):
        netns.inside(str(file), here)


@needs_root
def test_every_namespace_gets_a_number_and_keeps_it():
    numbers = netns.Nsids()
    before = len(os.listdir("/proc/self/fd"))
    try:
        with namespace() as one, namespace() as other:
            first, second = numbers.of(one), numbers.of(other)
            assert first != second
            assert min(first, second) >= 0
            assert numbers.of(one) == first
            assert len(os.listdir("/proc/self/fd")) == before
    finally:
        numbers.close()
