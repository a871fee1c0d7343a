"""The web process: REST by Flask in a2wsgi's threads, sockets in asyncio, on one port."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any, cast

import flask
from a2wsgi import WSGIMiddleware

from promscope_api.graph.process import Configuration
from promscope_api.graph.views import VIEWS
from promscope_api.http import (
    health,
    history,
    limits,
    metric_query,
    nodes,
    openapi,
    page,
    parts,
    pins,
    problem,
    profile,
    questions,
    reference,
    relayout,
    request_id,
    search,
    tables,
    topology,
)
from promscope_api.http.gated import Gated
from promscope_api.http.intake import Intake
from promscope_api.http.measures import WebMeasures
from promscope_api.http.plain_path import PlainPath
from promscope_api.http.seen import Seen
from promscope_api.live.graph_link import GraphLink
from promscope_api.live.hub import Hub
from promscope_api.live.layout_keeper import LayoutKeeper
from promscope_api.live.pin_keeper import PinKeeper
from promscope_api.live.tunnel_feed import TunnelFeed
from promscope_api.prometheus.backends import UnusableBackends
from promscope_api.security.guard import Receive, Send, refuse_socket
from promscope_api.security.headers import SecurityHeaders
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Scope
from promscope_api.settings import Settings
from promscope_api.store.pins import Pins
from promscope_api.store.positions import Positions
from promscope_api.trust import Trust, TrustSettings
from promscope_wire import log as wire_log
from promscope_wire.web.gate import Gate

#: REST requests that run at the same time.
REST_THREADS = 24
TUNNEL_PATH = "/api/v1/tunnel"
_LIVE = re.compile(r"/api/v1/topology/[^/]+/ws")
_LOGS = re.compile(r"/api/v1/nodes/[^/]+/logs")
_FILES = re.compile(r"/api/v1/nodes/[^/]+/files(?:/content|/archive)?")
_STREAM = re.compile(r"/api/v1/nodes/[^/]+/(?:logs|exec)/ws")
#: A query gets most of a scrape interval, and never so long that a stale map goes unnoticed.
_QUERY_SHARE, _QUERY_SECONDS = 0.8, 10.0

log = logging.getLogger(__name__)


class Web:
    """Everything behind the port, put together. As ASGI application it is `asgi`.

    Raises InvalidWebConfig, UnusableBackends and what `Trust.open` raises: StoreUnavailable,
    AuditUnavailable, UnusableSecret, UnusablePolicy.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.gate = Gate(settings.web_config_file)
        self._link = GraphLink(self._configuration())
        feed = TunnelFeed(self._link)
        self._measures = measures = WebMeasures()
        self._trust = trust = Trust.open(
            TrustSettings(
                settings.storage,
                settings.local_viewer,
                settings.tunnel_secret_file,
                settings.external_urls,
                settings.oidc,
                settings.grafana_ca_file,
                settings.policy_file,
                settings.postgresql,
                settings.audit,
            ),
            feed,
            tunnel_ended=lambda why: measures.tunnels_ended.labels(why).inc(),
        )
        self._hub = Hub(self._link, trust.guard, lambda why: measures.dropped.labels(why).inc())
        self._pins = PinKeeper(self._link, Pins(trust.store))
        self._layout = LayoutKeeper(self._link, Positions(trust.store))
        for listener in (self._layout, self._pins, feed, self._hub):
            self._link.listen(listener)
        measures.watch(
            tuple(VIEWS),
            self._hub.count,
            lambda: sum(probe.connected for probe in trust.tunnels.status()),
            lambda: (self._link.is_up, self._link.starts),
        )
        measures.watch_audit(trust.audit, trust.forwarders)
        self.flask = flask.Flask("promscope_api", static_folder=None)
        measures.install(self.flask)
        problem.install(self.flask)
        request_id.install(self.flask)
        trust.install(self.flask)
        limits.install(self.flask)
        seen = Seen(self._link, trust.policy)
        for routes in (
            topology.blueprint(seen),
            pins.blueprint(seen, self._pins),
            relayout.blueprint(seen),
            nodes.blueprint(seen, trust.dispatch),
            questions.blueprint(trust.dispatch),
            search.blueprint(seen),
            tables.blueprint(seen),
            history.blueprint(seen),
            metric_query.blueprint(seen),
            health.blueprint(seen, measures),
            parts.blueprint(
                self._link, {"store": trust.store.complaint, "audit": trust.audit_complaint}
            ),
            profile.blueprint(self._link, settings.enable_profile),
            openapi.blueprint(),
            reference.blueprint(),
            page.blueprint(settings.page),
        ):
            self.flask.register_blueprint(routes)
        self._rest = Intake(WSGIMiddleware(cast(Any, self.flask), workers=REST_THREADS))  # type: ignore[arg-type]
        self.asgi = SecurityHeaders(Gated(PlainPath(self._route), self.gate))
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the graph process and what runs beside the requests."""
        self._tasks = [
            asyncio.create_task(self._link.run(), name="graph"),
            asyncio.create_task(self._trust.anchor(), name="audit anchor"),
            asyncio.create_task(self._trust.lifelines.watch(), name="lifelines"),
        ]
        if self._trust.store.is_shared:
            self._tasks += [
                asyncio.create_task(self._pins.follow(), name="pins"),
                asyncio.create_task(self._layout.follow(), name="layout"),
            ]
        for task in self._tasks:
            task.add_done_callback(_ended)

    async def stop(self) -> None:
        """End what `start` began."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reload(self) -> None:
        """Read the file of backends anew. One that cannot be used changes nothing."""
        try:
            configuration = self._configuration()
        except UnusableBackends as error:
            log.error("the settings stay as they are: %s", error)
            self._measures.reloaded.set(0)
        else:
            self._measures.reloaded.set(1)
            self._link.reconfigure(configuration)
            log.info("the settings were read anew")

    def _configuration(self) -> Configuration:
        settings = self._settings
        return Configuration(
            settings.backends(),
            settings.scrape_interval,
            min(_QUERY_SHARE * settings.scrape_interval, _QUERY_SECONDS),
            settings.networks,
            settings.reverse_dns,
            settings.thresholds,
            settings.log_format,
            settings.log_level,
        )

    def close(self) -> None:
        """Release the store and the audit log."""
        self._trust.close()

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"])
        is_http = scope["type"] == "http"
        is_logs, is_files = is_http and _LOGS.fullmatch(path), is_http and _FILES.fullmatch(path)
        if scope["type"] != "websocket" and not is_logs and not is_files:
            await self._rest(scope, receive, send)
            return
        # The task is of this socket alone, for as long as it lasts.
        wire_log.request.set(request_id.fresh())
        if is_logs:
            await self._trust.logs(scope, receive, send)
        elif is_files:
            await self._trust.files(scope, receive, send)
        elif path == TUNNEL_PATH:
            await self._trust.tunnel_endpoint(scope, receive, send)
        elif _LIVE.fullmatch(path):
            await self._hub(scope, receive, send)
        elif _STREAM.fullmatch(path):
            await self._trust.stream_socket(scope, receive, send)
        else:
            await receive()
            await refuse_socket(scope, send, Refused(404, "no-socket", "No socket is here."))


def _ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        log.error("the task %r ended unexpectedly", task.get_name(), exc_info=task.exception())
