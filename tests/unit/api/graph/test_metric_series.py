"""Series of one metric: the greatest first, and never too many."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from promscope_api.graph.metric_series import LISTED, MAX_SERIES, MetricSeriesReader
from promscope_api.prometheus.answer import BadAnswer
from promscope_api.prometheus.metric_query import BadQuery
from promscope_api.prometheus.queries import Scope


class Prometheus:
    def __init__(self, *series: tuple[str, list[str]], selected: int = 1) -> None:
        self.series, self.selected = series, selected
        self.asked: list[str] = []

    def query(self, promql: str, at: float | None = None) -> bytes:
        self.asked.append(promql)
        return _answer([{"metric": {}, "value": [at, str(self.selected)]}])

    def query_range(self, promql: str, start: float, end: float, step: float) -> bytes:
        self.asked.append(promql)
        return _answer(
            [
                {
                    "metric": {"__name__": "promscope_x", "name": name},
                    "values": [[start + n * step, value] for n, value in enumerate(values)],
                }
                for name, values in self.series
            ]
        )


def _answer(result: list[Any]) -> bytes:
    return msgspec.json.encode({"status": "success", "data": {"result": result}})


def read(backend: Any, **fields: Any) -> Any:
    fields = {
        "name": "promscope_x", "matches": (), "by": (), "function": "sum", "start": 0.0,
        "end": 60.0, "step": 15,
    } | fields  # fmt: skip
    return MetricSeriesReader(backend, Scope(15.0), lambda: 1000.0).read(**fields)


def test_greatest_first_and_what_is_no_number_left_out() -> None:
    found = read(Prometheus(("small", ["9", "1"]), ("big", ["NaN", "5"])))
    assert [series.labels for series in found.series] == [{"name": "big"}, {"name": "small"}]
    assert found.series[0].points == [(15.0, 5.0)]
    assert not found.truncated


def test_number_of_series_is_asked_first() -> None:
    backend = Prometheus(selected=MAX_SERIES + 1)
    with pytest.raises(BadQuery, match="narrow"):
        read(backend)
    assert len(backend.asked) == 1
    assert backend.asked[0].startswith("count(")


def test_list_is_bounded() -> None:
    found = read(Prometheus(*((f"c{n}", [str(n)]) for n in range(LISTED + 1))))
    assert (len(found.series), found.truncated) == (LISTED, True)


def test_garbage() -> None:
    with pytest.raises(BadAnswer):
        read(Prometheus(("odd", ["x"])))
