"""`promscope-api` as a process: settings, clear refusals, a clean end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import requests
import yaml

from promscope_api.cli import _listen, main
from promscope_api.settings import Address
from tests.acceptance.patience import until
from tests.trust.certificates import Authority

WEB_CONFIG = """\
tls_server_config:
  cert_file: api.pem
  key_file: api.key
  client_ca_file: ca.pem
  client_auth_type: RequireAndVerifyClientCert
http_server_config:
  headers:
    Strict-Transport-Security: max-age=31536000
"""
COMMAND = [sys.executable, "-m", "promscope_api.cli"]


def test_check_config_prints_the_merged_settings(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "api.yml"
    file.write_text("scrape.interval: 30s\n")
    monkeypatch.setenv("PROMSCOPE_LOG_FORMAT", "json")
    code = main(["check-config", f"--config.file={file}", "--prometheus.url=http://p:9090"])
    printed = capsys.readouterr().out
    assert code == 0
    values = yaml.safe_load(printed)
    assert values["scrape.interval"] == "30s"
    assert values["prometheus.url"] == "http://p:9090"
    assert values["log.format"] == "json"
    assert "# flag --prometheus.url" in printed


def test_wrong_setting_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--scrape.interval=soon"]) == 2
    assert "scrape.interval: write a duration" in capsys.readouterr().err


def refused(folder: Path, *flags: str) -> str:
    """What a process that cannot start says."""
    found = subprocess.run(
        [*COMMAND, f"--storage.path={folder}", *flags],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    return found.stderr


def test_taken_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = refused(tmp_path, f"--web.listen-address=127.0.0.1:{taken.getsockname()[1]}")
    assert "another process listens there" in said
    assert "--web.listen-address" in said


def test_address_of_another_machine(tmp_path: Path) -> None:
    said = refused(tmp_path, "--web.listen-address=192.0.2.1:10181")
    assert "does not have that address" in said


def test_storage_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refused(tmp_path / "file" / "below", "--web.listen-address=127.0.0.1:0")
    assert "--storage.path" in said


def test_secret_that_others_can_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x" * 32)
    secret.chmod(0o644)
    said = refused(
        tmp_path / "s", "--web.listen-address=127.0.0.1:0", f"--tunnel.secret-file={secret}"
    )
    assert "chmod 600" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_both_processes_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *COMMAND,
                "--web.listen-address=127.0.0.1:0",
                "--prometheus.url=http://127.0.0.1:9",
                f"--storage.path={tmp_path / 'storage'}",
            ],
            stderr=output,
            env={**os.environ, "PROMSCOPE_LOG_FORMAT": "json"},
        )
    try:
        until(lambda: "the map is at" in log.read_text(), "the API's start")
        until(lambda: psutil.Process(process.pid).children(), "the graph process")
        (graph,) = psutil.Process(process.pid).children()
        process.send_signal(number)
        assert process.wait(60) == 0
        until(lambda: not graph.is_running(), "the end of the graph process")
    finally:
        process.kill()
        process.wait()
    assert "Traceback" not in log.read_text()


def test_tls_asks_for_certificates_and_sets_the_headers_of_the_file(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    authority.issue("api", "127.0.0.1")
    authority.issue("user", "user.example")
    file = tmp_path / "web-config.yml"
    file.write_text(WEB_CONFIG)
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *COMMAND,
                "--web.listen-address=127.0.0.1:0",
                "--prometheus.url=http://127.0.0.1:9",
                f"--storage.path={tmp_path / 'storage'}",
                f"--web.config.file={file}",
            ],
            stderr=output,
        )
    try:
        until(lambda: "the map is at https://" in log.read_text(), "the API's start")
        port = int(log.read_text().partition("https://127.0.0.1:")[2].partition("/")[0])
        url = f"https://127.0.0.1:{port}/-/healthy"
        pair = (str(tmp_path / "user.pem"), str(tmp_path / "user.key"))
        answer = requests.get(url, verify=str(authority.ca), cert=pair, timeout=60)
        assert answer.status_code == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        with pytest.raises(requests.ConnectionError):
            requests.get(url, verify=str(authority.ca), timeout=60)
        with pytest.raises(requests.ConnectionError):
            requests.get(url.replace("https", "http"), timeout=60)
    finally:
        process.terminate()
        assert process.wait(60) == 0


def test_users_of_the_file_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "web-config.yml"
    file.write_text(f"basic_auth_users: {{prometheus: {'$2b$10$' + 'a' * 53}}}\n")
    assert main(["check-config", f"--web.config.file={file}"]) == 2
    assert "promscope users add" in capsys.readouterr().err


def test_answers_do_not_wait_for_acknowledgements() -> None:
    with (
        _listen(Address("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
