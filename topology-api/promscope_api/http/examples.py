"""Examples of the OpenAPI document: one of each body; those of views and filters are here."""

from __future__ import annotations

from typing import Any

from promscope_api.graph.completion import Completions, Option
from promscope_api.graph.frames import Frames, frames
from promscope_api.graph.model import (
    Edge,
    Group,
    Limits,
    Metrics,
    Node,
    Overview,
    Probe,
    Problem,
    Rates,
    Summary,
    Topology,
    ViewCounts,
    ViewSummary,
)
from promscope_api.graph.search import Found, Hit, Matched
from promscope_api.graph.table import Page
from promscope_api.http.filters import FilterBody, FilterList
from promscope_api.http.node_examples import AT, HOST, NODE_EXAMPLES, WEB
from promscope_api.http.session_examples import SESSION_EXAMPLES
from promscope_api.store.saved_filters import SavedFilter

_PEER = Node(
    id="external:203.0.113.9",
    kind="external",
    label="203.0.113.9",
    sublabel="public address",
    status="healthy",
    state="outside",
    reasons=(),
    parents=(),
    group=None,
    metrics=Metrics(connections=3.0),
    limits=Limits(),
    facts={"address": "203.0.113.9"},
    position=(90.0, 0.0),
    radius=11.0,
)
_EDGE = Edge(
    id=f"{WEB.id}>{_PEER.id}:443/tcp",
    source=WEB.id,
    target=_PEER.id,
    port=443,
    protocol="tcp",
    connections=3.0,
    bytes_per_second=Rates(900.0, 1800.0),
    connects_per_second=0.2,
    failed_per_second=0.0,
    service=None,
    processes=("nginx",),
)
_TOPOLOGY = Topology(
    view="containers",
    version=1796040000123,
    taken_at=AT,
    stale_since=None,
    stale_reason=None,
    nodes=[WEB, _PEER],
    edges=[_EDGE],
    groups=[Group(f"group:{HOST}", "host", "atlas", None, 1, "warning", (10.5, -4.0), 21.0)],
)
_OVERVIEW = Overview(
    views=[
        ViewSummary(
            "containers", "Containers", ViewCounts(2, 1, 1), "container", "", ("hosts",),
            ("processes",), ("state", "cpu", "memory"),
        )
    ],
    taken_at=AT,
    stale_since=None,
    stale_reason=None,
    probes=[
        Probe("8f3c6a1d2b4e5f60", "atlas", "atlas:10180", True, True, ("lifecycle",), 0.01, ())
    ],
    summary=Summary(2, 1, 0.5, 4.0, 241e6, 8e9, 2700.0, 1),
)  # fmt: skip
_SAVED = SavedFilter(
    "x0Yt3mZb1qK9aLpe", "Payments", "containers", "label.team = payments", "ada", AT
)

#: Type of a body → an example of it.
EXAMPLES: dict[Any, Any] = {
    Topology: _TOPOLOGY,
    Overview: _OVERVIEW,
    Page: Page("containers", AT, 120, "-cpu", [WEB], "eyJzb3J0IjoiLWNwdSJ9"),
    Frames: frames(_TOPOLOGY),
    Found: Found(
        "nginx", 1,
        [Hit(WEB.id, "container", WEB.label, "containers", Matched("image", "nginx:1.27"))],
        {"containers": 1},
    ),
    Completions: Completions(7, 9, [Option("critical", "value", "")]),
    FilterBody: FilterBody("Payments", "containers", "label.team = payments"),
    FilterList: FilterList([_SAVED]),
    SavedFilter: _SAVED,
    Problem: Problem(
        "urn:promscope:problem:bad-query", "Not a query", 400,
        'Column 9: this "(" is never closed.', column=9,
    ),
    list[dict[str, str | float | None]]: [
        {"id": WEB.id, "label": WEB.label, "status": WEB.status, "cpu": 0.12, "memory": None}
    ],
    **NODE_EXAMPLES,
    **SESSION_EXAMPLES,
}  # fmt: skip
