from collections.abc import Sequence
from pathlib import Path

import pytest

from stack import debian


@pytest.fixture(autouse=True)
def a_debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("apt-get", "dpkg"):
        (tools / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tools))


def test_without_package_lists_it_fetches_its_own(tmp_path: Path) -> None:
    ran: list[str] = []

    def run(command: Sequence[str]) -> bool:
        words = " ".join(command)
        ran.append(words)
        return "Dir::State::lists" in words or command[0] == "dpkg"

    (tmp_path / "to" / "archives").mkdir(parents=True)
    (tmp_path / "to" / "archives" / "one_1_amd64.deb").touch()
    assert debian.unpack(["one"], tmp_path / "to", run)
    assert [words.split()[-1] for words in ran[:2]] == ["one", "update"]
    assert ran[-1] == f"dpkg -x {tmp_path}/to/archives/one_1_amd64.deb {tmp_path}/to"


def test_a_download_that_fails_is_false(tmp_path: Path) -> None:
    assert not debian.unpack(["one"], tmp_path / "to", lambda _: False)


def test_elsewhere_it_is_false(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    assert not debian.unpack(["one"], tmp_path / "to", lambda _: True)


def test_a_program_that_is_not_there_does_not_work() -> None:
    assert not debian.works(["/nowhere/at/all"])
    assert debian.works(["/bin/true"])
    assert not debian.works(["/bin/false"])
