"""Who is reached where: the endpoint and listen families."""

from __future__ import annotations

from collections.abc import Iterator

from promscope_exporter.collectors.registry import Context, collector
from promscope_exporter.edges import tracker
from promscope_exporter.edges.addresses import endpoints
from promscope_exporter.edges.placing import PROXY
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series
from promscope_exporter.sources.address import text

#: Docker answers names there, in the namespace of each container: nobody else's listener.
_DOCKER_RESOLVER = bytes((127, 0, 0, 11))

Labels = tuple[str | None, ...]


@collector("listen", order=61)
class ListenCollector:
    """endpoint_info and listen_info. A published port stands for docker-proxy's own listener."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._commands = context.commands
        self._tracker = tracker.acquire(context)
        self._endpoints: dict[Labels, Series] = {}
        self._listens: dict[Labels, Series] = {}

    def collect(self, page: Page) -> None:
        self._tracker.collect(page.now)
        self._tracker.read(lambda: self._write(page))

    def close(self) -> None:
        tracker.release(self._context)

    def _write(self, page: Page) -> None:
        found = self._endpoint_labels()
        self._endpoints = _written(page, catalogue.ENDPOINT_INFO, found, self._endpoints)
        found = self._listen_labels()
        self._listens = _written(page, catalogue.LISTEN_INFO, found, self._listens)

    def _endpoint_labels(self) -> Iterator[Labels]:
        spaces = self._tracker.spaces.all()
        for owner, ip, netns, routable in endpoints(spaces, self._tracker.owners.host):
            yield (*owner, text(ip), netns, "true" if routable else "false")

    def _listen_labels(self) -> Iterator[Labels]:
        host = self._tracker.spaces.host
        published = self._tracker.published
        for port in published.all():
            yield (
                *port.owner, None, text(port.ip), str(port.port), port.protocol, host.label,
                str(port.target_port),
            )  # fmt: skip
        for space, one in self._tracker.listeners.items():
            if one.ip == _DOCKER_RESOLVER:
                continue
            command = self._tracker.processes.command(one.inode)
            proxied = space is host and published.at(one.protocol, (one.ip, one.port))
            if proxied and command in (PROXY, None):
                continue
            process = self._commands.admit(one.owner.node, command) if command else None
            yield (
                *one.owner, process, text(one.ip), str(one.port), one.protocol, space.label, None,
            )  # fmt: skip


def _written(
    page: Page, family: catalogue.Family, found: Iterator[Labels], known: dict[Labels, Series]
) -> dict[Labels, Series]:
    """Write 1 for each; the handles that are still in use."""
    used: dict[Labels, Series] = {}
    for labels in found:
        if labels not in used:
            used[labels] = known.get(labels) or series(family, *labels)
            page.write(used[labels], 1)
    return used
