"""The API's settings, declared once: flags, variables, YAML and documentation follow."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from promscope_api.audit.options import OPTIONS as AUDIT_OPTIONS
from promscope_api.audit.options import AuditSettings, audit_settings
from promscope_api.graph.networks import network
from promscope_api.graph.thresholds import Thresholds, count, share
from promscope_api.http.gated import usable_here
from promscope_api.prometheus.backends import Backend, Backends, backend, load
from promscope_api.security.oidc import OidcSettings
from promscope_api.security.options import OPTIONS as SECURITY_OPTIONS
from promscope_api.security.options import oidc_settings
from promscope_api.store.postgresql import Postgresql
from promscope_api.store.postgresql import url as postgresql_url
from promscope_wire import log
from promscope_wire.options import Option, Resolved, boolean

_DURATION = re.compile(r"([0-9]{1,9})(ms|s|m|h|d)", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; `host` is "" for every address."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """`host:port`, `[v6]:port` or `:port`. Raises ValueError."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError("write host:port, such as 127.0.0.1:10181")
    return Address(host.strip("[]"), int(port))


def duration(text: str) -> float:
    """`15s`, `1m`, `500ms` as seconds; Prometheus' spelling. Raises ValueError."""
    found = _DURATION.fullmatch(text)
    if not found or int(found[1]) == 0:
        raise ValueError("write a duration such as 15s or 1m")
    return int(found[1]) * _UNITS[found[2]]


def _checked(parse: Callable[[str], object]) -> Callable[[str], str]:
    """The text itself once `parse` accepts it: merged settings print as they are written."""

    def check(text: str) -> str:
        parse(text)
        return text

    return check


_STATUS: tuple[tuple[str, str, str, Callable[[str], float]], ...] = (
    ("memory-warning", "90%", "share of its memory limit that is a warning, or never", share),
    ("memory-critical", "97%", "share of its memory limit that is critical, or never", share),
    ("cpu-warning", "90%", "share of its CPU limit that is a warning, or never", share),
    ("cpu-critical", "never", "share of its CPU limit that is critical, or never", share),
    ("throttled-warning", "25%", "share of throttled CPU periods that is a warning", share),
    ("restarts-critical", "5", "restarts within 15 minutes that are critical, or never", count),
)
_OWN = (
    Option(
        "web.listen-address",
        "127.0.0.1:10181",
        "address and port to listen on",
        parse=_checked(address),
    ),
    Option(
        "web.config.file",
        "",
        "file with TLS, client certificates, headers and rate limit of this port (web-config.yml)",
        parse=usable_here,
    ),
    Option(
        "prometheus.url",
        "http://127.0.0.1:9090",
        "Prometheus that scrapes the probes",
        parse=backend,
    ),
    Option(
        "prometheus.config.file",
        "",
        "YAML file with several backends, their headers and what this API may see of them;"
        " it replaces --prometheus.url and is read anew on SIGHUP",
    ),
    Option(
        "scrape.interval",
        "15s",
        "how often Prometheus scrapes the probes; the map is refreshed as often",
        parse=_checked(duration),
    ),
    Option(
        "peers.network",
        (),
        "name of a network outside, such as office=10.1.0.0/16: its addresses become one peer",
        parse=_checked(network),
        repeated=True,
    ),
    Option(
        "peers.reverse-dns",
        False,
        "look up the names of outside addresses by reverse DNS, beside the rounds",
        parse=boolean,
    ),
    *(
        Option(f"status.{name}", default, meaning, parse=_checked(parse))
        for name, default, meaning, parse in _STATUS
    ),
    Option(
        "web.enable-profile",
        False,
        "serve profiles of the API itself at /debug/profile, to who has the permission users",
        parse=boolean,
    ),
    Option("storage.path", "promscope-data", "folder for sessions, layout and the audit log"),
    Option(
        "storage.postgresql-url",
        "",
        "postgresql://USER@HOST:PORT/DATABASE that several replicas share instead of a database in"
        " --storage.path; with verified TLS, but for ?sslmode=disable on this machine",
        parse=postgresql_url,
    ),
    Option("storage.postgresql-password-file", "", "file with that user's password (mode 0600)"),
    Option(
        "storage.postgresql-ca-file",
        "",
        "authorities to trust for that server, instead of the well-known ones",
    ),
    Option("web.page-path", "", "folder with a built page to serve instead of the packaged one"),
)
_LOGGING = (
    Option("log.format", "logfmt", "form of the log lines", choices=log.FORMATS),
    Option("log.level", "info", "least level that is logged", choices=log.LEVELS),
)
OPTIONS = (*_OWN, *SECURITY_OPTIONS, *AUDIT_OPTIONS, *_LOGGING)


@dataclass(frozen=True, slots=True)
class Settings:
    """The merged settings of one process. Times in seconds."""

    listen: Address
    prometheus_url: str
    prometheus_file: Path | None
    scrape_interval: float
    networks: tuple[str, ...]
    reverse_dns: bool
    thresholds: Thresholds
    enable_profile: bool
    storage: Path
    page: Path | None
    tunnel_secret_file: str
    local_viewer: bool
    external_urls: tuple[str, ...]
    log_format: str
    log_level: str
    oidc: OidcSettings | None = None
    grafana_ca_file: str = ""
    policy_file: str = ""
    postgresql: Postgresql | None = None
    web_config_file: str = ""
    audit: AuditSettings = field(default_factory=AuditSettings)

    def backends(self) -> Backends:
        """What is asked for metrics. Raises UnusableBackends."""
        if self.prometheus_file is None:
            return Backends((Backend(self.prometheus_url),))
        return load(self.prometheus_file)


def settings(resolved: Resolved) -> Settings:
    """Typed settings from the resolved ones. Raises InvalidOption."""
    page = resolved["web.page-path"]
    file = resolved["prometheus.config.file"]
    return Settings(
        listen=address(resolved["web.listen-address"]),
        prometheus_url=resolved["prometheus.url"],
        prometheus_file=Path(file) if file else None,
        scrape_interval=duration(resolved["scrape.interval"]),
        networks=tuple(resolved["peers.network"]),
        reverse_dns=resolved["peers.reverse-dns"],
        thresholds=Thresholds(
            **{
                name.replace("-", "_"): parse(resolved[f"status.{name}"])
                for name, _, _, parse in _STATUS
            }
        ),
        enable_profile=resolved["web.enable-profile"],
        storage=Path(resolved["storage.path"]),
        page=Path(page) if page else None,
        tunnel_secret_file=resolved["tunnel.secret-file"],
        local_viewer=resolved["auth.local-viewer"],
        external_urls=tuple(resolved["web.external-url"]),
        log_format=resolved["log.format"],
        log_level=resolved["log.level"],
        oidc=oidc_settings(resolved),
        grafana_ca_file=resolved["auth.grafana-ca-file"],
        policy_file=resolved["auth.policy-file"],
        postgresql=_postgresql(resolved),
        web_config_file=resolved["web.config.file"],
        audit=audit_settings(resolved),
    )


def _postgresql(resolved: Resolved) -> Postgresql | None:
    named, *files = (
        resolved[f"storage.postgresql-{one}"] for one in ("url", "password-file", "ca-file")
    )
    return Postgresql(named, *files) if named else None
