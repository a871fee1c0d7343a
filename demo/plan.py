"""The plan of the shop, read from services.toml and pairs.toml."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).resolve().parent
State = Literal["running", "paused", "exited"]


@dataclass(frozen=True, slots=True)
class Listen:
    kind: str
    port: int


@dataclass(frozen=True, slots=True)
class Service:
    """One service; the comments of services.toml say what the fields mean.

    `published` is the port inside the container that the host publishes.
    """

    name: str
    networks: tuple[str, ...]
    listens: tuple[Listen, ...] = ()
    command: str = ""
    replicas: int = 1
    published: int | None = None
    state: State = "running"
    exit: int = 0
    health: str = ""
    project: str = ""
    options: tuple[str, ...] = ()

    @property
    def is_redis(self) -> bool:
        return any(listen.kind == "redis" for listen in self.listens)


@dataclass(frozen=True, slots=True)
class Pair:
    """One talking pair of services; the comments of pairs.toml say what the fields mean."""

    client: str
    server: str
    port: int
    protocol: str
    kind: str
    life: str
    every: float
    payload: int | None = None
    through: str | None = None

    @property
    def bytes_per_second(self) -> float | None:
        """What the client sends, where it is known to the byte."""
        return self.payload / self.every if self.payload else None


@dataclass(frozen=True, slots=True)
class Plan:
    networks: tuple[str, ...]
    services: tuple[Service, ...]
    pairs: tuple[Pair, ...]

    def containers(self, shop: str) -> dict[str, Service]:
        """Container name → service, as docker-compose would name them."""
        return {
            f"{project(shop, service)}-{service.name}-{number}": service
            for service in self.services
            for number in range(1, service.replicas + 1)
        }

    def orders(self, service: Service, addresses: dict[str, tuple[str, int]]) -> str:
        """The JSON that container/service.py works by.

        `addresses`: where "published" and "outside" lead to; a pair without one is left out.
        """
        talks = []
        for pair in self.pairs:
            if pair.client != service.name or pair.kind == "shell":
                continue
            if pair.through is None:
                host, port = pair.server, pair.port
            elif pair.through in addresses:
                host, port = addresses[pair.through]
            else:
                continue
            talks.append(
                {
                    "kind": pair.kind, "host": host, "port": port, "life": pair.life,
                    "every": pair.every, "payload": pair.payload, "name": pair.server,
                }
            )  # fmt: skip
        listens = [{"kind": one.kind, "port": one.port} for one in service.listens]
        return json.dumps({"name": service.name, "listens": listens, "talks": talks})


def project(shop: str, service: Service) -> str:
    """The docker-compose project of a service of the shop."""
    return f"{shop}-{service.project}" if service.project else shop


def load(folder: Path = HERE) -> Plan:
    """The plan. Raises ValueError if the two files do not fit together."""
    services = tomllib.loads((folder / "services.toml").read_text())
    pairs = tomllib.loads((folder / "pairs.toml").read_text())
    plan = Plan(
        tuple(services["networks"]),
        tuple(map(_service, services["service"])),
        tuple(Pair(**entry) for entry in pairs["pair"]),
    )
    _check(plan)
    return plan


def _service(entry: dict[str, Any]) -> Service:
    fields = dict(entry)
    fields["listens"] = tuple(Listen(**one) for one in fields.get("listens", ()))
    for name in ("networks", "options"):
        fields[name] = tuple(fields.get(name, ()))
    return Service(**fields)


def _check(plan: Plan) -> None:
    known = {service.name: service for service in plan.services}
    for pair in plan.pairs:
        if pair.client not in known:
            raise ValueError(f"pairs.toml: no service {pair.client!r}")
        if (pair.kind == "shell") != bool(known[pair.client].command):
            raise ValueError(f"pairs.toml: {pair.client} has a command, or it has not")
        if pair.through == "outside":
            continue
        ports = {listen.port for listen in known[pair.server].listens}
        if pair.port not in ports:
            raise ValueError(f"pairs.toml: {pair.server} does not listen on {pair.port}")
        shared = set(known[pair.client].networks) & set(known[pair.server].networks)
        if not shared and pair.through is None:
            raise ValueError(f"pairs.toml: {pair.client} and {pair.server} share no network")
