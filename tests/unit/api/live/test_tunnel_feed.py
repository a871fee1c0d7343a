"""What tunnels say reaches the graph, and reaches it again when that restarts."""

from __future__ import annotations

from typing import Any

import msgspec

from promscope_api.graph.graph import Graph
from promscope_api.live.tunnel_feed import TunnelFeed
from promscope_wire.frames import Heartbeat
from tests.fleet.link import DirectLink
from tests.fleet.snapshots import HOST_ID, change, cid, hello, inventory, record


class Replaying(DirectLink):
    """Hands what it is told on to the desk."""

    def tell(self, what: str, **arguments: Any) -> None:
        super().tell(what, **arguments)
        self.desk.told(what, msgspec.msgpack.decode(msgspec.msgpack.encode(arguments)))
        self.graph.touch()


def play(feed: TunnelFeed) -> None:
    feed.connected(hello())
    feed.inventory(HOST_ID, inventory(1, record(1), record(2)))
    feed.change(HOST_ID, change(2, 3))
    feed.change(HOST_ID, change(3, 1, None))
    feed.heartbeat(HOST_ID, Heartbeat("e1", 3, 0.0), 0.25)


def test_every_frame_reaches_the_graph() -> None:
    link = Replaying(Graph())
    play(TunnelFeed(link))
    assert set(link.graph.world.containers) == {cid(2), cid(3)}
    live = link.graph.overlay.get(HOST_ID)
    assert live is not None
    assert live.skew_seconds == 0.25


def test_new_graph_process_is_told_what_is_known() -> None:
    link = Replaying(Graph())
    feed = TunnelFeed(link)
    play(feed)
    fresh = Replaying(Graph())
    feed._link = fresh
    feed.graph_started()
    assert set(fresh.graph.world.containers) == {cid(2), cid(3)}
    feed.change(HOST_ID, change(4, 4))
    assert cid(4) in fresh.graph.world.containers


def test_lost_tunnel_is_not_told_again() -> None:
    link = Replaying(Graph())
    feed = TunnelFeed(link)
    play(feed)
    feed.lost(HOST_ID)
    assert link.told[-1] == ("lost", {"host_id": HOST_ID})
    link.told.clear()
    feed.graph_started()
    assert link.told == []


def test_probe_without_an_inventory_yet_is_told_as_connected() -> None:
    link = Replaying(Graph())
    feed = TunnelFeed(link)
    feed.connected(hello())
    link.told.clear()
    feed.graph_started()
    assert [what for what, _ in link.told] == ["connected"]


def test_frames_of_an_unknown_host_do_no_harm() -> None:
    link = Replaying(Graph())
    feed = TunnelFeed(link)
    feed.inventory(HOST_ID, inventory(1, record(1)))
    feed.change(HOST_ID, change(2, 2))
    feed.lost(HOST_ID)
    assert not link.graph.world.containers


class Choking(Replaying):
    """Cannot be told of one host."""

    def tell(self, what: str, **arguments: Any) -> None:
        if what == "connected" and arguments["hello"]["host_id"] == "odd":
            raise OverflowError("over 64 bits")
        super().tell(what, **arguments)


def test_host_that_cannot_be_told_does_not_stop_the_others() -> None:
    feed = TunnelFeed(Replaying(Graph()))
    feed.connected(hello(host_id="odd"))
    play(feed)
    feed._link = fresh = Choking(Graph())
    feed.graph_started()
    assert set(fresh.graph.world.containers) == {cid(2), cid(3)}
