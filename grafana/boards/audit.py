"""Who did what, and what was refused."""

from __future__ import annotations

from grafana.boards import variable
from grafana.boards.board import Board, Row
from grafana.boards.panel import answers, graph, stat

_REQUESTS = "promscope_api_request_seconds_count"
_REFUSED = f'{_REQUESTS}{{@@,status=~"401|403|429"}}'

_NUMBERS = (
    stat(
        "Requests",
        "Requests per second that the API answered.",
        f"sum(rate({_REQUESTS}{{@@}}[@]))",
        "reqps",
        width=6,
        trend=True,
    ),
    stat(
        "Refused",
        "Requests that were refused within the time range: not signed in, not allowed, or too"
        " many.",
        f"sum(increase({_REFUSED}[$__range]))",
        steps=[("orange", 1)],
        over_range=True,
        width=6,
        decimals=0,
        noValue="0",
    ),
    stat(
        "Changes asked for",
        "Requests that act or change something within the time range: POST, PUT and DELETE.",
        f'sum(increase({_REQUESTS}{{@@,method!="GET"}}[$__range]))',
        over_range=True,
        width=6,
        decimals=0,
        noValue="0",
    ),
    stat(
        "Watching",
        "Browsers and others that watch a view over a socket now.",
        "sum(promscope_api_subscribers{@@})",
        width=6,
        noValue="0",
    ),
)

_LOG = (
    answers(
        "Audit log",
        "Who did what, when, from where, and with what outcome; the newest first. Only for those"
        " who have the permission audit. `promscope audit verify` proves that nothing is missing.",
        "audit",
    ),
)

_COURSE = (
    graph(
        "Refusals",
        "Requests refused per second, by status and address.",
        "reqps",
        (f"sum by (status, route) (rate({_REFUSED}[@]))", "{{status}} {{route}}"),
        width=12,
    ),
    graph(
        "Changes by address",
        "Requests per second that act or change something.",
        "reqps",
        (
            f'sum by (method, route) (rate({_REQUESTS}{{@@,method!="GET"}}[@]))',
            "{{method}} {{route}}",
        ),
        width=12,
    ),
)

BOARD = Board(
    "audit",
    "Audit",
    "The audit log of the API, and what its metrics tell about requests. Prometheus must scrape"
    " the API for the numbers.",
    (Row("", _NUMBERS), Row("Log", _LOG), Row("Over time", _COURSE)),
    (variable.TOPOLOGY,),
)
