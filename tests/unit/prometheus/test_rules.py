"""prometheus/: rules that are right, tested and about metrics that exist; examples that load."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs import promql
from tests.docs.tools import run

FOLDER = promql.ROOT / "prometheus"
RULES = sorted((FOLDER / "rules").glob("*.yml"))
TESTS = sorted((FOLDER / "tests").glob("*.yml"))


def _rules() -> list[dict[str, Any]]:
    return [
        rule
        for file in RULES
        for group in yaml.safe_load(file.read_text())["groups"]
        for rule in group["rules"]
    ]


def _alerts() -> list[dict[str, Any]]:
    return [rule for rule in _rules() if "alert" in rule]


def test_promtool_accepts_the_rules() -> None:
    assert "SUCCESS" in run("promtool", "check", "rules", *RULES)


def test_promtool_passes_their_unit_tests() -> None:
    run("promtool", "test", "rules", *TESTS, cwd=FOLDER / "tests")


@pytest.mark.parametrize("name", ["prometheus.yml", "docker-discovery.yml"])
def test_promtool_accepts_the_examples(name: str) -> None:
    run("promtool", "check", "config", FOLDER / name)


def test_the_example_of_targets_is_one(tmp_path: Path) -> None:
    """promtool reads the file only through a configuration that names it."""
    config = {
        "scrape_configs": [
            {
                "job_name": "example",
                "file_sd_configs": [{"files": [str(FOLDER / "targets" / "example.yml")]}],
            }
        ]
    }
    file = tmp_path / "prometheus.yml"
    file.write_text(yaml.safe_dump(config))
    assert "WARNING" not in run("promtool", "check", "config", file)


def test_make_run_s_template_becomes_a_configuration(tmp_path: Path) -> None:
    template = string.Template((FOLDER / "run.yml.template").read_text())
    file = tmp_path / "prometheus.yml"
    file.write_text(
        template.substitute(
            exporter="127.0.0.1:1", api="127.0.0.1:2", rules=FOLDER / "rules" / "*.yml"
        )
    )
    assert f"{len(RULES)} rule files found" in run("promtool", "check", "config", file)


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule.get("alert") or rule["record"])
def test_rules_ask_for_what_the_exporter_has(rule: dict[str, Any]) -> None:
    assert promql.complaints(rule["expr"]) == []


@pytest.mark.parametrize("rule", _alerts(), ids=lambda rule: rule["alert"])
def test_every_alert_says_what_and_how_bad_and_is_tested(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert set(rule["annotations"]) == {"summary", "description"}
    used = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
    legend = " ".join(f"{{{{{label}}}}}" for label in used)
    assert promql.complaints(rule["expr"], legend) == []
    tested = [
        case
        for file in TESTS
        for test in yaml.safe_load(file.read_text())["tests"]
        for case in test.get("alert_rule_test", ())
        if case["alertname"] == rule["alert"] and case["exp_alerts"]
    ]
    assert tested, f"no unit test in which {rule['alert']} fires"


def test_every_recorded_series_is_tested() -> None:
    text = (FOLDER / "tests" / "recording_test.yml").read_text()
    assert [name for name in promql.recorded() if f"expr: {name}" not in text] == []


def test_the_jobs_the_alerts_name_are_the_ones_everything_scrapes_as() -> None:
    named = set(re.findall(r'job="([^"]+)"', " ".join(rule["expr"] for rule in _rules())))
    for file in ("prometheus.yml", "run.yml.template"):
        jobs = {job["job_name"] for job in yaml.safe_load(_plain(FOLDER / file))["scrape_configs"]}
        assert named <= jobs, file


def _plain(file: Path) -> str:
    return file.read_text().replace("$", "")
