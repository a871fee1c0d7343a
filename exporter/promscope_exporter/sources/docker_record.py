"""What the Docker Engine says of a container → `ContainerRecord` (Engine API v1.24 and later)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from promscope_exporter import masking
from promscope_exporter.exposition.catalogue import CONTAINER_STATES
from promscope_wire import ids
from promscope_wire.frames import ContainerRecord, Count, Mount, Network, Port, Whole

OPT_OUT_LABEL = "promscope.enable"
DOCKER, PODMAN = "docker", "podman"

#: Longer texts and lists of the engine are cut: one container must not fill the tunnel.
_MAX_TEXT = 4096
_MAX_ITEMS = 256

_NO_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_STATES = {"removing": "exited", "stopped": "exited", "configured": "created"}


class Unreadable(Exception):
    """The engine's description cannot be understood; the message says what is wrong."""


class _Api(msgspec.Struct, rename="pascal"):
    """Null where Docker has nothing; unknown fields are ignored."""


class _Health(_Api):
    status: str = ""


class _State(_Api):
    status: str = ""
    pid: Count = 0
    exit_code: Whole = 0
    started_at: str = ""
    finished_at: str = ""
    health: _Health | None = None


class _Config(_Api):
    image: str = ""
    labels: dict[str, str] | None = None
    env: list[str] | None = None
    exposed_ports: dict[str, Any] | None = None
    annotations: dict[str, str] | None = None


class _RestartPolicy(_Api):
    name: str = ""


class _HostConfig(_Api):
    network_mode: str = ""
    restart_policy: _RestartPolicy | None = None
    nano_cpus: Whole = 0
    cpu_quota: Whole = 0
    cpu_period: Whole = 0
    memory: Whole = 0
    pids_limit: Whole | None = None
    annotations: dict[str, str] | None = None


class _Binding(_Api):
    host_ip: str = ""
    host_port: str = ""


class _Network(_Api):
    ip_address: str = msgspec.field(default="", name="IPAddress")
    ipv6_address: str = msgspec.field(default="", name="GlobalIPv6Address")
    mac_address: str = ""


class _NetworkSettings(_Api):
    ports: dict[str, list[_Binding] | None] | None = None
    networks: dict[str, _Network | None] | None = None


class _GraphDriver(_Api):
    """`data` of overlay2, the driver of nearly everybody, has UpperDir; others have other words."""

    data: dict[str, Any] | None = None


class _Mount(_Api):
    type: str = ""
    name: str = ""
    source: str = ""
    destination: str = ""
    rw: bool = msgspec.field(default=True, name="RW")


class _Inspected(_Api):
    id: str
    name: str = ""
    created: str = ""
    image: str = ""
    restart_count: Count = 0
    state: _State = msgspec.field(default_factory=_State)
    config: _Config = msgspec.field(default_factory=_Config)
    host_config: _HostConfig = msgspec.field(default_factory=_HostConfig)
    network_settings: _NetworkSettings = msgspec.field(default_factory=_NetworkSettings)
    mounts: list[_Mount] | None = None
    graph_driver: _GraphDriver | None = None


class Listed(_Api):
    """One item of `GET /containers/json`."""

    id: str
    names: list[str] | None = None
    image: str = ""
    image_id: str = msgspec.field(default="", name="ImageID")
    created: Whole = 0
    state: str = ""
    status: str = ""
    labels: dict[str, str] | None = None


_inspected = msgspec.json.Decoder(_Inspected)
_items = msgspec.json.Decoder(list[msgspec.Raw])
_listed = msgspec.json.Decoder(Listed)

log = logging.getLogger(__name__)


def listed(answer: bytes) -> list[Listed]:
    """The answer to `GET /containers/json`; an item that is none is left out, and logged.
    Raises Unreadable when it is no list."""
    try:
        items = _items.decode(answer)
    except _NO_JSON as error:
        raise Unreadable(f"the engine's list of containers: {error}") from error
    found = []
    for item in items:
        try:
            found.append(_listed.decode(item))
        except _NO_JSON as error:
            log.warning("a container is left out of the engine's list: %s", error)
    return found


def from_inspect(answer: bytes, runtime: str = DOCKER) -> ContainerRecord:
    """The answer to `GET /containers/{id}/json`. Raises Unreadable."""
    try:
        it = _inspected.decode(answer)
        node = ids.container(it.id)
    except (*_NO_JSON, ids.InvalidId) as error:
        raise Unreadable(f"the engine's description of a container: {error}") from error
    running = it.state.pid > 0
    limits = it.host_config
    return ContainerRecord(
        node=node,
        id=it.id,
        name=_clip(it.name.removeprefix("/")),
        image=_clip(it.config.image),
        image_id=it.image,
        state=state(it.state.status),
        created=_time(it.created),
        started=_time(it.state.started_at),
        finished=_time(it.state.finished_at),
        exit_code=None if running or not _time(it.state.finished_at) else it.state.exit_code,
        health=_health(it.state.health),
        runtime=runtime,
        pid=it.state.pid,
        network_mode=_clip(limits.network_mode),
        restart_policy=limits.restart_policy.name if limits.restart_policy else "",
        restarts=it.restart_count,
        labels=_labels(it.config.labels),
        annotations=_labels({**(it.config.annotations or {}), **(limits.annotations or {})}),
        environment=_environment(it.config.env or ()),
        ports=_ports(it.network_settings.ports, it.config.exposed_ports),
        mounts=tuple(
            Mount(
                one.type or ("volume" if one.name else "bind"),
                _clip(one.source),
                _clip(one.destination),
                not one.rw,
                _clip(one.name),
            )
            for one in (it.mounts or ())[:_MAX_ITEMS]
        ),
        networks=_networks(it.network_settings.networks),
        cpu_limit_cores=_cores(limits),
        memory_limit_bytes=limits.memory or None,
        pids_limit=limits.pids_limit if limits.pids_limit and limits.pids_limit > 0 else None,
        layer=_layer(it.graph_driver),
    )


def from_listed(item: Listed, runtime: str = DOCKER) -> ContainerRecord:
    """What the list alone tells: for a container that the engine cannot describe just now.
    Raises Unreadable."""
    try:
        node = ids.container(item.id)
    except ids.InvalidId as error:
        raise Unreadable(str(error)) from error
    return ContainerRecord(
        node=node,
        id=item.id,
        name=_clip((item.names or [item.id[:12]])[0].removeprefix("/")),
        image=_clip(item.image),
        image_id=item.image_id,
        state=state(item.state or _spoken(item.status)),
        created=float(item.created),
        runtime=runtime,
        labels=_labels(item.labels),
    )


def from_event(
    container_id: str, attributes: Mapping[str, str], when: float, runtime: str = DOCKER
) -> ContainerRecord:
    """What a `create` event alone tells (its attributes hold the labels too). Raises
    Unreadable."""
    try:
        node = ids.container(container_id)
    except ids.InvalidId as error:
        raise Unreadable(str(error)) from error
    name = _clip(attributes.get("name", container_id[:12]))
    labels = {key: value for key, value in attributes.items() if key not in ("name", "image")}
    return ContainerRecord(
        node=node,
        id=container_id,
        name=name,
        image=_clip(attributes.get("image", "")),
        image_id="",
        state="created",
        created=when,
        runtime=runtime,
        labels=_labels(labels),
    )


def opted_out(record: ContainerRecord, label: str = OPT_OUT_LABEL) -> bool:
    """Whether the container's label says no: by default, to being shown anywhere."""
    return record.labels.get(label, "").strip().lower() in ("false", "no", "off", "0")


def state(status: str) -> str:
    """The state of our set for an engine's word."""
    known = _STATES.get(status, status)
    return known if known in CONTAINER_STATES else "created"


def _spoken(status: str) -> str:
    """The state in the words for people, which are all that API 1.22 has in its list."""
    if status.endswith("(Paused)"):
        return "paused"
    word = status.partition(" ")[0].lower()
    return {"up": "running", "exit": "exited"}.get(word, word)


def _health(health: _Health | None) -> str:
    return "" if health is None or health.status == "none" else health.status


def _time(text: str) -> float:
    if not text or text.startswith("0001-"):
        return 0.0
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def _cores(limits: _HostConfig) -> float | None:
    if limits.nano_cpus > 0:
        return limits.nano_cpus / 1e9
    if limits.cpu_quota > 0:
        return limits.cpu_quota / (limits.cpu_period or 100_000)
    return None


def _clip(text: str) -> str:
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"


def _labels(labels: Mapping[str, str] | None) -> dict[str, str]:
    kept = list((labels or {}).items())[:_MAX_ITEMS]
    return masking.values({_clip(name): _clip(value) for name, value in kept})


def _environment(settings: Iterable[str]) -> dict[str, str]:
    known = masking.environment(list(settings)[:_MAX_ITEMS])
    return {_clip(name): value for name, value in known.items()}


def _layer(driver: _GraphDriver | None) -> str:
    folder = (driver.data or {}).get("UpperDir") if driver else None
    return folder if isinstance(folder, str) and len(folder) <= _MAX_TEXT else ""


def _ports(
    published: Mapping[str, list[_Binding] | None] | None, exposed: Mapping[str, Any] | None
) -> tuple[Port, ...]:
    ports: dict[Port, None] = {}
    for key in {**(exposed or {}), **(published or {})}:
        number, _, protocol = key.partition("/")
        if _port(number) is None:
            continue
        bindings = (published or {}).get(key) or [_Binding()]
        for one in bindings:
            host_port = _port(one.host_port) or 0
            ports[Port(_port(number) or 0, protocol or "tcp", one.host_ip, host_port)] = None
    return tuple(ports)[:_MAX_ITEMS]


def _port(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 5 and int(text) <= 65535 else None


def _networks(networks: Mapping[str, _Network | None] | None) -> tuple[Network, ...]:
    found = []
    for name, network in list((networks or {}).items())[:_MAX_ITEMS]:
        one = network or _Network()
        addresses = tuple(filter(None, (one.ip_address, one.ipv6_address)))
        found.append(Network(_clip(name), addresses, one.mac_address))
    return tuple(found)
