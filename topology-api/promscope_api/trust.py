"""Everything that decides and records, put together: one object for the web process.

Who asks (users, sessions, tokens, codes, guard), what was done (audit), how it is done (tunnels,
dispatch), and where that lasts (store).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import flask

from promscope_api import __version__
from promscope_api.audit.denials import Denials
from promscope_api.audit.event import Event
from promscope_api.audit.heads import Heads
from promscope_api.audit.log import AuditLog, AuditUnavailable
from promscope_api.audit.options import AuditSettings
from promscope_api.control.bulk import Bulk
from promscope_api.control.dispatch import Dispatch
from promscope_api.control.endpoint import TunnelEndpoint
from promscope_api.control.openings import Openings
from promscope_api.control.probe_identity import ProbeIdentity
from promscope_api.control.tunnels import TunnelListener, Tunnels
from promscope_api.http import (
    actions,
    bulk_actions,
    filters,
    oidc,
    probes,
    rbac,
    session,
    sessions,
    tickets,
    tokens,
)
from promscope_api.http import audit as audit_routes
from promscope_api.live.files import FilesEndpoint
from promscope_api.live.logs import LogsEndpoint
from promscope_api.live.stream_socket import StreamSocket
from promscope_api.security.bearers import Bearers
from promscope_api.security.codes import SignInCodes
from promscope_api.security.grafana import GrafanaUsers
from promscope_api.security.guard import Guard, respond
from promscope_api.security.lifelines import Lifelines
from promscope_api.security.oidc import Oidc, OidcSettings
from promscope_api.security.origin import Origins
from promscope_api.security.outgoing import Outgoing
from promscope_api.security.passwords import Passwords
from promscope_api.security.policy import Policy
from promscope_api.security.policy_file import UnusablePolicy, load
from promscope_api.security.probes import Probes
from promscope_api.security.refusal import Refused
from promscope_api.security.sessions import Sessions
from promscope_api.security.tickets import Tickets
from promscope_api.security.tokens import Tokens
from promscope_api.security.users import Users
from promscope_api.store.postgresql import Postgresql
from promscope_api.store.saved_filters import SavedFilters
from promscope_api.store.store import Store, StoreUnavailable, Unstorable
from promscope_wire.secretfile import UnusableSecret, read_secret

WRITER = "api"
AUDIT_FOLDER = "audit"
ANCHOR_SECONDS = 10.0
HEARTBEAT_SECONDS = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrustSettings:
    """From the options of `security.options` and `storage.path`."""

    storage: Path
    local_viewer: bool = False
    secret_file: str = ""
    external_urls: tuple[str, ...] = ()
    oidc: OidcSettings | None = None
    grafana_ca_file: str = ""
    policy_file: str = ""
    postgresql: Postgresql | None = None
    audit: AuditSettings = field(default_factory=AuditSettings)


class Trust:
    """Make it with `open`, `install` it into the Flask application, run `anchor` beside it."""

    def __init__(
        self,
        settings: TrustSettings,
        listener: TunnelListener,
        store: Store,
        audit: AuditLog,
        heartbeat_seconds: float,
        policy: Policy,
        tunnel_ended: Callable[[str], None],
    ) -> None:
        self.policy = policy
        self.settings = settings
        self.store = store
        self.audit = audit
        self.heads = Heads(store)
        self.forwarders = settings.audit.forwarders(settings.storage / AUDIT_FOLDER)
        self.sessions = Sessions(store)
        self.codes = SignInCodes(store)
        self.users = Users(store, Passwords())
        self.tokens = Tokens(store)
        self.probes = Probes(store)
        self.oidc = Oidc(settings.oidc) if settings.oidc else None
        self.denials = Denials(audit)
        self.tickets = Tickets(store)
        self.lifelines = Lifelines(
            self.sessions.alive, lambda ids: self.tokens.alive(ids) | self.probes.alive(ids)
        )
        self.guard = Guard(
            self.sessions,
            Bearers(self.tokens, GrafanaUsers(Outgoing(settings.grafana_ca_file))),
            self.denials,
            Origins(_own_names(), settings.external_urls),
            self.lifelines,
            self.tickets,
            policy,
            local_viewer=settings.local_viewer,
        )
        self.tunnels = Tunnels(listener)
        self.dispatch = Dispatch(self.tunnels, audit, policy)
        openings = Openings(self.tunnels, audit, policy)
        self.logs = LogsEndpoint(openings, self.guard)
        self.files = FilesEndpoint(openings, self.guard)
        self.stream_socket = StreamSocket(openings, self.guard)
        self.tunnel_endpoint = TunnelEndpoint(
            self.tunnels,
            ProbeIdentity(self._secret, self.probes, audit),
            self.denials,
            self.lifelines,
            api_id=secrets.token_hex(8),
            version=__version__,
            heartbeat_seconds=heartbeat_seconds,
            ended=tunnel_ended,
        )

    @classmethod
    def open(
        cls,
        settings: TrustSettings,
        listener: TunnelListener,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        tunnel_ended: Callable[[str], None] = lambda _reason: None,
    ) -> Self:
        """Raises StoreUnavailable, AuditUnavailable, UnusableSecret or UnusablePolicy, each with
        the remedy."""
        if settings.secret_file:
            read_secret(settings.secret_file)
        if settings.audit.webhook_secret_file:
            read_secret(settings.audit.webhook_secret_file)
        if settings.oidc and settings.oidc.client_secret_file:
            read_secret(settings.oidc.client_secret_file)
        policy = _policy(settings)
        store = Store.open(settings.storage, settings.postgresql)
        try:
            audit = AuditLog(
                settings.storage / AUDIT_FOLDER, WRITER, fail_open=settings.audit.fail_open
            )
            try:
                trust = cls(
                    settings, listener, store, audit, heartbeat_seconds, policy, tunnel_ended
                )
                trust._begin()
            except BaseException:
                audit.close()
                raise
        except BaseException:
            store.close()
            raise
        return trust

    def install(self, app: flask.Flask) -> None:
        """The gate in front of every route, and those for sessions, tokens, actions and saved
        filters.
        """
        self.guard.install(app)
        app.register_error_handler(StoreUnavailable, _unavailable)
        app.register_error_handler(Unstorable, _unstorable)
        app.register_error_handler(AuditUnavailable, _unavailable)
        for routes in (
            session.blueprint(
                self.guard,
                self.sessions,
                self.codes,
                self.users,
                self.audit,
                self.settings.oidc is not None,
            ),
            oidc.blueprint(self.oidc, self.sessions, self.denials, self.audit),
            sessions.blueprint(self.sessions, self.audit, self.policy),
            tokens.blueprint(self.tokens, self.audit, self.policy),
            probes.blueprint(self.probes, self.audit),
            tickets.blueprint(self.tickets),
            audit_routes.blueprint(self.settings.storage / AUDIT_FOLDER),
            rbac.blueprint(self.dispatch, self.policy, self.users, self.sessions, self.tokens),
            actions.blueprint(self.dispatch),
            bulk_actions.blueprint(Bulk(self.dispatch)),
            filters.blueprint(SavedFilters(self.store)),
        ):
            app.register_blueprint(routes)

    async def anchor(self) -> None:
        """Note the audit log's head in the store every 10 s, for ever."""
        while True:
            await asyncio.sleep(ANCHOR_SECONDS)
            await asyncio.to_thread(self._note)

    def close(self) -> None:
        self._note()
        for forwarder in self.forwarders:
            forwarder.close()
        self.audit.close()
        self.store.close()

    def _begin(self) -> None:
        """Say if the end of the audit log is missing, and that this process writes from here."""
        noted = {head.chain: head.sequence for head in self.heads.all()}
        known = noted.get(self.audit.head.chain, 0)
        missing = known - self.audit.head.sequence
        lost = [chain for chain in noted if chain.startswith(f"{WRITER}-")]
        if missing > 0 or (lost and self.audit.head.sequence == 0):
            log.error(
                "the audit log in %s lacks records that were written: run `promscope audit verify`",
                self.settings.storage / AUDIT_FOLDER,
            )
            self.audit.append(
                Event("audit-records-missing", "failure", details={"missing": max(missing, 0)})
            )
        self.audit.append(Event("audit-begin", "success", details={"version": __version__}))
        self._note()
        for forwarder in self.forwarders:
            forwarder.start()

    def audit_complaint(self) -> str:
        """What is wrong with the audit log's way to its sinks, "" if nothing is."""
        return "; ".join(one.complaint for one in self.forwarders if one.complaint)

    def _note(self) -> None:
        try:
            self.heads.note(self.audit.head)
        except StoreUnavailable as error:
            log.error("the head of the audit log could not be noted: %s", error)

    def _secret(self) -> bytes:
        if not self.settings.secret_file:
            return b""
        try:
            return read_secret(self.settings.secret_file)
        except UnusableSecret as error:
            log.error("no probe can connect: %s", error)
            return b""


def _policy(settings: TrustSettings) -> Policy:
    """Raises UnusablePolicy."""
    policy = load(settings.policy_file)
    given = settings.oidc.roles.values() if settings.oidc else ()
    unknown = sorted({*given} - {*policy.roles})
    if unknown:
        raise UnusablePolicy(
            f"--auth.oidc-role gives the role {unknown[0]}, which is neither built in nor in"
            " --auth.policy-file"
        )
    return policy


def _unavailable(error: Exception) -> flask.Response:
    """Without the store nobody is known, without the audit log nothing may be done."""
    log.error("%s", error)
    kind = "audit-unavailable" if isinstance(error, AuditUnavailable) else "store-unavailable"
    return respond(Refused(503, kind, f"It did not work: {error}."))


def _unstorable(error: Exception) -> flask.Response:
    return respond(Refused(400, "unstorable", f"It was not kept: {error}."))


def _own_names() -> Iterable[str]:
    name = socket.gethostname()
    return {name, name.partition(".")[0]}


__all__ = [
    "AuditUnavailable",
    "StoreUnavailable",
    "Trust",
    "TrustSettings",
    "UnusablePolicy",
    "UnusableSecret",
]
