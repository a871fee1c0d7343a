"""`make run`: by root, by a user whom sudo trusts, by one whom it does not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.places import ROOT
from stack.prometheus import find
from tests.acceptance.client import Client
from tests.acceptance.make_run import MakeRun, sysctls
from tests.acceptance.patience import until
from tests.acceptance.user import User

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def user() -> Iterator[User]:
    home = Path(tempfile.mkdtemp(prefix="t-run-home-"))
    home.chmod(0o755)
    with User(home) as user:
        yield user


@pytest.fixture
def accounting_off() -> Iterator[None]:
    """Byte counting is off before, so that it can be seen to be switched and restored."""
    file = Path("/proc/sys/net/netfilter/nf_conntrack_acct")
    former = file.read_text()
    file.write_text("0\n")
    yield
    file.write_text(former)


def as_root(tmp_path: Path, **settings: str) -> MakeRun:
    return MakeRun(ROOT, tmp_path / "state", **settings)


def as_user(user: User) -> MakeRun:
    return MakeRun(
        user.checkout,
        user.home / "state",
        prefix=user.command(),
        environment=user.environment(),
    )


def nobody_listens(run: MakeRun) -> bool:
    def free(port: int) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) != 0

    return all(map(free, run.ports.values()))


def test_root_gets_the_map_and_ctrl_c_restores_everything(
    tmp_path: Path, docker_engine: None, accounting_off: None
) -> None:
    before = sysctls()
    with as_root(tmp_path) as run:
        code = run.until_ready()
        assert sysctls()["nf_conntrack_acct"] == "1"
        assert f"The map:      {run.url}/" in run.output
        assert "--storage.tsdb.retention.time=15d" in run.output
        assert "nf_conntrack_acct=1" in run.output
        client = Client(run.url)
        assert "<html" in client.text("/").lower()
        until(lambda: client.topology("hosts")["nodes"], "a host on the map", 60)
        client.sign_in(code)
        assert client.json("/api/v1/session")["user"] is not None
        assert (run.state / "tunnel.secret").stat().st_mode & 0o777 == 0o600
        run.interrupt()
        assert "Restored net.netfilter.nf_conntrack_acct=0." in run.output
    assert sysctls() == before
    assert nobody_listens(run)
    assert not (run.state / "kernel.json").exists()


def test_acct_no_leaves_the_kernel_alone(
    tmp_path: Path, docker_engine: None, accounting_off: None
) -> None:
    before = sysctls()
    with as_root(tmp_path, ACCT="no") as run:
        run.until_ready()
        assert sysctls() == before
        assert "bytes unknown" in run.output
    assert sysctls() == before


def test_a_taken_port_is_a_sentence_with_the_holder_and_the_remedy(tmp_path: Path) -> None:
    run = as_root(tmp_path)
    with socket.create_server(("127.0.0.1", run.ports["API"])), run:
        assert run.wait() != 0
    assert f"Port {run.ports['API']} of 127.0.0.1, for the api, is taken by" in run.output
    assert f"(pid {os.getpid()})" in run.output
    assert "make run API_PORT=" in run.output
    assert "Traceback" not in run.output


def test_a_killed_run_leaves_no_exporter_and_restores_the_kernel(
    tmp_path: Path, docker_engine: None, accounting_off: None
) -> None:
    before = sysctls()
    with as_root(tmp_path) as run:
        run.until_ready()
        run.kill()
        until(lambda: sysctls() == before, "restored kernel settings")
        exporter = run.ports["EXPORTER"]
        until(lambda: not _answers(exporter), "no exporter")
        run.stop_orphans()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_child_that_dies_is_named_with_its_log_and_started_again(
    tmp_path: Path, docker_engine: None
) -> None:
    with as_root(tmp_path) as run:
        run.until_ready()
        run.kill_listener("PROMETHEUS")
        until(lambda: "Starting Prometheus again." in run.output, "a restart")
        assert "Prometheus was ended by signal 9" in run.output
        assert "prometheus.log" in run.output
        until(lambda: _answers(run.ports["PROMETHEUS"]), "Prometheus")
        run.interrupt()
    assert nobody_listens(run)


def test_sudo_granted_starts_only_the_exporter_as_root(
    user: User, docker_engine: None, accounting_off: None
) -> None:
    before = sysctls()
    user.allow_sudo(True)
    with as_user(user) as run:
        run.until_ready()
        assert "The exporter needs root: to see" in run.output
        uids = run.owner_uids()
        assert uids == {"API": user.uid, "PROMETHEUS": user.uid, "EXPORTER": 0}
        assert sysctls()["nf_conntrack_acct"] == "1"
        run.interrupt()
    assert sysctls() == before
    assert nobody_listens(run)
    assert user.files_of_others() == []


def test_sudo_refused_gives_the_degraded_map_with_a_banner(
    user: User, docker_engine: None, accounting_off: None
) -> None:
    before = sysctls()
    user.allow_sudo(False)
    with as_user(user) as run:
        run.until_ready()
        assert (
            "The exporter runs without root (sudo was refused): the map is degraded" in run.output
        )
        uids = run.owner_uids()
        assert set(uids.values()) == {user.uid}
        assert sysctls() == before
        client = Client(run.url)

        def reasons() -> list[object]:
            probes = client.json("/api/v1/topology")["probes"]
            return [one["reason"] for probe in probes for one in probe["degraded"]]

        assert until(reasons, "a probe that says what it lacks", 60)
        run.interrupt()
    assert nobody_listens(run)
    assert user.files_of_others() == []


def test_prometheus_comes_from_the_package_when_none_is_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for program in ("apt-get", "dpkg", "sh", "tar", "xz", "dpkg-deb", "rm"):
        found = shutil.which(program)
        if found:
            (bare / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(bare))
    found = find(tmp_path / "state")
    assert found.origin.startswith("the distribution's package")
    assert found.command[0].startswith(str(tmp_path))
    subprocess.run([*found.command, "--version"], check=True, capture_output=True)
