"""What the web process measures about itself, for /metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import flask
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)

from promscope_api import __version__
from promscope_api.audit.forwarder import Forwarder
from promscope_api.audit.log import AuditLog
from promscope_api.control.endpoint import ENDINGS

_BUCKETS = (0.005, 0.025, 0.1, 0.5, 2.5, 10.0)
#: Anybody may send any method: what is not one of these is not told apart.
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class WebMeasures:
    """The web process' own metrics; docs/metrics/api.md describes them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        info = Gauge(
            "promscope_api_build_info",
            "The API; always 1.",
            ("version",),
            registry=self.registry,
        )
        info.labels(__version__).set(1)
        self._latency = Histogram(
            "promscope_api_request_seconds",
            "How long REST requests took, by route.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._subscribers = Gauge(
            "promscope_api_subscribers",
            "Browsers and others that watch a view over a socket.",
            ("view",),
            registry=self.registry,
        )
        self.dropped = Counter(
            "promscope_api_subscribers_dropped_total",
            "Watchers whose socket the API ended, by reason.",
            ("reason",),
            registry=self.registry,
        )
        for reason in ("slow", "graph", "revoked", "client"):
            self.dropped.labels(reason)
        self._tunnels = Gauge(
            "promscope_api_tunnels", "Probes connected by a tunnel.", registry=self.registry
        )
        self.tunnels_ended = Counter(
            "promscope_api_tunnels_ended_total",
            "Tunnels that ended, by reason: slow is a queue to the probe that was full and dropped,"
            " gap a change that never came.",
            ("reason",),
            registry=self.registry,
        )
        for reason in ("closed", "internal", *ENDINGS.values()):
            self.tunnels_ended.labels(reason)
        self._graph_up = Gauge(
            "promscope_api_graph_up",
            "1 while the graph process runs, else 0.",
            registry=self.registry,
        )
        self._graph_starts = Gauge(
            "promscope_api_graph_starts",
            "Times the graph process was started; above 1 it has ended unexpectedly.",
            registry=self.registry,
        )

        self._audit_head = Gauge(
            "promscope_api_audit_head",
            "Number of the last record of this process' audit chain; `promscope audit verify"
            " --head` checks that the log reaches it.",
            ("chain",),
            registry=self.registry,
        )
        self._audit_lost = Gauge(
            "promscope_api_audit_lost",
            "Records since the start that could not be kept, with --audit.fail-open.",
            registry=self.registry,
        )
        self._audit_sink = Gauge(
            "promscope_api_audit_sink_up",
            "1 while a sink takes the audit records, else 0.",
            ("sink",),
            registry=self.registry,
        )
        self.reloaded = Gauge(
            "promscope_api_config_last_reload_successful",
            "1 if the file of backends could be read when that was last tried, else 0: the"
            " settings before it are in force.",
            registry=self.registry,
        )
        self.reloaded.set(1)

    def watch(
        self,
        views: tuple[str, ...],
        subscribers: Callable[[str], int],
        tunnels: Callable[[], int],
        graph: Callable[[], tuple[bool, int]],
    ) -> None:
        """Where the gauges read from when they are scraped."""
        for view in views:
            self._subscribers.labels(view).set_function(partial(subscribers, view))
        self._tunnels.set_function(tunnels)
        self._graph_up.set_function(lambda: graph()[0])
        self._graph_starts.set_function(lambda: graph()[1])

    def watch_audit(self, log: AuditLog, forwarders: Sequence[Forwarder]) -> None:
        """The same for the audit log, whose chain may change with a new storage folder only."""
        self._audit_head.labels(log.head.chain).set_function(lambda: log.head.sequence)
        self._audit_lost.set_function(lambda: log.lost)
        for one in forwarders:
            self._audit_sink.labels(one.name).set_function(partial(_is_well, one))

    def install(self, app: flask.Flask) -> None:
        """Measure every request of `app`."""

        @app.before_request
        def start() -> None:
            flask.g.promscope_started = time.perf_counter()

        @app.after_request
        def end(response: flask.Response) -> flask.Response:
            rule, method = flask.request.url_rule, flask.request.method
            labels = (
                method if method in _METHODS else "other",
                rule.rule if rule else "none",
                str(response.status_code),
            )
            started = flask.g.get("promscope_started", time.perf_counter())
            self._latency.labels(*labels).observe(time.perf_counter() - started)
            return response

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)


def _is_well(forwarder: Forwarder) -> bool:
    return not forwarder.complaint
