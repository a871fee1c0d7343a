"""Collectors register themselves here; the runner makes and calls them.

A collector is a class decorated with `@collector("name")`. It is made once with a `Context`
and called from the one collector thread:

    collect(page)  write the samples of one collection; raise `Partial` after writing what
                   there is when something is missing, anything else when it failed
    close()        let go of everything it holds
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from promscope_exporter.activity import Activities
from promscope_exporter.commands import Commands
from promscope_exporter.exposition.page import Page
from promscope_exporter.host import Host
from promscope_exporter.inventory import Inventory
from promscope_exporter.ladder import Ladder
from promscope_exporter.settings import Settings
from promscope_exporter.sources.clock import Clock
from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.status import Status


class Partial(Exception):
    """The collector wrote what it could; the message says what is missing and the remedy."""


@dataclass(frozen=True, slots=True)
class Context:
    """What collectors work with. `status` takes capabilities, lost events and drops."""

    settings: Settings
    host: Host
    clock: Clock
    procfs: Procfs
    inventory: Inventory
    commands: Commands
    status: Status = field(default_factory=Status)
    ladder: Ladder = field(default_factory=Ladder)
    activities: Activities = field(default_factory=Activities)


class Collector(Protocol):
    def collect(self, page: Page) -> None: ...

    def close(self) -> None: ...


_LINUX, _PORTABLE = "promscope_exporter.collectors", "promscope_exporter.portable"

Factory = Callable[[Context], Collector]


@dataclass(frozen=True, slots=True)
class Registration:
    """`default`: on unless switched off; lower `order` collects first."""

    name: str
    factory: Factory
    default: bool
    order: int


_registered: dict[tuple[str, str], Registration] = {}

Made = TypeVar("Made", bound=Factory)


def collector(name: str, *, default: bool = True, order: int = 50) -> Callable[[Made], Made]:
    """Register the decorated class as collector `name` (`--collector.NAME`)."""

    def register(factory: Made) -> Made:
        key = (factory.__module__.rpartition(".")[0], name)
        if key in _registered:
            raise ValueError(f"two collectors are named {name}")
        _registered[key] = Registration(name, factory, default, order)
        return factory

    return register


def is_linux() -> bool:
    return sys.platform.startswith("linux")


def discover() -> Mapping[str, Registration]:
    """Import the collectors of this system: every module of `collectors` on Linux, of `portable`
    elsewhere. They come in the order they collect."""
    package = _LINUX if is_linux() else _PORTABLE
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        importlib.import_module(f"{package}.{module.name}")
    found = [one for (place, _), one in _registered.items() if place == package]
    return {one.name: one for one in sorted(found, key=lambda one: (one.order, one.name))}
