"""The checked-in dashboards, as tests read them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.docs.promql import ROOT

FILES = sorted((ROOT / "grafana" / "dashboards").glob("*.json"))

_BUILT_IN = {
    "$__rate_interval": "1m",
    "$__range_s": "3600",
    "$__range": "1h",
    "$__interval": "15s",
}


def load(file: Path) -> Mapping[str, Any]:
    board: Mapping[str, Any] = json.loads(file.read_text())
    return board


def panels(board: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every panel that shows something: rows left out."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def variables(board: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(board["templating"]["list"])


def queries(board: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The title of its panel and the target, for each query to Prometheus."""
    return [
        (panel["title"], target)
        for panel in panels(board)
        for target in panel["targets"]
        if target["datasource"]["type"] == "prometheus"
    ]


def questions(board: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The title of its panel and the target, for each query to the Promscope data source."""
    return [
        (panel["title"], target)
        for panel in panels(board)
        for target in panel["targets"]
        if target["datasource"]["type"] == "promscope-topology-datasource"
    ]


def substitute(
    expression: str, board: Mapping[str, Any], values: Mapping[str, str] | None = None
) -> str:
    """The expression as Grafana would send it; `values` of variables, All for the others."""
    for name, value in _BUILT_IN.items():
        expression = expression.replace(name, value)
    for variable in variables(board):
        value = (values or {}).get(variable["name"], variable.get("allValue", ".+"))
        expression = expression.replace(f"${variable['name']}", value)
    assert "$" not in expression, expression
    return expression
