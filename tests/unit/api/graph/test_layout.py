"""Places belong to ids: nothing overlaps, survivors never move, bubbles hold what is theirs."""

from __future__ import annotations

import math
import random
from collections import defaultdict

import msgspec
import pytest

from promscope_api.graph.channel import Place
from promscope_api.graph.cut import Cut
from promscope_api.graph.graph import Graph
from promscope_api.graph.layout import YOUNG_SECONDS, Layout
from promscope_api.graph.places import KEEP_SECONDS
from promscope_api.graph.snapshot import Snapshot
from promscope_api.graph.views import VIEWS
from promscope_wire.frames import Change
from tests.fleet.snapshots import HOST_ID, cid, container, hello, inventory, link, shop, snapshot


def view_of(snap: Snapshot, view: str = "containers") -> Cut:
    graph = Graph()
    graph.take(snap)
    return graph.cut(VIEWS[view])


def without(snap: Snapshot, *nodes: str) -> Snapshot:
    containers = {node: c for node, c in snap.containers.items() if node not in nodes}
    return msgspec.structs.replace(snap, containers=containers)


def plus(snap: Snapshot, *numbers: int, **fields: str) -> Snapshot:
    more = {cid(number): container(number, **fields) for number in numbers}
    return msgspec.structs.replace(snap, containers={**snap.containers, **more})


def check(layout: Layout, shown: Cut) -> None:
    """Nothing overlaps; everything lies inside the bubble it belongs to."""
    parents = {node.id: node.group for node in shown.nodes.values()}
    parents |= {group.id: group.parent for group in shown.groups.values()}
    siblings: dict[str | None, list[str]] = defaultdict(list)
    for key, parent in parents.items():
        siblings[parent].append(key)
        place = layout.places[key]
        assert place.radius > 0
        if parent is not None:
            outer = layout.places[parent]
            away = math.hypot(place.x - outer.x, place.y - outer.y)
            assert away + place.radius <= outer.radius + 1e-6, f"{key} sticks out of {parent}"
    for keys in siblings.values():
        for n, a in enumerate(keys):
            for b in keys[:n]:
                one, other = layout.places[a], layout.places[b]
                gap = math.hypot(one.x - other.x, one.y - other.y) - one.radius - other.radius
                assert gap >= -1e-6, f"{a} and {b} overlap by {-gap}"


class Clock:
    """A clock that stands still until it is told to go on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def settled(snap: Snapshot) -> Layout:
    """A layout of which everything is older than the first minute."""
    clock = Clock()
    layout = Layout(clock)
    layout.settle(view_of(snap))
    clock.now = 2 * YOUNG_SECONDS
    return layout


def displacement(before: dict[str, tuple[float, float]], layout: Layout) -> float:
    return max(
        (
            math.dist(at, (layout.places[key].x, layout.places[key].y))
            for key, at in before.items()
            if key in layout.places
        ),
        default=0.0,
    )


def nodes_at(layout: Layout, shown: Cut) -> dict[str, tuple[float, float]]:
    return {node: (layout.places[node].x, layout.places[node].y) for node in shown.nodes}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_overlaps_and_survivors_stay_under_churn(seed: int) -> None:
    snap = shop(seed=seed)
    layout = settled(snap)
    chance = random.Random(seed)
    for turn in range(12):
        before = nodes_at(layout, view_of(snap))
        gone = chance.sample(sorted(snap.containers), max(1, len(snap.containers) // 10))
        project, service = chance.randrange(3), chance.randrange(7)
        snap = plus(
            without(snap, *gone),
            1000 + turn,
            compose_project=f"project-{project}",
            compose_service=f"service-{service}",
        )
        snap = plus(snap, 2000 + turn)
        shown = view_of(snap)
        layout.settle(shown)
        survivors = {key: at for key, at in before.items() if key in shown.nodes}
        assert displacement(survivors, layout) == 0.0
        check(layout, shown)


def test_new_projects_do_not_move_anything() -> None:
    snap = shop()
    layout = settled(snap)
    before = nodes_at(layout, view_of(snap))
    for number in range(20):
        snap = plus(
            snap, 500 + number, compose_project=f"new-{number % 4}", compose_service=f"s{number}"
        )
        layout.settle(view_of(snap))
    assert displacement(before, layout) == 0.0
    check(layout, view_of(snap))


def test_bubble_that_outgrows_its_place_pushes_its_neighbours_only_as_far_as_it_must() -> None:
    snap = shop()
    layout = settled(snap)
    before = nodes_at(layout, view_of(snap))
    snap = plus(snap, *range(3000, 3150), compose_project="project-0", compose_service="service-0")
    shown = view_of(snap)
    layout.settle(shown)
    check(layout, shown)
    assert all(math.isfinite(place.x + place.y) for place in layout.places.values())
    moved = [key for key in before if displacement({key: before[key]}, layout) > 0]
    assert len(moved) < len(before)


def test_young_map_is_arranged_again_as_connections_become_known() -> None:
    known = shop()
    clock = Clock()
    layout, informed = Layout(clock), Layout(clock)
    layout.settle(view_of(msgspec.structs.replace(known, links=())))
    clock.now = YOUNG_SECONDS / 2
    layout.settle(view_of(known))
    check(layout, view_of(known))
    informed.settle(view_of(known))

    def pull(of: Layout) -> float:
        return sum(
            math.dist(of.places[one.source].circle[:2], of.places[one.target].circle[:2])
            for one in view_of(known).edges.values()
        )

    assert pull(layout) < 1.3 * pull(informed)


def test_map_that_is_not_young_stays_as_connections_become_known() -> None:
    known = shop()
    quiet = msgspec.structs.replace(known, links=known.links[:1])
    layout = settled(quiet)
    before = nodes_at(layout, view_of(quiet))
    layout.settle(view_of(known))
    assert displacement(before, layout) == 0.0


def test_what_goes_from_a_young_map_moves_nothing_else() -> None:
    graph = Graph()
    graph.overlay.connected(hello())
    graph.overlay.inventory(HOST_ID, inventory(1))
    graph.take(shop())
    shown = graph.view("containers")
    layout = shown.layout
    assert layout.is_young
    source = next(edge.source for edge in shown.now.edges if edge.source.startswith("container:"))
    before = {key: place for key, place in layout.places.items() if key != source}
    gone = Change("e1", 2, "destroy", source)
    assert graph.overlay.change(HOST_ID, gone)
    graph.touch(source)
    assert source not in {node.id for node in graph.view("containers").now.nodes}
    assert {key: layout.places[key] for key in before} == before


def test_layout_is_deterministic() -> None:
    first, second = Layout(), Layout()
    assert first.settle(view_of(shop())) == second.settle(view_of(shop()))


def test_connected_bubbles_are_nearer() -> None:
    services = {n: container(n, compose_project="shop", compose_service=f"s{n}") for n in range(16)}
    pairs = [(n, n + 8) for n in range(8)]
    snap = snapshot((), services.values(), [link(cid(a), cid(b)) for a, b in pairs])
    layout = Layout()
    layout.settle(view_of(snap))

    def apart(a: int, b: int) -> float:
        one, other = layout.places[cid(a)], layout.places[cid(b)]
        return math.hypot(one.x - other.x, one.y - other.y)

    joined = sum(apart(a, b) for a, b in pairs)
    others = sum(apart(a, (b + 3) % 8) for a, b in pairs)
    assert joined < 0.8 * others


def test_what_comes_back_gets_its_old_place() -> None:
    snap, layout = shop(), Layout()
    layout.settle(view_of(snap))
    node = sorted(snap.containers)[3]
    place = layout.places[node]
    layout.settle(view_of(without(snap, node)))
    layout.settle(view_of(snap))
    assert layout.places[node] == place


def test_newcomer_takes_the_place_that_was_left_in_its_bubble() -> None:
    fields = {"compose_project": "shop", "compose_service": "web"}
    snap = plus(shop(), 700, 701, **fields)
    layout = Layout()
    layout.settle(view_of(snap))
    left = layout.places[cid(701)]
    layout.settle(view_of(without(snap, cid(701))))
    layout.settle(view_of(plus(without(snap, cid(701)), 702, **fields)))
    assert layout.places[cid(702)].circle == left.circle
    layout.settle(view_of(plus(snap, 702, **fields)))
    check(layout, view_of(plus(snap, 702, **fields)))


def test_places_are_forgotten_after_a_day() -> None:
    now = [0.0]
    snap, layout = shop(), Layout(lambda: now[0])
    node = sorted(snap.containers)[0]
    layout.settle(view_of(snap))
    layout.settle(view_of(without(snap, node)))
    now[0] = KEEP_SECONDS - 1
    layout.settle(view_of(without(snap, node)))
    assert node in layout.places
    now[0] = KEEP_SECONDS + 1
    layout.drain()
    layout.settle(view_of(without(snap, node)))
    assert node not in layout.places
    assert node in layout.drain()[1]


def test_saved_places_are_taken_up_after_a_restart() -> None:
    snap, first, second = shop(), Layout(), Layout()
    first.settle(view_of(snap))
    moved, gone = first.drain()
    assert moved.keys() == first.places.keys()
    assert not gone
    assert first.drain() == ({}, [])
    second.restore(moved)
    assert second.settle(view_of(snap)) == first.places
    assert second.drain() == ({}, [])


def test_what_is_on_the_map_keeps_its_place_when_saved_ones_arrive_late() -> None:
    snap, layout, other = shop(), Layout(), Layout()
    layout.settle(view_of(snap))
    before = dict(layout.places)
    other.settle(view_of(shop(seed=9)))
    layout.restore(other.places)
    layout.settle(view_of(snap))
    assert {key: layout.places[key] for key in before} == before


def test_container_that_changes_its_bubble_moves_into_it() -> None:
    snap, layout = shop(), Layout()
    node = next(n for n, c in sorted(snap.containers.items()) if not c.compose_project)
    layout.settle(view_of(snap))
    changed = {**snap.containers}
    changed[node] = msgspec.structs.replace(
        changed[node], compose_project="project-1", compose_service="service-1"
    )
    shown = view_of(msgspec.structs.replace(snap, containers=changed))
    layout.settle(shown)
    check(layout, shown)


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_has_a_layout(view: str) -> None:
    layout, shown = Layout(), view_of(shop(), view)
    layout.settle(shown)
    check(layout, shown)


def test_map_is_about_as_wide_as_a_page() -> None:
    ratios = []
    for seed in range(5):
        layout, shown = Layout(), view_of(shop(projects=8, seed=seed))
        layout.settle(shown)
        xs = [p.x + s * p.radius for p in layout.places.values() for s in (-1, 1)]
        ys = [p.y + s * p.radius for p in layout.places.values() for s in (-1, 1)]
        ratios.append((max(xs) - min(xs)) / (max(ys) - min(ys)))
    assert 1.1 < sum(ratios) / len(ratios) < 2.2


def peers(snap: Snapshot, count: int) -> Snapshot:
    """With so many private addresses that containers talk to, as a port scan makes them."""
    nodes = sorted(snap.containers)
    more = [
        link(nodes[n % len(nodes)], f"external:10.{n // 250}.{n % 250}.7") for n in range(count)
    ]
    return msgspec.structs.replace(snap, links=(*snap.links, *more))


def test_x4_a_crowd_of_newcomers_finds_room_and_nobody_else_moves() -> None:
    snap = peers(shop(), 200)
    layout = settled(snap)
    before = {key: place.circle[:2] for key, place in layout.places.items()}
    crowded = peers(snap, 900)
    layout.settle(view_of(crowded))
    assert displacement(before, layout) == 0.0
    check(layout, view_of(crowded))


def test_a_crowd_that_left_and_comes_back_stands_where_it_stood() -> None:
    snap, crowded = shop(), peers(shop(), 300)
    layout = settled(crowded)
    before = {key: place.circle[:2] for key, place in layout.places.items()}
    layout.settle(view_of(snap))
    layout.settle(view_of(crowded))
    assert displacement(before, layout) == 0.0


def test_a_bubble_that_grows_in_a_crowd_moves_few() -> None:
    snap = peers(shop(projects=2), 400)
    layout = settled(snap)
    before = {key: place.circle[:2] for key, place in layout.places.items() if "external" in key}
    grown = plus(snap, *range(3000, 3150), compose_project="project-0", compose_service="service-0")
    layout.settle(view_of(grown))
    check(layout, view_of(grown))
    moved = [k for k, at in before.items() if layout.places[k].circle[:2] != at]
    assert len(moved) < len(before) / 3


def test_what_is_pinned_is_there_and_stays_there_under_churn() -> None:
    snap = shop()
    layout = settled(snap)
    pinned, before = cid(0), nodes_at(layout, view_of(snap))
    layout.pin({pinned: (5000.0, -3000.0)})
    layout.settle(view_of(snap))
    assert layout.places[pinned].circle[:2] == (5000.0, -3000.0)
    for turn in range(5):
        more = range(4000 + 40 * turn, 4040 + 40 * turn)
        snap = plus(snap, *more, compose_project="project-0", compose_service="service-0")
        layout.settle(view_of(snap))
        assert layout.places[pinned].circle[:2] == (5000.0, -3000.0)
    far = [
        key for key in before if key != pinned and displacement({key: before[key]}, layout) > 2000
    ]
    assert far == []


def test_anew_is_as_if_all_were_new_but_pins_stay() -> None:
    snap = shop()
    layout, fresh = settled(snap), settled(snap)
    for number in range(6000, 6012):
        snap = plus(snap, number, compose_project="project-0", compose_service="service-0")
        layout.settle(view_of(snap))
    fresh = settled(snap)
    assert nodes_at(layout, view_of(snap)) != nodes_at(fresh, view_of(snap)), "it grew bit by bit"
    layout.anew()
    layout.settle(view_of(snap))
    check(layout, view_of(snap))
    assert nodes_at(layout, view_of(snap)) == nodes_at(fresh, view_of(snap))
    layout.pin({cid(0): (5000.0, -3000.0)})
    layout.anew()
    layout.settle(view_of(snap))
    assert layout.places[cid(0)].circle[:2] == (5000.0, -3000.0)


def test_a_pin_outlives_its_node_going_and_coming_back() -> None:
    snap = shop()
    layout = settled(snap)
    pinned = cid(0)
    fields = {
        "compose_project": snap.containers[pinned].compose_project,
        "compose_service": snap.containers[pinned].compose_service,
    }
    layout.pin({pinned: (700.0, 800.0)})
    layout.settle(view_of(snap))
    layout.settle(view_of(plus(without(snap, pinned), 9000, **fields)))
    layout.settle(view_of(snap))
    assert layout.places[pinned].circle[:2] == (700.0, 800.0)


def test_what_is_pinned_no_more_is_placed_among_its_own() -> None:
    snap = shop()
    layout = settled(snap)
    layout.pin({cid(0): (5000.0, -3000.0)})
    layout.settle(view_of(snap))
    layout.drain()
    layout.pin({})
    shown = view_of(snap)
    layout.settle(shown)
    check(layout, shown)
    assert cid(0) in layout.drain()[0]


def test_places_of_another_replica_are_taken_over_and_not_told_back() -> None:
    snap = shop()
    here, there = settled(snap), settled(snap)
    there.pin({cid(0): (900.0, 900.0)})
    there.settle(view_of(snap))
    more = plus(snap, *range(600, 640), compose_project="project-0", compose_service="service-0")
    there.settle(view_of(more))
    here.settle(view_of(more))
    here.adopt(there.places)
    assert here.drain()[0].keys().isdisjoint(there.places)
    assert here.settle(view_of(more)) == there.places
    assert here.drain() == ({}, [])


def test_a_place_in_another_group_is_not_taken_over() -> None:
    snap = shop()
    layout = settled(snap)
    before = dict(layout.places)
    layout.adopt({cid(0): Place("group:elsewhere", 1.0, 2.0, 3.0)})
    assert layout.settle(view_of(snap)) == before
