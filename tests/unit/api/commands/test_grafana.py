"""`promscope grafana`: what it says, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.grafana.installation import PLUGIN
from promscope_api.operator import main
from tests.unit.api.grafana.fake_grafana import TOKEN, Grafana, serving


@pytest.fixture
def grafana() -> Iterator[Grafana]:
    with serving(Grafana()) as grafana:
        yield grafana


def test_install_says_each_step(grafana: Grafana, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--url", grafana.url + "/", "--token", TOKEN]
    assert main(["grafana", "install", *at, "--dry-run"]) == 0
    assert capsys.readouterr().out.startswith("WOULD BE")
    assert grafana.writes == []
    assert main(["grafana", "install", *at, "--prometheus.url", "http://prom:9090"]) == 0
    assert "created  data source  Prometheus (Promscope)" in capsys.readouterr().out
    assert main(["grafana", "uninstall", *at]) == 0
    said = capsys.readouterr().out
    assert "removed  dashboard    Promscope / Topology" in said
    assert (grafana.folders, grafana.dashboards, grafana.sources) == ({}, {}, {})


def test_the_token_of_the_api_comes_from_a_file(
    grafana: Grafana, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grafana.plugins.append(PLUGIN)
    file = tmp_path / "token"
    file.touch(mode=0o600)
    file.write_text("pst_0123456789abcdef\n")
    api = ["--api.url", "http://api:10181", "--api.token-file", str(file)]
    assert main(["grafana", "install", "--url", grafana.url, "--token", TOKEN, *api]) == 0
    assert grafana.sources["promscope"]["secureJsonFields"] == {"token": True}
    assert "pst_" not in capsys.readouterr().out


def test_the_environment_may_name_grafana(
    grafana: Grafana, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAFANA_URL", grafana.url)
    monkeypatch.setenv("GRAFANA_TOKEN", TOKEN)
    assert main(["grafana", "install"]) == 0
    assert "created" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name the Grafana with --url"),
        (["--url", "ftp://x", "--token", "t"], "--url: write an http"),
        (["--url", "http://127.0.0.1:9", "--token", "t"], "does it run?"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("GRAFANA_URL", raising=False)
    monkeypatch.delenv("GRAFANA_TOKEN", raising=False)
    assert main(["grafana", "install", *arguments]) == 1
    assert words in capsys.readouterr().err
