"""prometheus/operator: monitors whose jobs, ports and labels fit the rules and each other."""

from __future__ import annotations

from typing import Any

import yaml

from tests.docs.promql import ROOT

_FOLDER = ROOT / "prometheus" / "operator"


def _monitor(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text())
    return found


def _jobs() -> dict[str, dict[str, Any]]:
    text = (ROOT / "prometheus" / "prometheus.yml").read_text()
    return {job["job_name"]: job for job in yaml.safe_load(text)["scrape_configs"]}


def test_both_are_of_the_kinds_of_the_operator() -> None:
    for name, kind in (("servicemonitor", "ServiceMonitor"), ("podmonitor", "PodMonitor")):
        monitor = _monitor(name)
        assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
        assert monitor["kind"] == kind


def test_the_exporters_have_the_job_that_the_rules_expect() -> None:
    (endpoint,) = _monitor("podmonitor")["spec"]["podMetricsEndpoints"]
    made = {one["targetLabel"]: one.get("replacement") for one in endpoint["relabelings"]}
    assert made["job"] in _jobs()
    assert "instance" in made
    assert endpoint["interval"] == "15s"


def test_the_api_has_the_job_of_its_name_and_a_token() -> None:
    monitor = _monitor("servicemonitor")
    label = monitor["spec"]["jobLabel"]
    assert monitor["spec"]["selector"]["matchLabels"][label] in _jobs()
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["authorization"]["type"] == "Bearer"
