"""Examples of the OpenAPI document: one node, its past, and what is done to it."""

from __future__ import annotations

from typing import Any

from promscope_api.control.bulk import BulkDone, BulkResult
from promscope_api.control.dispatch import Done
from promscope_api.control.happening import Happening
from promscope_api.control.offers import Offer
from promscope_api.graph.details import Connection, Connections, NotMeasured, Ref
from promscope_api.graph.difference import Change, Changes, Difference, Thing
from promscope_api.graph.drill import Drill
from promscope_api.graph.metric_series import MetricRange, MetricSeries
from promscope_api.graph.model import Limits, Metrics, Node, Rates
from promscope_api.graph.sparklines import History, Series
from promscope_api.graph.timeline import Event, Timeline
from promscope_api.http.actions import ActionRequest
from promscope_api.http.bulk_actions import BulkRequest
from promscope_api.http.nodes import NodeAnswer, Processes
from promscope_api.http.parts import Health, Part
from promscope_api.http.pins import Pin, PinBody, PinList
from promscope_api.http.questions import FileChanges, LiveConnections
from promscope_api.live.files import FileList
from promscope_wire.files import FileChange, FileEntry
from promscope_wire.frames import (
    ConnectionRecord,
    ContainerRecord,
    EdgeState,
    ProcessEvent,
    ProcessRecord,
)

AT = 1796040000.0
HOST = "host:8f3c6a1d2b4e5f60"
WEB = Node(
    id="container:4f1c0d2b9a7e",
    kind="container",
    label="shop-web-1",
    sublabel="nginx:1.27",
    status="warning",
    state="running",
    reasons=("memory at 92% of what it may use",),
    parents=(HOST,),
    group=f"group:{HOST}",
    metrics=Metrics(cpu=0.12, memory=241e6, network_receive=1800.0, connections=3.0),
    limits=Limits(memory=262e6),
    facts={"image": "nginx:1.27", "host": "atlas"},
    position=(10.5, -4.0),
    radius=12.0,
)
_PEER = Ref("external:203.0.113.9", "external", "203.0.113.9", "healthy")
_NGINX = ProcessRecord(f"process:{HOST[5:]}:812:99", 812, 1, WEB.id, "nginx")
_CPU = "sum(rate(promscope_container_cpu_seconds_total[1m]))"
_PIN = Pin(WEB.id, 10.5, -4.0)

#: Type of a body → an example of it.
NODE_EXAMPLES: dict[Any, Any] = {
    NodeAnswer: NodeAnswer(
        node=WEB,
        record=ContainerRecord(
            WEB.id, "4f1c0d2b9a7e" * 5 + "4f1c", WEB.label, "nginx:1.27", "sha256:9bea9f2796e2",
            "running", created=AT, started=AT, labels={"team": "payments"},
        ),
        info={"image": "nginx", "image_tag": "1.27"},
        parents=[Ref(HOST, "host", "atlas", "healthy")],
        children=[],
        children_total=0,
        connections=Connections(
            [], [Connection(_PEER, 443, "tcp", 3.0, Rates(900.0, 1800.0), "nginx", "")], 1
        ),
        not_measured=[NotMeasured("pressure", "the kernel does not measure it")],
        drill=[Drill("up", "hosts", f"id = {HOST}")],
        processes=Processes((_NGINX,), False),
        actions=[Offer("stop", "Stop", True, "", "Stop shop-web-1?")],
        streams=[Offer("logs", "Logs", True, "", "")],
    ),
    FileChanges: FileChanges((FileChange("/etc/nginx/nginx.conf", "modified"),), False),
    FileList: FileList(
        "/etc",
        [
            FileEntry("hosts", "file", 174, 0o644, AT),
            FileEntry("mtab", "link", mode=0o777, modified=AT, target="/proc/mounts"),
        ],
        False,
    ),
    LiveConnections: LiveConnections(
        (
            ConnectionRecord(
                WEB.id, "tcp", "established", "172.18.0.3", 41822, "203.0.113.9", 443, 812, "nginx"
            ),
        ),
        False,
    ),
    Happening: Happening(
        (EdgeState(WEB.id, "203.0.113.9", 443, "tcp", True),),
        (ProcessEvent("exec", WEB.id, 840, "nginx"),),
        0,
    ),
    History: History(
        WEB.id, AT - 30, AT, 15,
        [Series("cpu", "CPU", "cores", [(AT - 30, 0.1), (AT - 15, None), (AT, 0.12)], None, _CPU)],
    ),
    ActionRequest: ActionRequest(timeout_seconds=10),
    Done: Done("0c2f7e0a9d4b4a6f", "done"),
    BulkRequest: BulkRequest(action="stop", nodes=(WEB.id,), timeout_seconds=10),
    BulkDone: BulkDone(
        "9d1c5a7e2f3b4860", (BulkResult(WEB.id, "done", "0c2f7e0a9d4b4a6f", None),)
    ),
    Difference: Difference(
        AT - 3600, AT, [],
        [
            Changes(
                "services",
                [Thing("service:shop:cache", "cache", {"image": "redis:7"})],
                [],
                [Change("service:shop:web", "web", {"image": "web:1"}, {"image": "web:2"})],
                [],
                {"added": 1, "removed": 0, "changed": 1, "unknown": 0},
            )
        ],
    ),
    MetricRange: MetricRange(
        "promscope_container_cpu_seconds_total", _CPU, AT - 30, AT, 15,
        [MetricSeries({"name": "shop-web-1"}, [(AT - 15, 0.11), (AT, 0.12)])], False,
    ),
    Timeline: Timeline("", AT - 3600, AT, 15, [Event(AT, WEB.id, WEB.label, "start", 1)], False),
    PinBody: PinBody(10.5, -4.0),
    Pin: _PIN,
    PinList: PinList([_PIN]),
    Health: Health(
        "degraded",
        [
            Part("graph", True, ""),
            Part("prometheus", False, "it does not answer at http://127.0.0.1:9090"),
            Part("store", True, ""),
        ],
    ),
}  # fmt: skip
