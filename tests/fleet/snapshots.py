"""Snapshots and tunnel frames of made-up hosts and containers."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from promscope_api.graph.model import Metrics
from promscope_api.graph.snapshot import Container, Host, Link, ProcessGroup, Snapshot, Target
from promscope_wire import ids
from promscope_wire.frames import Change, ContainerRecord, Hello, Inventory

HOST_ID = "00000000000000aa"
HOST = f"host:{HOST_ID}"


def cid(number: int) -> str:
    """The node id of container `number`."""
    return f"container:{number:012x}"


def host(host_id: str = HOST_ID, **fields: Any) -> Host:
    target = Target(
        job="promscope",
        instance=fields.pop("instance", f"{host_id[-4:]}:10180"),
        host_id=host_id,
        up=fields.pop("up", True),
        down_reason=fields.pop("down_reason", ""),
        epoch=fields.pop("epoch", "e1"),
        sequence=fields.pop("sequence", 1),
        scraped_at=fields.pop("scraped_at", 1000.0),
    )
    name = fields.pop("hostname", f"box-{host_id[-2:]}")
    return Host(f"host:{host_id}", host_id, name, (target,), **fields)


def container(number: int, **fields: Any) -> Container:
    fields = {"name": f"c{number}", "state": "running", "host": HOST, "image": "shop"} | fields
    fields.setdefault("metrics", Metrics(cpu=0.1, memory=1e6))
    return Container(id=cid(number), **fields)


def process(owner: str, command: str, **fields: Any) -> ProcessGroup:
    fields = {"owner_name": owner, "host": HOST, "metrics": Metrics(cpu=0.1)} | fields
    return ProcessGroup(ids.processes(owner, command), owner, command=command, **fields)


def link(source: str, target: str, port: int = 80, **fields: Any) -> Link:
    fields = {"connections": 1.0, "transmit": 100.0, "receive": 200.0} | fields
    return Link(source, target, port, fields.pop("protocol", "tcp"), **fields)


def snapshot(
    hosts: Iterable[Host] = (),
    containers: Iterable[Container] = (),
    links: Iterable[Link] = (),
    processes: Iterable[ProcessGroup] = (),
    taken_at: float | None = 1000.0,
) -> Snapshot:
    return Snapshot(
        taken_at,
        {one.id: one for one in hosts or (host(),)},
        {one.id: one for one in containers},
        {one.id: one for one in processes},
        tuple(links),
    )


def shop(
    projects: int = 3, services: int = 6, replicas: int = 3, plain: int = 8, seed: int = 1
) -> Snapshot:
    """A host with compose projects whose services talk within their project and a little across,
    and with containers of no project."""
    random_of = random.Random(seed)
    containers: list[Container] = []
    links: list[Link] = []
    members: dict[tuple[int, int], list[str]] = {}
    for project in range(projects):
        for service in range(services):
            for _ in range(random_of.randint(1, replicas)):
                one = container(
                    len(containers),
                    compose_project=f"project-{project}",
                    compose_service=f"service-{service}",
                )
                containers.append(one)
                members.setdefault((project, service), []).append(one.id)
    for (project, service), nodes in members.items():
        for other in random_of.sample(range(services), min(2, services)):
            for node in nodes:
                peer = random_of.choice(members[project, other])
                if peer != node:
                    links.append(link(node, peer, 8000 + other))
        if service == 0:
            links.append(link(nodes[0], members[(project + 1) % projects, 0][0]))
    for _ in range(plain):
        containers.append(container(len(containers)))
    if containers:
        links += [link(containers[0].id, f"external:93.184.216.{n}", 443) for n in range(3)]
        links.append(link(HOST, containers[-1].id, 8080))
    return snapshot([host()], containers, links)


def record(number: int, state: str = "running", **fields: Any) -> ContainerRecord:
    fields = {"name": f"c{number}", "image": "shop:1", "image_id": "sha256:" + "ab" * 32} | fields
    return ContainerRecord(node=cid(number), id=f"{number:064x}", state=state, **fields)


def hello(epoch: str = "e1", host_id: str = HOST_ID, **fields: Any) -> Hello:
    fields = {"control": ("lifecycle",), "wall_clock": 0.0, "hostname": "box-aa"} | fields
    return Hello(1, host_id, version="0.1.0", epoch=epoch, **fields)


def inventory(sequence: int, *records: ContainerRecord, epoch: str = "e1") -> Inventory:
    return Inventory(epoch, sequence, records)


def change(
    sequence: int, number: int, state: str | None = "running", epoch: str = "e1", **fields: Any
) -> Change:
    """A numbered change; `state` None: removed."""
    body = None if state is None else record(number, state, **fields)
    return Change(epoch, sequence, state or "destroy", cid(number), body)
