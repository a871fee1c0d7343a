"""alertmanager/alertmanager.yml: loads, holds no credentials, and routes what the rules send."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.docs.promql import ROOT
from tests.docs.tools import run

FILE = ROOT / "alertmanager" / "alertmanager.yml"


def _with_examples() -> str:
    """The file as it is once the reader has uncommented the receivers."""
    head, receivers = FILE.read_text().split("\nreceivers:\n")
    return head + "\nreceivers:\n" + re.sub(r"(?m)^  # ", "  ", receivers)


def test_amtool_accepts_it() -> None:
    assert "1 receivers" in run("amtool", "check-config", FILE)


def test_amtool_accepts_the_receivers_that_are_commented_out(tmp_path: Path) -> None:
    file = tmp_path / "alertmanager.yml"
    file.write_text(_with_examples())
    assert "3 receivers" in run("amtool", "check-config", file)


def test_it_holds_no_credentials() -> None:
    secrets = re.findall(
        r"(?m)^\s*-?\s*((?:auth_)?password|credentials|bearer_token|api_url|auth_secret):",
        _with_examples(),
    )
    assert secrets == []


@pytest.mark.parametrize("severity", ["critical", "warning", "info"])
def test_every_severity_of_the_rules_has_a_receiver(severity: str) -> None:
    labels = ("alertname=PromscopeExporterDown", "instance=a", f"severity={severity}")
    assert run("amtool", "config", "routes", "test", f"--config.file={FILE}", *labels).strip()


def test_alerts_are_grouped_by_what_and_where() -> None:
    assert yaml.safe_load(FILE.read_text())["route"]["group_by"] == ["alertname", "instance"]


def test_a_host_that_is_down_silences_only_its_own_lesser_alerts() -> None:
    (rule,) = yaml.safe_load(FILE.read_text())["inhibit_rules"]
    assert rule["equal"] == ["instance"]
    assert 'severity=~"warning|info"' in rule["target_matchers"]
