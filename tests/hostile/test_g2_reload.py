"""G2: a reload with a broken file keeps the settings before it, and a metric says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import requests

from tests.acceptance.patience import until
from tests.acceptance.product import free_port

RELOADED = "promscope_api_config_last_reload_successful"


def value(url: str, metric: str) -> float | None:
    """The metric's value now; None while nobody answers."""
    try:
        text = requests.get(f"{url}/metrics", timeout=10).text
    except requests.RequestException:
        return None
    lines = [line for line in text.splitlines() if line.startswith(metric + " ")]
    return float(lines[0].split()[1]) if lines else None


def test_broken_file_changes_nothing(tmp_path: Path) -> None:
    file, port = tmp_path / "prometheus.yml", free_port()
    good = "backends: [{url: 'http://127.0.0.1:9'}]\n"
    file.write_text(good)
    url = f"http://127.0.0.1:{port}"
    with (tmp_path / "log").open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "promscope_api.cli",
                f"--web.listen-address=127.0.0.1:{port}",
                f"--prometheus.config.file={file}",
                f"--storage.path={tmp_path / 'storage'}",
                "--auth.local-viewer",
            ],
            stderr=output,
            env=dict(os.environ),
        )  # fmt: skip
    try:
        until(lambda: value(url, "promscope_api_graph_up") == 1, "a running graph", 60)
        assert value(url, RELOADED) == 1
        starts = value(url, "promscope_api_graph_starts")
        file.write_text("backends: [{url: 'http://127.0.0.1:9', colour: red}]\n")
        process.send_signal(signal.SIGHUP)
        until(lambda: value(url, RELOADED) == 0, "a failed reload", 60)
        assert "colour" in (tmp_path / "log").read_text()
        assert value(url, "promscope_api_graph_starts") == starts
        file.write_text(good.replace(":9'", ":9', headers: {X-Scope-OrgID: other}"))
        process.send_signal(signal.SIGHUP)
        until(lambda: value(url, RELOADED) == 1, "a good reload", 60)
        until(lambda: value(url, "promscope_api_graph_starts") != starts, "a new graph", 60)
        until(lambda: value(url, "promscope_api_graph_up") == 1, "a running graph again", 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
