"""`make demo` and `make demo-stop` as their user meets them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.engine import docker
from demo.outside import Outside
from demo.shop import Shop
from stack.places import ROOT
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.acceptance.user import User

#: Of this run alone: engines may keep a network for good whose last containers went at once.
PROJECT = f"t-accept-demo-{os.getpid()}"

pytestmark = pytest.mark.docker


def demo(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-m", "demo", *arguments, "--project", PROJECT],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clean(docker_engine: None) -> Iterator[None]:
    yield
    Shop(PROJECT, 0).down()


def left() -> list[str]:
    """What of the project is still on the machine."""
    rules = subprocess.run(["ip", "rule"], capture_output=True, text=True, check=True).stdout
    place = Outside(PROJECT)
    return [
        *docker("ps", "-a", "--filter", f"name={PROJECT}", "--format", "{{.Names}}").split(),
        *docker("network", "ls", "--filter", f"name={PROJECT}", "--format", "{{.Name}}").split(),
        *([place.namespace] if place.exists else []),
        *([place.table] if place.table in rules else []),
    ]


@pytest.mark.usefixtures("clean")
def test_up_twice_is_one_shop_and_down_twice_leaves_nothing() -> None:
    port = ["--port", str(free_port())]
    for _ in range(2):
        done = demo("up", *port)
        assert done.returncode == 0, done.stderr
        assert "make demo-stop" in done.stdout
    until(lambda: demo("status").returncode == 0, "a shop as it was planned", 60, 1)
    assert len(docker("ps", "-aq", "--filter", f"name={PROJECT}").split()) >= 12
    for _ in range(2):
        done = demo("down")
        assert done.returncode == 0, done.stderr
        assert left() == []
    missing = demo("status")
    assert missing.returncode == 1
    assert "missing" in missing.stdout


def test_no_engine_is_a_sentence_with_the_remedy() -> None:
    done = demo("up", DOCKER_HOST="unix:///nonexistent/docker.sock")
    assert done.returncode == 1
    assert "systemctl start docker" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("clean")
def test_a_user_needs_the_docker_group_and_no_more() -> None:
    home = Path(tempfile.mkdtemp(prefix="t-accept-home-"))
    home.chmod(0o755)
    with User(home) as user:
        refused = as_user(user, "up")
        assert refused.returncode != 0
        assert "usermod -aG docker" in refused.stderr
        assert "Traceback" not in refused.stderr
        subprocess.run(["usermod", "-aG", "docker", user.name], check=True)
        done = as_user(user, "up", "--port", str(free_port()))
        assert done.returncode == 0, done.stderr
        assert "it needs root" in done.stdout
        assert f"{PROJECT}-gateway-1" in left()
        assert Outside(PROJECT).namespace not in left()
        assert as_user(user, "down").returncode == 0
        assert left() == []


def as_user(user: User, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a checkout of the user's own; sudo would ask and is refused."""
    return subprocess.run(
        user.command("python3", "-m", "demo", *arguments, "--project", PROJECT),
        cwd=user.checkout,
        env=user.environment(SUDO="no"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
