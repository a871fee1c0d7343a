"""What is not as it was."""

from __future__ import annotations

from grafana.boards import variable
from grafana.boards.board import EVENTS, Board, Row
from grafana.boards.network import NEW_EDGES
from grafana.boards.panel import answers, graph, link, stat, table

_YOUNG = "(time() - promscope_container_{}{{@}}) < $__range_s"
_GONE = 'max_over_time(promscope_container_state{@,state="removed"}[$__range]) == 1'
_IMAGES = "count by (image, image_tag)"

_NUMBERS = (
    stat(
        "Created",
        "Containers created within the time range that still exist.",
        f"count({_YOUNG.format('created_timestamp_seconds')})",
        over_range=True,
        width=6,
        noValue="0",
    ),
    stat(
        "Started",
        "Containers started within the time range that still exist.",
        f"count({_YOUNG.format('start_time_seconds')})",
        over_range=True,
        width=6,
        noValue="0",
    ),
    stat(
        "Removed",
        "Containers removed within the time range.",
        f"count({_GONE})",
        over_range=True,
        width=6,
        noValue="0",
    ),
    stat(
        "Events",
        "Lifecycle events within the time range.",
        "sum(increase(promscope_container_events_total{@}[$__range]))",
        over_range=True,
        width=6,
        decimals=0,
    ),
)

_BETWEEN = (
    answers(
        "Between the two moments",
        "What was added, removed or changed from the beginning of the time range to its end:"
        " services, images and edges between services. Numbers alone are no change.",
        "changes",
        by="services,images,edges",
    ),
    answers(
        "Events, the newest first",
        "Lifecycle events of containers within the time range.",
        "events",
        width=12,
    ),
    NEW_EDGES,
)

_CONTAINERS = (
    table(
        "Newest containers",
        "When the 20 newest containers were created.",
        (
            (
                "topk(20, max by (cluster, job, instance, name)"
                " (promscope_container_created_timestamp_seconds{@})) * 1000"
            ),
        ),
        {"name": "Container", "instance": "Host", "Value": "Created"},
        {"Created": "dateTimeFromNow"},
        links={
            "Container": link(
                "Open the container", "container", instance="instance", container="name"
            )
        },
        sort="Created",
    ),
    table(
        "New images",
        "Images that no container had when the time range began, and how many have them now.",
        (
            (
                f"{_IMAGES} (promscope_container_info{{@}}) unless {_IMAGES}"
                " (promscope_container_info{@} offset $__range)"
            ),
        ),
        {"image": "Image", "image_tag": "Tag", "Value": "Containers"},
        {"Containers": "short"},
        sort="Containers",
    ),
    graph(
        "Events over time",
        "Lifecycle events by kind.",
        "short",
        ("sum by (event) (increase(promscope_container_events_total{@}[@]))", "{{event}}"),
        width=12,
        stacked=True,
    ),
    graph(
        "Containers in each state",
        "How many containers are in each state.",
        "short",
        ("sum by (state) (promscope_container_state{@})", "{{state}}"),
        width=12,
        stacked=True,
    ),
)

BOARD = Board(
    "changes",
    "Changes",
    "What changed within the time range: containers, images, services and edges.",
    (Row("", _NUMBERS), Row("Difference", _BETWEEN), Row("Containers", _CONTAINERS)),
    (variable.TOPOLOGY,),
    (EVENTS,),
)
