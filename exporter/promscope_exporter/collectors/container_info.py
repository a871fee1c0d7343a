"""The series that say what a container is: info, state, health, labels, times, limits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.catalogue import Family
from promscope_exporter.exposition.labels import AllowList
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import Series, series
from promscope_wire.frames import ContainerRecord

_IMAGE = re.compile(r"(?P<name>[^@]+?)(?::(?P<tag>[^:/@]+))?(?:@.*)?", re.DOTALL)


class Identity:
    """The handles of one container under one name. A rename makes a new one."""

    def __init__(self, record: ContainerRecord, allowed: AllowList) -> None:
        self.id = record.id[:12]
        self.name = record.name
        self._allowed = allowed
        self._record: ContainerRecord | None = None
        self._static: list[tuple[Series, float]] = []
        self._gauges: dict[str, Series] = {}
        self._events: dict[str, Series] = {}

    def renamed(self, record: ContainerRecord) -> Identity:
        """Under another name: other series, which continue the counters."""
        other = Identity(record, self._allowed)
        other._events = {
            event: other.counter(catalogue.CONTAINER_EVENTS, False, event) for event in self._events
        }
        return other

    def counter(self, family: Family, newborn: bool, *labels: str) -> Series:
        """A counter of this container."""
        return series(family, self.id, self.name, *labels, newborn=newborn)

    def gauge(self, family: Family) -> Series:
        known = self._gauges.get(family.name)
        if known is None:
            known = self._gauges[family.name] = series(family, self.id, self.name)
        return known

    def write(self, page: Page, record: ContainerRecord, events: Mapping[str, int]) -> None:
        """Everything descriptive; the text is made anew only when the record changed."""
        if record is not self._record:
            self._record = record
            self._static = self._describe(record)
            labels = self._allowed.pick(record.labels)
            if labels:
                family = catalogue.CONTAINER_LABEL_INFO
                self._static.append((series(family, self.id, self.name, extra=labels), 1))
        for handle, value in self._static:
            page.write(handle, value)
        for event, count in events.items():
            handle = self._events.get(event) or self.counter(
                catalogue.CONTAINER_EVENTS, True, event
            )
            self._events[event] = handle
            page.write(handle, count)

    def _describe(self, record: ContainerRecord) -> list[tuple[Series, float]]:
        def line(family: Family, value: float, *labels: str | None) -> None:
            lines.append((series(family, self.id, self.name, *labels), value))

        lines: list[tuple[Series, float]] = []
        line(catalogue.CONTAINER_INFO, 1, *_info(record))
        for state in catalogue.CONTAINER_STATES:
            line(catalogue.CONTAINER_STATE, int(state == record.state), state)
        if record.health and record.state != "removed":
            for health in catalogue.CONTAINER_HEALTH:
                line(catalogue.CONTAINER_HEALTH_STATE, int(health == record.health), health)
        for family, value in (
            (catalogue.CONTAINER_CREATED, record.created or None),
            (catalogue.CONTAINER_STARTED, record.started or None),
            (catalogue.CONTAINER_CPU_LIMIT, record.cpu_limit_cores),
            (catalogue.CONTAINER_MEMORY_LIMIT, record.memory_limit_bytes),
            (catalogue.CONTAINER_PIDS_LIMIT, record.pids_limit),
        ):
            if value is not None:
                line(family, value)
        return lines


def _info(record: ContainerRecord) -> tuple[str | None, ...]:
    """The values of `promscope_container_info` behind container_id and name."""
    label = record.labels.get
    found = _IMAGE.fullmatch(record.image)
    digest = record.image_id.removeprefix("sha256:")[:12]
    image: str | None
    if record.image.startswith("sha256:") or found is None:
        image, tag = record.image[:19] or None, None
    else:
        image, tag = found["name"], found["tag"]
    return (
        label("io.kubernetes.container.name") or record.name,
        image,
        tag,
        digest or None,
        record.runtime,
        record.network_mode or None,
        label("com.docker.compose.project") or None,
        label("com.docker.compose.service") or None,
        label("io.kubernetes.pod.name") or None,
        label("io.kubernetes.pod.uid") or None,
        label("io.kubernetes.pod.namespace") or None,
    )
