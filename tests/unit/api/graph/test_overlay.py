"""Live events over scrapes: whatever the order, the end equals the last scrape."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from promscope_api.graph.overlay import SCRAPES_AFTER_LOSS, Overlay
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.world import compose
from tests.fleet.snapshots import (
    HOST_ID,
    change,
    cid,
    container,
    hello,
    host,
    inventory,
    record,
    snapshot,
)


def connect(overlay: Overlay, sequence: int, *numbers: int, epoch: str = "e1") -> None:
    overlay.connected(hello(epoch))
    overlay.inventory(HOST_ID, inventory(sequence, *map(record, numbers), epoch=epoch))


def scrape(
    sequence: int, *numbers: int, epoch: str = "e1", at: float = 1000.0, up: bool = True
) -> Snapshot:
    target = host(sequence=sequence, epoch=epoch, scraped_at=at, up=up)
    return snapshot([target], map(container, numbers))


def on_map(snap: Snapshot, overlay: Overlay) -> dict[str, str]:
    return {node: found.state for node, found in compose(snap, overlay).containers.items()}


def test_event_before_its_scrape_is_on_the_map() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    assert overlay.change(HOST_ID, change(2, 2))
    assert on_map(snap, overlay) == {cid(1): "running", cid(2): "running"}


def test_event_without_any_scrape_is_on_the_map() -> None:
    overlay = Overlay()
    connect(overlay, 1)
    overlay.change(HOST_ID, change(2, 7))
    assert on_map(Snapshot(), overlay) == {cid(7): "running"}


def test_removal_is_a_tombstone_until_the_scrape_reaches_it() -> None:
    overlay, snap = Overlay(), scrape(1, 1, 2)
    connect(overlay, 1, 1, 2)
    overlay.change(HOST_ID, change(2, 2, None))
    assert on_map(snap, overlay) == {cid(1): "running"}
    # A scrape that has seen the removal and still shows the container speaks for itself.
    assert on_map(scrape(2, 1, 2), overlay) == {cid(1): "running", cid(2): "running"}


def test_scrape_that_reached_the_event_wins_over_it() -> None:
    overlay = Overlay()
    connect(overlay, 1, 1)
    overlay.change(HOST_ID, change(2, 1, "paused"))
    paused = snapshot([host(sequence=2)], [container(1, state="exited")])
    assert on_map(paused, overlay) == {cid(1): "exited"}


def test_state_change_keeps_the_numbers_of_the_last_scrape() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    overlay.change(HOST_ID, change(2, 1, "paused"))
    found = compose(snap, overlay).containers[cid(1)]
    assert (found.state, found.metrics.cpu) == ("paused", 0.1)


def test_container_that_exited_has_no_numbers_any_more() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    overlay.change(HOST_ID, change(2, 1, "exited", exit_code=1))
    assert compose(snap, overlay).containers[cid(1)].metrics.cpu is None


def test_inventory_ahead_of_the_scrape_replaces_it() -> None:
    overlay, snap = Overlay(), scrape(1, 1, 2)
    connect(overlay, 9, 2, 3)
    assert on_map(snap, overlay) == {cid(2): "running", cid(3): "running"}


def test_after_a_restart_of_the_probe_the_tunnel_is_ahead_of_the_old_scrape() -> None:
    overlay, snap = Overlay(), scrape(50, 1, epoch="old")
    connect(overlay, 1, 2, epoch="new")
    assert on_map(snap, overlay) == {cid(2): "running"}


def test_change_after_a_gap_is_left_out_until_the_inventory_comes() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    assert not overlay.change(HOST_ID, change(3, 3))
    assert not overlay.change(HOST_ID, change(2, 2, epoch="other"))
    assert on_map(snap, overlay) == {cid(1): "running"}
    overlay.inventory(HOST_ID, inventory(3, record(1), record(2), record(3)))
    assert on_map(snap, overlay) == {cid(1): "running", cid(2): "running", cid(3): "running"}


def test_lost_tunnel_is_believed_until_two_scrapes_have_come() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    overlay.change(HOST_ID, change(2, 2))
    overlay.lost(HOST_ID, snap)
    for _ in range(5):
        overlay.scraped(snap)  # the same scrape, asked for again
    assert cid(2) in on_map(snap, overlay)
    overlay.scraped(scrape(1, 1, at=1015.0))
    assert cid(2) in on_map(snap, overlay)
    overlay.scraped(scrape(1, 1, at=1030.0))
    assert on_map(snap, overlay) == {cid(1): "running"}


def test_a_scrape_that_lost_its_series_before_it_is_down_says_nothing() -> None:
    overlay = Overlay()
    connect(overlay, 1, 1)
    overlay.lost(HOST_ID, scrape(1, 1))
    empty = scrape(0, epoch="", at=0.0)
    for _ in range(3):
        overlay.scraped(empty)
    assert on_map(empty, overlay) == {cid(1): "running"}


def test_lost_tunnel_of_a_target_that_is_down_is_believed_for_two_rounds() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    overlay.change(HOST_ID, change(2, 2))
    overlay.lost(HOST_ID, snap)
    down = scrape(1, 1, up=False)
    overlay.scraped(down)
    assert cid(2) in on_map(down, overlay)
    overlay.scraped(down)
    assert on_map(down, overlay) == {cid(1): "running"}


def test_lost_tunnel_is_forgotten_at_once_when_the_probe_was_restarted() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    overlay.change(HOST_ID, change(2, 2))
    overlay.lost(HOST_ID, snap)
    after = scrape(1, 1, epoch="e2")
    overlay.scraped(after)
    assert on_map(after, overlay) == {cid(1): "running"}


def test_tunnel_that_comes_back_is_believed_again() -> None:
    overlay, snap = Overlay(), scrape(1, 1)
    connect(overlay, 1, 1)
    overlay.lost(HOST_ID, snap)
    connect(overlay, 2, 1, 5)
    for _ in range(5):
        overlay.scraped(snap)
    assert on_map(snap, overlay) == {cid(1): "running", cid(5): "running"}


def test_what_no_tunnel_said_hello_for_is_ignored() -> None:
    overlay = Overlay()
    assert not overlay.inventory(HOST_ID, inventory(1, record(1)))
    assert not overlay.change(HOST_ID, change(1, 1))
    assert not overlay.heartbeat(HOST_ID, 0.0)
    assert not overlay.lost(HOST_ID, Snapshot())
    assert on_map(Snapshot(), overlay) == {}


def test_record_of_anything_but_a_container_is_ignored() -> None:
    overlay = Overlay()
    overlay.connected(hello())
    odd = record(1)
    wrong = type(odd)(node="host:x", id="x", name="x", image="", image_id="", state="running")
    overlay.inventory(HOST_ID, inventory(1, wrong))
    assert on_map(Snapshot(), overlay) == {}


def test_clock_skew_is_news_when_it_begins_to_matter() -> None:
    overlay = Overlay()
    overlay.connected(hello())
    assert overlay.heartbeat(HOST_ID, 0.1)
    assert not overlay.heartbeat(HOST_ID, 0.3)
    assert overlay.heartbeat(HOST_ID, -3.0)
    assert not overlay.heartbeat(HOST_ID, -3.1)


@dataclass
class Machine:
    """One host with its probe, its tunnel, and Prometheus' last scrape of it; what is sent over
    the tunnel arrives in order, whenever."""

    overlay: Overlay = field(default_factory=Overlay)
    running: set[int] = field(default_factory=set)
    epoch: int = 1
    sequence: int = 0
    tunnel: bool = False
    last: Snapshot = field(default_factory=Snapshot)
    now: float = 0.0

    @property
    def epoch_name(self) -> str:
        return f"e{self.epoch}"

    def toggle(self, number: int) -> None:
        """A container comes or goes."""
        self.sequence += 1
        gone = number in self.running
        self.running ^= {number}
        if self.tunnel:
            state = None if gone else "running"
            self.overlay.change(
                HOST_ID, change(self.sequence, number, state, epoch=self.epoch_name)
            )

    def lose(self) -> None:
        if self.tunnel:
            self.overlay.lost(HOST_ID, self.last)
        self.tunnel = False

    def connect(self) -> None:
        self.lose()
        connect(self.overlay, self.sequence, *sorted(self.running), epoch=self.epoch_name)
        self.tunnel = True

    def restart(self) -> None:
        self.lose()
        self.epoch += 1
        self.sequence = 1

    def scrape(self) -> None:
        self.now += 15.0
        self.last = scrape(self.sequence, *sorted(self.running), epoch=self.epoch_name, at=self.now)
        self.overlay.scraped(self.last)

    def round_without_scrape(self) -> None:
        self.overlay.scraped(self.last)

    def truth(self) -> dict[str, str]:
        return {cid(number): "running" for number in self.running}


_steps = st.lists(
    st.one_of(
        st.integers(0, 4),
        st.sampled_from(("lose", "connect", "restart", "scrape", "round_without_scrape")),
    ),
    max_size=40,
)


def _play(steps: list[int | str]) -> Machine:
    machine = Machine()
    for step in steps:
        if isinstance(step, int):
            machine.toggle(step)
        else:
            getattr(machine, step)()
    return machine


@given(_steps)
@settings(max_examples=400, deadline=None)
def test_any_interleaving_ends_equal_to_the_last_scrape(steps: list[int | str]) -> None:
    machine = _play(steps)
    machine.scrape()
    if not machine.tunnel:
        for _ in range(SCRAPES_AFTER_LOSS):
            machine.scrape()
    assert on_map(machine.last, machine.overlay) == machine.truth()
    assert machine.last.containers.keys() == machine.truth().keys()


@given(_steps)
@settings(max_examples=400, deadline=None)
def test_while_the_tunnel_is_up_the_map_is_the_truth_at_every_moment(
    steps: list[int | str],
) -> None:
    machine = _play(steps)
    machine.connect()
    assert on_map(machine.last, machine.overlay) == machine.truth()
    machine.toggle(3)
    assert on_map(machine.last, machine.overlay) == machine.truth()
