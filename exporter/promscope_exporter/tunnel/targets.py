"""The container a request of the API is about, if this probe lets anything be done to it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from promscope_exporter.inventory import Inventory
from promscope_exporter.sources.docker_record import OPT_OUT_LABEL, opted_out
from promscope_wire.frames import ContainerRecord, Problem

_FULL_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Target:
    """`engine`: the address of the one that has it."""

    record: ContainerRecord
    engine: str


class Targets:
    """`allowed`: the groups of `--control`, usually none; `engines`: their addresses."""

    def __init__(
        self, allowed: Collection[str], inventory: Inventory, engines: Collection[str]
    ) -> None:
        self.allowed = tuple(allowed)
        self._inventory = inventory
        self._engines = engines

    def find(self, group: str, node: str) -> Target | Problem:
        """The container `node` for something of `group`, or why not."""
        if group not in self.allowed:
            return Problem(
                "vetoed",
                "Not allowed by the probe",
                "The probe of this host does not allow it; start promscope-exporter there with"
                f" --control={group}.",
            )
        container = self._inventory.containers().get(node)
        if container is None:
            return Problem("not-found", "Unknown id", "This host has no container with this id.")
        record = container.record
        if container.removed:
            detail = f"{record.name} does not exist any more."
            return Problem("gone", "The container is gone", detail)
        for label in (OPT_OUT_LABEL, f"promscope.{group}"):
            if opted_out(record, label):
                detail = f"{record.name} opted out by its label {label}."
                return Problem("vetoed", "Opted out", detail)
        if not _FULL_ID.fullmatch(record.id):
            return Problem("invalid", "Not a container id", "The engine's id is malformed.")
        if container.engine not in self._engines:
            detail = (
                f"{record.name} was recognised from its control group: no engine that"
                " --docker.host names has it, so nothing can be done to it here."
            )
            return Problem("vetoed", "No engine to ask", detail)
        return Target(record, container.engine)
