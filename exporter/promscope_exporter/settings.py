"""The exporter's settings: what can be set, how it is checked, what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from promscope_wire import log
from promscope_wire.client_tls import ClientTls
from promscope_wire.duration import duration
from promscope_wire.frames import CONTROL_GROUPS
from promscope_wire.options import InvalidOption, Option, Resolved, boolean
from promscope_wire.web.address import Address, address
from promscope_wire.web.gate import usable

#: Container labels that become metric labels unless set otherwise; `*` at the end: any rest.
LABEL_ALLOW_LIST = (
    "com.docker.compose.*",
    "com.docker.stack.*",
    "com.docker.swarm.*",
    "org.opencontainers.image.*",
    "app.kubernetes.io/*",
)

#: Provisional, to be registered before a release.
LISTEN = Address("127.0.0.1", 10180)
_SYSTEM_TRUST = ClientTls()
_DISABLE_DEFAULTS = "collector.disable-defaults"
_HOST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def count(text: str) -> int:
    """A whole number above zero. Raises ValueError otherwise."""
    if not text.isdecimal() or not int(text):
        raise ValueError("write a whole number above zero")
    return int(text)


def percent(text: str) -> float:
    """A number from 0 to 100. Raises ValueError otherwise."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise ValueError("write a percentage of one core from 0 (no limit) to 100")
    return number


def _checked(parse: Callable[[str], object]) -> Callable[[str], str]:
    """The text itself once `parse` accepts it: merged settings print as they are written."""

    def check(text: str) -> str:
        parse(text)
        return text

    return check


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write a URL such as https://promscope.example:10181")
    if parts.username is not None:
        raise ValueError("credentials do not belong into the URL; use --api.secret-file")
    return text.rstrip("/")


def _engine(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme not in ("unix", "tcp") or not rest:
        raise ValueError("write unix:///path/of/docker.sock or tcp://host:port")
    if scheme == "tcp":
        address(rest.rstrip("/"))
    return text.rstrip("/")


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError("write a path that begins with /")
    return text.rstrip("/") or "/"


def _host_id(text: str) -> str:
    if text and not _HOST_ID.fullmatch(text):
        raise ValueError("letters, digits, dot, underscore and hyphen only, 64 at most")
    return text


def _control(text: str) -> str:
    if text not in ("none", *CONTROL_GROUPS):
        raise ValueError(f"name none or any of {', '.join(CONTROL_GROUPS)}")
    return text


def options(collectors: Mapping[str, bool]) -> tuple[Option, ...]:
    """Every setting; `collectors` are the known collectors and whether each is on by default."""
    return (
        Option(
            "web.listen-address",
            (str(LISTEN),),
            "Where to serve metrics; may be repeated.",
            _checked(address),
            repeated=True,
        ),
        Option(
            "web.systemd-socket",
            False,
            "Serve at the sockets that systemd passes, instead of --web.listen-address.",
            boolean,
        ),
        Option(
            "web.config.file",
            "",
            "File with TLS, users, headers and rate limit of this listener (web-config.yml).",
            usable,
        ),
        Option("web.telemetry-path", "/metrics", "Path of the metrics.", _path),
        Option("web.max-requests", 40, "Scrapes at one time; more are answered 503.", count),
        Option(
            "web.disable-exporter-metrics",
            False,
            "Leave out the metrics of the exporter's own process and listener.",
            boolean,
        ),
        Option(
            "web.enable-profile",
            False,
            "Serve profiles of the exporter itself at /debug/profile.",
            boolean,
        ),
        Option("path.procfs", "/proc", "Where procfs of the host is mounted.", _path),
        Option("path.sysfs", "/sys", "Where sysfs of the host is mounted.", _path),
        Option("path.rootfs", "/", "Where the root directory of the host is mounted.", _path),
        Option("host.id", "", "Identity of this host, instead of the derived one.", _host_id),
        Option(
            "docker.host",
            ("unix:///var/run/docker.sock",),
            "Container engines: Docker, or Podman's socket.",
            _engine,
            repeated=True,
        ),
        Option("scrape.interval", "15s", "How often Prometheus scrapes this.", _checked(duration)),
        Option(
            "control",
            ("none",),
            f"What the API may ask this probe to do: none, or any of {', '.join(CONTROL_GROUPS)}.",
            _control,
            repeated=True,
        ),
        Option("api.url", (), "Topology API to connect to; may be repeated.", _url, repeated=True),
        Option("api.secret-file", "", "File with the secret that all probes share (mode 0600)."),
        Option(
            "api.join-token-file",
            "",
            "File with the token to join the API with, once, instead of a shared secret; needs"
            " --storage.path, where this probe's own credential is kept.",
        ),
        Option(
            "api.ca-file",
            "",
            "Authorities to trust for the API, instead of the well-known ones.",
        ),
        Option("api.cert-file", "", "Certificate of this probe for the API; needs its key."),
        Option("api.key-file", "", "Key of that certificate (mode 0600)."),
        Option(
            "storage.path",
            "",
            "Folder where what the API asked for is remembered for an hour; empty: in memory only.",
        ),
        Option(
            "container.label-allow-list",
            LABEL_ALLOW_LIST,
            "Container labels that become metric labels; * at the end stands for any rest.",
            repeated=True,
        ),
        Option(
            "cpu.budget",
            "5",
            "Percent of one core above which edges and processes are read less often; 0: no limit.",
            _checked(percent),
        ),
        Option("series.limit", 20000, "Series that one scrape may have.", count),
        Option("log.format", "logfmt", "Format of log lines.", choices=log.FORMATS),
        Option("log.level", "info", "Least level that is logged.", choices=log.LEVELS),
        Option(
            _DISABLE_DEFAULTS,
            False,
            "Collect nothing but what --collector.NAME switches on.",
            boolean,
        ),
        *(
            Option(f"collector.{name}", default, f"Collect {name} metrics.", boolean)
            for name, default in collectors.items()
        ),
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked settings, in the units of their names. Durations are seconds."""

    listen: tuple[Address, ...] = (LISTEN,)
    systemd_socket: bool = False
    web_config_file: str = ""
    telemetry_path: str = "/metrics"
    max_requests: int = 40
    disable_exporter_metrics: bool = False
    enable_profile: bool = False
    procfs: str = "/proc"
    sysfs: str = "/sys"
    rootfs: str = "/"
    host_id: str = ""
    docker_hosts: tuple[str, ...] = ("unix:///var/run/docker.sock",)
    scrape_interval: float = 15.0
    control: tuple[str, ...] = ()
    api_urls: tuple[str, ...] = ()
    api_secret_file: str = ""
    api_join_token_file: str = ""
    api_tls: ClientTls = _SYSTEM_TRUST
    storage_path: str = ""
    label_allow_list: tuple[str, ...] = LABEL_ALLOW_LIST
    cpu_budget: float = 5.0
    series_limit: int = 20000
    log_format: str = "logfmt"
    log_level: str = "info"
    collectors: frozenset[str] = frozenset()


def settings(resolved: Resolved) -> Settings:
    """Settings from the resolved options of `options`. Raises InvalidOption.

    `control` is empty where nothing is allowed: a `none` beside other words still means none.
    """
    values: Mapping[str, Any] = resolved.values
    control = values["control"]
    return Settings(
        listen=tuple(map(address, values["web.listen-address"])),
        systemd_socket=values["web.systemd-socket"],
        web_config_file=values["web.config.file"],
        telemetry_path=values["web.telemetry-path"],
        max_requests=values["web.max-requests"],
        disable_exporter_metrics=values["web.disable-exporter-metrics"],
        enable_profile=values["web.enable-profile"],
        procfs=values["path.procfs"],
        sysfs=values["path.sysfs"],
        rootfs=values["path.rootfs"],
        host_id=values["host.id"],
        docker_hosts=tuple(dict.fromkeys(values["docker.host"])),
        scrape_interval=duration(values["scrape.interval"]),
        control=() if "none" in control else control,
        api_urls=values["api.url"],
        api_secret_file=values["api.secret-file"],
        api_join_token_file=_join_token_file(values),
        api_tls=ClientTls(*(values[f"api.{name}-file"] for name in ("ca", "cert", "key"))),
        storage_path=values["storage.path"],
        label_allow_list=values["container.label-allow-list"],
        cpu_budget=percent(values["cpu.budget"]),
        series_limit=values["series.limit"],
        log_format=values["log.format"],
        log_level=values["log.level"],
        collectors=frozenset(_collectors(resolved)),
    )


def _join_token_file(values: Mapping[str, Any]) -> str:
    path = str(values["api.join-token-file"])
    if path and values["api.secret-file"]:
        raise InvalidOption("--api.join-token-file and --api.secret-file exclude each other")
    if path and not values["storage.path"]:
        raise InvalidOption("--api.join-token-file needs --storage.path, to keep the credential in")
    return path


def _collectors(resolved: Resolved) -> Iterator[str]:
    only_named = resolved[_DISABLE_DEFAULTS]
    for key, on in resolved.values.items():
        prefix, _, name = key.partition(".")
        named = not only_named or resolved.origins[key] != "default"
        if prefix == "collector" and key != _DISABLE_DEFAULTS and on and named:
            yield name
