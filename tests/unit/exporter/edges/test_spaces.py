import os

import pytest

from promscope_exporter.edges.spaces import Owner, Spaces
from promscope_exporter.inventory import Container
from promscope_exporter.sources import netns
from promscope_exporter.sources.address import packed
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.status import Status
from promscope_wire.frames import Network
from tests.unit.exporter.fakes import ID, OTHER_ID, record
from tests.unit.exporter.namespaces import ip, name_of, namespace, needs_root, running

HOST = Owner("host:abc", "machine")
STARTED = 1_700_000_000.0
SLEEP = "print('ready', flush=True); input()"


@pytest.fixture
def spaces():
    made = Spaces(Procfs(), HOST, Status(), STARTED)
    yield made
    made.close()


def known(*records, **more):
    return {one.node: Container(one, **more) for one in records}


def in_namespace(process, container_id=ID, **fields):
    return record(container_id, pid=process.pid, **fields)


def test_the_host_comes_first_and_has_its_addresses(spaces):
    spaces.sync({}, 0)
    assert [space.label for space in spaces.all()] == ["host"]
    assert packed("127.0.0.1") in spaces.host.addresses()
    assert spaces.of_nsid(None) is spaces.host
    assert spaces.in_host(lambda: netns.identity("/proc/thread-self/ns/net")) == spaces.host.inode


def test_a_container_on_the_hosts_network_is_in_the_hosts_space(spaces):
    native = record(pid=os.getpid(), network_mode="host")
    spaces.sync(known(native), 0)
    assert spaces.of_node(native.node) is spaces.host
    assert spaces.all() == [spaces.host]


@needs_root
def test_a_container_has_a_space_while_it_lives(spaces):
    with namespace() as path, running(path, SLEEP) as process:
        web = in_namespace(process)
        assert spaces.sync(known(web), 0) == []
        space = spaces.of_node(web.node)
        assert space.inode == netns.identity(path)
        assert space.label == str(space.inode)
        assert space.owners == [Owner(web.node, "web")]
        assert packed("127.0.0.1") in space.addresses()
        assert spaces.of_nsid(space.nsid) is space
        assert not space.newborn
        assert spaces.in_use(space) == (0, 0)
        before = len(os.listdir("/proc/self/fd"))
        assert spaces.sync(known(web, removed=True), 10) == []
        assert len(os.listdir("/proc/self/fd")) == before - 1
        assert spaces.all() == [spaces.host]
        # the ends of its sockets may still be told
        assert spaces.of_nsid(space.nsid) is spaces.of_node(web.node) is space
        assert spaces.remembered() == [spaces.host, space]
        assert space.owners == [Owner(web.node, "web")]
        assert spaces.sync({}, 20) == [space]
        assert spaces.of_nsid(space.nsid) is spaces.of_node(web.node) is None


@needs_root
def test_containers_that_share_a_namespace_share_a_space(spaces):
    with namespace() as path, running(path, SLEEP) as one, running(path, SLEEP) as two:
        guest = in_namespace(two, OTHER_ID, name="guest", network_mode=f"container:{ID}")
        web = in_namespace(one)
        spaces.sync(known(guest, web), 0)
        (_, space) = spaces.all()
        assert [owner.name for owner in space.owners] == ["web", "guest"]
        spaces.sync(known(guest), 1)
        assert [owner.name for owner in space.owners] == ["guest"]
        assert space.pid == guest.pid
        assert space.sockets is not None


@needs_root
@pytest.mark.parametrize("newborn", [True, False])
def test_what_is_in_a_young_namespace_happened_under_our_eyes(spaces, newborn):
    with namespace() as path, running(path, SLEEP) as process:
        restarted = in_namespace(process, started=STARTED + 5)
        spaces.sync(known(restarted), 0)
        assert spaces.of_node(restarted.node).newborn
        old = in_namespace(process, started=STARTED - 5)
        spaces.sync({}, 1)
        spaces.sync(known(old, newborn=newborn), 2)
        assert spaces.of_node(old.node).newborn is newborn


@needs_root
def test_a_network_that_is_added_is_seen_at_once(spaces):
    with namespace() as path, running(path, SLEEP) as process:
        web = in_namespace(process)
        spaces.sync(known(web), 0)
        ip("-n", name_of(path), "address", "add", "198.51.100.7/24", "dev", "lo")
        spaces.sync(known(web), 1)
        space = spaces.of_node(web.node)
        assert packed("198.51.100.7") not in space.addresses()
        joined = in_namespace(process, networks=(Network("n", ("198.51.100.7",)),))
        spaces.sync(known(joined), 2)
        assert packed("198.51.100.7") in space.addresses()
        ip("-n", name_of(path), "address", "add", "198.51.100.8/24", "dev", "lo")
        spaces.sync(known(joined), 100)  # without a word, after a while
        assert packed("198.51.100.8") in space.addresses()


def test_a_container_that_ended_meanwhile_has_none(spaces):
    gone = record(pid=2**22 + 1)
    spaces.sync(known(gone), 0)
    assert spaces.of_node(gone.node) is None


@needs_root
def test_a_refusal_is_a_lost_capability(spaces, monkeypatch):
    def refuse(_, __):
        raise PermissionError(1, "no")

    with namespace() as path, running(path, SLEEP) as process:
        monkeypatch.setattr(netns, "inside", refuse)
        spaces.sync(known(in_namespace(process)), 0)
        assert spaces._status.capabilities()["container_namespaces"] is False
        assert spaces.all() == [spaces.host]
        monkeypatch.undo()
        spaces.sync(known(in_namespace(process)), 1)
        assert spaces._status.capabilities()["container_namespaces"] is True


@needs_root
def test_a_broken_socket_is_made_anew(spaces):
    with namespace() as path, running(path, SLEEP) as process:
        web = in_namespace(process)
        spaces.sync(known(web), 0)
        space = spaces.of_node(web.node)
        space.sockets.close()
        spaces.reopen(space)
        assert space.sockets.connections() == []
