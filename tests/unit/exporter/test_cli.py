import contextlib
import re
import signal
import socket
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest
import yaml
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from promscope_exporter import __version__
from promscope_exporter.cli import main
from promscope_exporter.exposition.catalogue import families
from tests.trust.certificates import Authority

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"
COMMAND = [sys.executable, "-m", "promscope_exporter.cli"]


def test_version_is_that_of_the_distribution(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert f"promscope-exporter {__version__} " in capsys.readouterr().out
    assert tomllib.loads(PYPROJECT.read_text())["project"]["version"] == __version__


def test_check_config_prints_what_it_could_read_again(tmp_path, capsys):
    assert main(["check-config", "--web.listen-address=:9", "--no-collector.host"]) == 0
    printed = capsys.readouterr().out
    merged = yaml.safe_load(printed)
    assert merged["web.listen-address"] == [":9"]
    assert merged["collector.host"] is False
    file = tmp_path / "exporter.yml"
    file.write_text(printed)
    assert main(["check-config", f"--config.file={file}"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == merged


@pytest.mark.parametrize(
    "arguments", [["--web.listen-address=x"], ["--control=all"], ["--config.file=/none.yml"]]
)
def test_settings_that_cannot_be_used(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("promscope-exporter: ")


@contextlib.contextmanager
def running(*arguments):
    command = [*COMMAND, "--web.listen-address=127.0.0.1:0", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = ""
        while "metrics are at" not in line:
            line = process.stderr.readline()
            assert line, "it ended"
        yield process, re.search(r"https?://\S+/metrics", line)[0]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_runs_and_ends_as_asked(tmp_path, number):
    with running(f"--docker.host=unix://{tmp_path}/none.sock") as (process, url):
        with urllib.request.urlopen(url) as answer:
            text = answer.read().decode()
        assert 'promscope_exporter_capability{capability="docker"} 0' in text
        assert 'promscope_scrape_collector_success{collector="container"} 1' in text
        process.send_signal(number)
        assert process.wait(60) == 0
        rest = process.stderr.read()
        assert "Traceback" not in rest
        assert rest.count("no Docker Engine answers") == 1


def test_both_formats_are_valid_on_this_machine():
    with running() as (_, url):
        with urllib.request.urlopen(url) as answer:
            plain = answer.read()
        asked = urllib.request.Request(
            url, headers={"Accept": "application/openmetrics-text; version=1.0.0"}
        )
        with urllib.request.urlopen(asked) as answer:
            openmetrics = answer.read().decode()
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=plain, capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    found = {family.name for family in text_string_to_metric_families(openmetrics)}
    known = {family.name.removesuffix("_total") for family in families()}
    assert {name.removesuffix("_total") for name in found} <= known
    assert "promscope_host_info" in found
    assert "promscope_process_cpu_seconds" in found


def test_taken_port(tmp_path):
    with running(f"--docker.host=unix://{tmp_path}/none.sock") as (_, url):
        taken = url.split("/")[2]
        second = subprocess.run(
            [*COMMAND, f"--web.listen-address={taken}"], capture_output=True, text=True, check=False
        )
    assert second.returncode == 1
    assert "taken by another program" in second.stderr
    assert "Traceback" not in second.stderr


PASSING = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def test_a_socket_that_systemd_passes(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        number = listener.fileno()
        process = subprocess.Popen(
            [sys.executable, "-c", PASSING, str(number), *COMMAND[1:], "--web.systemd-socket",
             f"--docker.host=unix://{tmp_path}/none.sock"],
            pass_fds=[number],
        )  # fmt: skip
        try:
            # it waits in the queue of the socket until the exporter is up
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/healthy", timeout=60) as answer:
                assert b"healthy" in answer.read()
        finally:
            process.kill()
            process.wait()


def test_no_socket_of_systemd(capfd):
    done = subprocess.run([*COMMAND, "--web.systemd-socket"], check=False)
    assert done.returncode == 1
    assert ".socket unit" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("content", "why"),
    [("tls: 1\n", "tls"), ("tls_server_config: {cert_file: no.pem, key_file: no.key}\n", "no.pem")],
)
def test_a_web_configuration_that_cannot_be_used(tmp_path, capsys, content, why):
    file = tmp_path / "web.yml"
    file.write_text(content)
    for command in ([], ["check-config"]):
        assert main([*command, f"--web.config.file={file}"]) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"promscope-exporter: flag --web.config.file: {file}")
        assert why in error
        assert error.count("\n") == 1


def test_tls(tmp_path):
    authority = Authority(tmp_path)
    authority.issue("server", "127.0.0.1")
    file = tmp_path / "web.yml"
    file.write_text("tls_server_config: {cert_file: server.pem, key_file: server.key}\n")
    with running(f"--web.config.file={file}") as (_, url):
        assert url.startswith("https://")
        with urllib.request.urlopen(url, timeout=60, context=authority.client()) as answer:
            assert b"promscope_exporter_build_info" in answer.read()


def test_metrics_without_those_of_the_exporter():
    arguments = ["--collector.disable-defaults", "--collector.self"]
    with (
        running(*arguments, "--web.disable-exporter-metrics") as (_, url),
        urllib.request.urlopen(url, timeout=60) as answer,
    ):
        text = answer.read().decode()
    assert "promscope_exporter_build_info" in text
    assert "promscope_process_" not in text
    assert "promscope_exporter_http_requests_total" not in text
    assert "promscope_host_" not in text
