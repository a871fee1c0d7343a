"""Bytes on long-lived edges against what the shop's clients say they sent and received."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.acceptance.backend import Backend, Sample
from tests.acceptance.patience import until
from tests.acceptance.traffic import Link, Traffic


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of one edge over a window: payload bytes measured, and bytes of truth."""

    link: Link
    way: str
    seconds: float
    measured: float
    truth: float

    @property
    def error(self) -> float:
        """A share of the truth; a truth of nothing must be measured as nothing."""
        if not self.truth:
            return float("inf") if self.measured else 0.0
        return abs(self.measured - self.truth) / self.truth


def read(backend: Backend, traffic: Traffic, seconds: int) -> list[Reading]:
    """Both ways of every long-lived tcp pair over about the next `seconds`."""
    pairs = list(traffic.long_lived())
    until(
        lambda: all(_samples(backend, link, where, "transmit", 30) for link, where, _ in pairs),
        "counters of every long-lived pair",
        60,
    )
    # One log line beyond the last sample is needed to know what had been sent by then.
    time.sleep(seconds)
    windows = {
        (link, way): _samples(backend, link, where, way, seconds)
        for link, where, _ in pairs
        for way in ("transmit", "receive")
    }
    time.sleep(2)
    readings = []
    for link, where, client in pairs:
        ledger = traffic.ledger(client, where, link.port)
        for way, exchanged in (("transmit", ledger.sent), ("receive", ledger.received)):
            samples = windows[link, way]
            first, last = samples[0], samples[-1]
            assert last.at - first.at > seconds / 3, f"too few samples of {link}"
            truth = ledger.between(exchanged, first.at, last.at)
            measured = last.value - first.value
            readings.append(Reading(link, way, last.at - first.at, measured, truth))
    return readings


def _samples(
    backend: Backend, link: Link, addresses: set[str], way: str, seconds: int
) -> list[Sample]:
    """The counter of one edge, all of its processes together; empty while there is none."""
    selector = (
        f'promscope_edge_{way}_bytes_total{{source="{link.source}",'
        f'peer_port="{link.port}",protocol="{link.protocol}"}}'
    )
    totals: dict[float, float] = {}
    for labels, samples in backend.samples(selector, seconds):
        if labels["peer_ip"] in addresses:
            for sample in samples:
                totals[sample.at] = totals.get(sample.at, 0.0) + sample.value
    return [Sample(at, value) for at, value in sorted(totals.items())]
