import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from stack import prometheus, tools
from stack.ports import Ports
from stack.refusal import Refusal


def nothing_works(_: Sequence[str]) -> bool:
    return False


def test_the_one_on_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "prometheus"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert prometheus.find(tmp_path).command == (str(program),)


def test_without_a_package_the_image_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docker").write_text("#!/bin/sh\n")
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = prometheus.find(tmp_path, lambda command: "pull" in command)
    assert found.origin == prometheus.IMAGE
    assert found.command[:2] == (str(tmp_path / "docker"), "run")
    assert found.command[-1] == prometheus.IMAGE


def test_with_none_of_the_three_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refusal, match="sudo apt install prometheus"):
        prometheus.find(tmp_path, nothing_works)


def test_the_configuration_names_both_targets_and_is_valid(tmp_path: Path) -> None:
    file = prometheus.configure(tmp_path, Ports(1180, 1181, 1190))
    content = yaml.safe_load(file.read_text())
    targets = [
        target
        for job in content["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    ]
    assert targets == ["127.0.0.1:1180", "127.0.0.1:1181"]
    assert content["global"]["scrape_interval"] == "15s"
    subprocess.run(
        [tools.find("promtool"), "check", "config", str(file)], check=True, capture_output=True
    )


def test_the_retention_is_a_flag() -> None:
    flags = prometheus.flags(Path("/c"), Path("/d"), 1190, "30d")
    assert "--storage.tsdb.retention.time=30d" in flags
    assert "--web.listen-address=127.0.0.1:1190" in flags
