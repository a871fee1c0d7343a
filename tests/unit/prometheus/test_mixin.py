"""prometheus/mixin: the same dashboards and rules, evaluated by a Jsonnet of its own."""

from __future__ import annotations

import json
from typing import Any

import _gojsonnet
import yaml

from tests.docs.dashboards import FILES, load
from tests.docs.promql import ROOT

_MIXIN = ROOT / "prometheus" / "mixin" / "mixin.libsonnet"
_RULES = ROOT / "prometheus" / "rules"


def _evaluated() -> dict[str, Any]:
    """Its three parts, which a mixin hides."""
    parts = ", ".join(
        f"{name}: mixin.{name}"
        for name in ("grafanaDashboards", "prometheusRules", "prometheusAlerts")
    )
    code = f"local mixin = import '{_MIXIN}'; {{ {parts} }}"
    found: dict[str, Any] = json.loads(_gojsonnet.evaluate_snippet("mixin", code))
    return found


def test_it_holds_the_dashboards_and_rules_that_are_checked_in() -> None:
    found = _evaluated()
    assert found["grafanaDashboards"] == {file.name: load(file) for file in FILES}
    for part, name in (("prometheusRules", "recording"), ("prometheusAlerts", "alerts")):
        assert found[part] == yaml.safe_load((_RULES / f"{name}.yml").read_text())
