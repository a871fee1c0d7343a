"""One round of queries: asked in parallel, parsed with the cyclic collector off."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from promscope_api.graph.answers import Recalled, Round, numbers
from promscope_api.graph.build import build
from promscope_api.graph.hosts import answering, key_of
from promscope_api.graph.merge import PastOwners
from promscope_api.graph.networks import Networks
from promscope_api.graph.reverse_dns import ReverseDns
from promscope_api.graph.snapshot import Snapshot
from promscope_api.prometheus import queries
from promscope_api.prometheus.answer import Sample, parse, sample_decoder
from promscope_api.prometheus.backends import Source
from promscope_api.prometheus.client import CONNECTIONS
from promscope_api.prometheus.labels import TargetLabels
from promscope_wire import ids

#: Targets that are down and are asked about in one round; the others follow in the next rounds.
RECALLS_PER_ROUND = 50

#: Told how long a stage (query, build) took, in seconds.
Observe = Callable[[str, float], None]


class Refresher:
    """Asks Prometheus and builds snapshots: of now in one thread at a time, of the past in any.

    `networks` and `names` say what peers outside are called.
    """

    def __init__(
        self,
        source: Source,
        scope: queries.Scope,
        observe: Observe = lambda _stage, _seconds: None,
        networks: Networks | None = None,
        names: ReverseDns | None = None,
    ) -> None:
        self._source = source
        self._scope = scope
        self._pool = ThreadPoolExecutor(CONNECTIONS, "promql")
        self._observe = observe
        self._past = PastOwners()
        self._networks = networks
        self._names = names
        self._remembered: dict[TargetLabels, tuple[float, Recalled]] = {}

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._source.close()

    def snapshot(self, at: float | None = None) -> Snapshot:
        """The snapshot of now, or as of a past moment in Unix seconds. Raises BadAnswer
        (Unreachable too): the round failed as a whole.
        """
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            started = time.perf_counter()
            answers = self._round(at)
            asked = time.perf_counter()
            self._observe("query", asked - started)
            snapshot = build(answers, self._past if at is None else None, self._networks)
            if self._names is not None:
                names = self._names.names(_outside(snapshot))
                snapshot = msgspec.structs.replace(snapshot, names=names)
            self._observe("build", time.perf_counter() - asked)
            return snapshot
        finally:
            if was_enabled:
                gc.enable()

    def _round(self, at: float | None) -> Round:
        live = self._ask(
            [
                *queries.probe_queries(self._scope),
                *queries.node_queries(self._scope),
                *queries.edge_queries(self._scope),
            ],
            at,
        )
        # A target that died between the first of these answers and the last is down in all of them.
        again = self._ask([queries.sequence(self._scope)], at)["sequence"]
        still = {key_of(s.metric) for s in again}
        live["sequence"] = [s for s in live["sequence"] if key_of(s.metric) in still]
        alive = answering(live)
        down = [s.metric for s in live["probes"] if key_of(s.metric) not in alive]
        targets = {TargetLabels(job=labels.job, instance=labels.instance) for labels in down}
        before = self._remembered if at is None else {}
        remembered = {t: kept for t, kept in before.items() if t in targets}
        last = self._last_scrapes(targets, at) if targets else {}
        for target in sorted(targets - remembered.keys(), key=key_of)[:RECALLS_PER_ROUND]:
            if target in last:
                remembered[target] = (last[target], self._recall(target, last[target]))
        if at is None:
            self._remembered = remembered
        moments = {target: moment for target, (moment, _) in remembered.items()}
        return Round(live, tuple(kept for _, kept in remembered.values()), moments)

    def _last_scrapes(
        self, targets: Iterable[TargetLabels], at: float | None
    ) -> dict[TargetLabels, float]:
        query = queries.last_scrapes(self._scope, sorted({target.instance for target in targets}))
        found: dict[TargetLabels, float] = numbers(self._ask([query], at), query.name, lambda t: t)
        return found

    def _recall(self, target: TargetLabels, at: float) -> Recalled:
        """Everything the target said in its last scrape."""
        scope = queries.of_target(self._scope, target.job, target.instance)
        asked = [
            *queries.sequence_queries(scope),
            *queries.node_queries(scope),
            *queries.edge_queries(scope),
        ]
        return Recalled(target, self._ask(asked, at))

    def _ask(
        self, asked: list[queries.Query], at: float | None = None
    ) -> dict[str, list[Sample[Any]]]:
        def one(query: queries.Query) -> list[Sample[Any]]:
            return parse(self._source.query(query.promql, at), sample_decoder(query.labels))

        answers = list(self._pool.map(one, asked))
        return {query.name: answer for query, answer in zip(asked, answers, strict=True)}


def _outside(snapshot: Snapshot) -> set[str]:
    """The addresses of the peers that nobody owns."""
    ends = {end for link in snapshot.links for end in (link.source, link.target)}
    return {ids.parse(end).parts[0] for end in ends if end.startswith("external:")}
