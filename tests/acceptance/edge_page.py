"""The edges of a real exporter's page, and an exporter that serves nothing but them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from stack.child import Process, healthy, tail
from stack.places import script
from tests.acceptance.patience import until
from tests.acceptance.product import free_port

Labels = dict[str, str]


@dataclass(slots=True)
class Tally:
    """What edges count together; `labels` are those of each."""

    labels: list[Labels]
    connects: float = 0
    transmit: float = 0
    receive: float = 0


_COUNTS = {
    "connects_total": "connects",
    "transmit_bytes_total": "transmit",
    "receive_bytes_total": "receive",
}


class EdgePage:
    """An exporter's `/metrics`, asked anew each time."""

    def __init__(self, url: str) -> None:
        self._url = url

    def samples(self) -> Iterator[tuple[str, Labels, float]]:
        page = requests.get(self._url, timeout=30)
        page.raise_for_status()
        for family in text_string_to_metric_families(page.text):
            for sample in family.samples:
                yield sample.name, sample.labels, sample.value

    def tally(self, side: str = "edge", **wanted: object) -> Tally:
        """The sums of the edges (or `inbound`) whose labels are as wanted."""
        found = Tally([])
        seen: dict[str, Labels] = {}
        totals: dict[str, float] = defaultdict(float)
        for name, labels, value in self.samples():
            kind = name.removeprefix(f"promscope_{side}_")
            if kind in _COUNTS and all(labels.get(k) == str(v) for k, v in wanted.items()):
                totals[_COUNTS[kind]] += value
                seen[repr(sorted(labels.items()))] = labels
        found.labels = list(seen.values())
        for attribute, total in totals.items():
            setattr(found, attribute, total)
        return found


@contextmanager
def exporter(folder: Path, *flags: str) -> Iterator[EdgePage]:
    """An exporter that is meant to be asked every second, and has been asked once."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = Process(
        "exporter",
        [
            script("promscope-exporter"),
            f"--web.listen-address=127.0.0.1:{port}",
            "--scrape.interval=1s",
            *flags,
        ],
        folder / "exporter.log",
        f"{address}/-/healthy",
    )
    process.start()
    try:
        until(lambda: healthy(process.health), f"a healthy exporter: {tail(process.log)}", 60)
        page = EdgePage(f"{address}/metrics?collect[]=edge&collect[]=listen&collect[]=self")
        until(lambda: list(page.samples()), "its first page", 60)
        yield page
    finally:
        process.stop()
