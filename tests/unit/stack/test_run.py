import socket
from pathlib import Path

from stack.places import ROOT, State
from stack.run import engine_missing


def test_an_engine_s_socket_is_an_engine(tmp_path: Path) -> None:
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(path))
        assert engine_missing({"DOCKER_HOST": f"unix://{path}"}) is None


def test_without_one_it_says_what_is_missing(tmp_path: Path) -> None:
    words = engine_missing({"DOCKER_HOST": f"unix://{tmp_path}/none.sock"})
    assert words is not None
    assert "hosts, processes and connections are shown, containers are missing" in words


def test_a_remote_engine_is_the_exporter_s_business() -> None:
    assert engine_missing({"DOCKER_HOST": "tcp://10.0.0.1:2376"}) is None


def test_the_state_folder_is_below_the_checkout_unless_it_is_absolute(tmp_path: Path) -> None:
    assert State.of({}).folder == ROOT / ".state"
    assert State.of({"STATE": "elsewhere"}).folder == ROOT / "elsewhere"
    assert State.of({"STATE": str(tmp_path)}).folder == tmp_path


def test_the_state_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.make()
    assert state.folder.stat().st_mode & 0o777 == 0o700
