"""What pulls what together in the layout: each edge acts where its two ends part ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from promscope_api.graph.cut import Cut

#: Pairs of things directly inside one group (in order), and how many edges go between them.
LevelSprings = dict[tuple[str, str], float]
#: Group ("": the outermost level) → the springs directly inside it.
Springs = dict[str, LevelSprings]


def springs_of(
    cut: Cut, parents: Mapping[str, str], about: Collection[str] | None = None
) -> Springs:
    """The springs of every level; `parents` maps nodes and groups to the group they are in;
    `about`: only those of edges that end at one of these nodes.
    """
    found: Springs = defaultdict(dict)
    chains: dict[str, list[str]] = {"": [""]}

    def chain(key: str) -> list[str]:
        if key not in chains:
            chains[key] = [*chain(parents[key]), key]
        return chains[key]

    for edge in cut.edges.values():
        if about is not None and edge.source not in about and edge.target not in about:
            continue
        source, target = chain(edge.source), chain(edge.target)
        depth = 1
        while depth < min(len(source), len(target)) and source[depth] == target[depth]:
            depth += 1
        if depth < len(source) and depth < len(target):
            a, b = sorted((source[depth], target[depth]))
            level = found[source[depth - 1]]
            level[a, b] = level.get((a, b), 0.0) + 1.0
    return dict(found)
