"""The views of one state of the graph without places: cut when somebody asks, mended in part."""

from __future__ import annotations

from collections.abc import Collection, Set

from promscope_api.graph.bundled import BundleScene
from promscope_api.graph.cut import Cut
from promscope_api.graph.index import Index
from promscope_api.graph.model import Node
from promscope_api.graph.overlay import Overlay
from promscope_api.graph.part import PartScene
from promscope_api.graph.reach import reach
from promscope_api.graph.scene import Scene
from promscope_api.graph.snapshot import Link
from promscope_api.graph.things import ThingScene
from promscope_api.graph.topic import Topic
from promscope_api.graph.touched import Touched
from promscope_api.graph.views import THINGS, VIEWS, Bundles, View
from promscope_api.graph.world import World, recompose
from promscope_api.query.parser import parse

#: Filters whose parts are kept, and mended, as long as the graph is in one state.
PARTS = 256


class Cuts:
    """`before`: the index of the state before, whose entries are used again."""

    def __init__(self, world: World, before: Index | None = None) -> None:
        self.world = world
        self._made: dict[str, Node] = {}
        self._things: dict[str, ThingScene] = {}
        self._parts: dict[Topic, PartScene] = {}
        self._bundles: dict[Topic, tuple[View, BundleScene]] = {}
        self._touched: dict[Topic, Touched] = {}
        self._before = before
        self._index: Index | None = None

    def things(self, view: str) -> Cut:
        """A view of things. Raises KeyError for any other."""
        found = self._things.get(view)
        if found is None:
            found = self._things[view] = ThingScene(VIEWS[view], self.world, self._made)
        return found.cut

    @property
    def index(self) -> Index:
        """All nodes, ready to be asked."""
        if self._index is None:
            views = ((view, self.things(view).nodes.values()) for view in THINGS)
            self._index = self._before = Index.of(self.world, views, self._before)
        return self._index

    @property
    def last_index(self) -> Index | None:
        """The index, if there is one, of this state or of one before it."""
        return self._before

    def of(self, view: View, query: str = "") -> Cut:
        """A view; `query` filters the things in it, or that it sums up. Raises BadQuery."""
        things = view.source.of if isinstance(view.source, Bundles) else view.id
        cut = self._part(things, query) if query else self.things(things)
        if not isinstance(view.source, Bundles):
            return cut
        topic = Topic(view.id, query)
        if topic not in self._bundles:
            scene = BundleScene(cut, self.world, view.source.by, view.group_by)
            self._bundles[topic] = view, scene
        return self._bundles[topic][1].cut

    def _part(self, things: str, query: str) -> Cut:
        topic = Topic(things, query)
        found = self._parts.get(topic)
        if found is None:
            expression = parse(query)
            if expression is None:
                return self.things(things)
            kept = self.index.ids(expression)
            levels = VIEWS[things].group_by
            if len(self._parts) >= PARTS:
                del self._parts[next(iter(self._parts))]
            found = self._parts[topic] = PartScene(self.things(things), kept, self.world, levels)
        return found.cut

    def touched(self, view: View, query: str) -> Touched | None:
        """What the last `mend` changed in a view; None: it was cut anew."""
        return self._touched.get(Topic(view.id, query))

    def mend(self, overlay: Overlay, containers: Collection[str]) -> None:
        """Tunnels have told of changes of these containers, and of nothing else."""
        before, self.world = self.world, recompose(self.world, overlay, containers)
        reached = reach(before, self.world, containers)
        links: list[Link] = []
        if before.links is not self.world.links or _moved(before, self.world, containers):
            some = self.world.snapshot.links
            links = [x for x in some if x.source in containers or x.target in containers]
        self._touched = {}
        for key in reached:
            self._made.pop(key, None)
        for name, things in self._things.items():
            self._touched[Topic(name)] = things.mend(self.world, reached, links)
        self._mend_parts(reached)
        self._mend_bundles(reached)

    def _mend_parts(self, reached: Set[str]) -> None:
        """The filtered views, and the index they are filtered by."""
        if self._index is None:
            return
        # An end of a link can be in several views, and is asked about as the first one shows it;
        # what only a record tells is asked about as well.
        nodes = frozenset(reached).union(*(one.nodes for one in self._touched.values()))
        news = self._index_of(nodes)
        self._index = self._before = self._index.mended(news, nodes)
        for topic, part in self._parts.items():
            whole = self._touched[Topic(topic.view)]
            expression = parse(topic.filter)
            assert expression is not None
            kept = news.ids(expression) & nodes
            touched = Touched(nodes, whole.edges, whole.groups)
            self._touched[topic] = part.mend(self.things(topic.view), self.world, touched, kept)

    def _mend_bundles(self, reached: Set[str]) -> None:
        for topic, (view, bundles) in list(self._bundles.items()):
            assert isinstance(view.source, Bundles)
            source = Topic(view.source.of, topic.filter)
            if source not in self._touched:
                del self._bundles[topic]
                continue
            scene: Scene = self._parts[source] if topic.filter else self._things[source.view]
            touched = self._touched[source]
            # The name of a group can change around a node that does not.
            touched = Touched(touched.nodes | reached, touched.edges)
            self._touched[topic] = bundles.mend(scene.cut, self.world, touched)

    def _index_of(self, keys: frozenset[str]) -> Index:
        """An index of these nodes, and of those whose capacity bounds them."""
        shown = [(view, self.things(view).nodes) for view in THINGS]
        wanted = set(keys)
        for _, nodes in shown:
            wanted.update(parent for key in keys if key in nodes for parent in nodes[key].parents)
        views = ((view, [nodes[key] for key in wanted if key in nodes]) for view, nodes in shown)
        return Index.of(self.world, views)


def _moved(before: World, after: World, containers: Collection[str]) -> bool:
    """Whether one is on another host now: its links go between other hosts then."""
    homes = ((before.host_of(key), after.host_of(key)) for key in containers)
    return any(was and now and was != now for was, now in homes)
