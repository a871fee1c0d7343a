"""PromQL as Prometheus itself evaluates it, by promtool."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.docs.tools import run


def check(
    folder: Path,
    series: Mapping[str, str],
    told: Mapping[str, Iterable[Any]],
    at: str = "2m",
) -> None:
    """Each expression is answered with these samples; `series` in its notation, every 15 s."""
    test = {
        "interval": "15s",
        "input_series": [{"series": name, "values": text} for name, text in series.items()],
        "promql_expr_test": [
            {"expr": expression, "eval_time": at, "exp_samples": samples}
            for expression, samples in told.items()
        ],
    }
    file = folder / "test.yml"
    file.write_text(json.dumps({"rule_files": [], "tests": [test]}))
    run("promtool", "test", "rules", file)


def by_id(values: Mapping[str, float]) -> list[Any]:
    return [{"labels": f'{{container_id="{one}"}}', "value": v} for one, v in values.items()]
