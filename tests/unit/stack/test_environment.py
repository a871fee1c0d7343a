import sys
from pathlib import Path

import pytest

from stack import environment
from stack.refusal import Refusal


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout that needs no package from anywhere."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "run.txt").write_text("# nothing\n")
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


def pip(venv: Path, body: str) -> None:
    """A venv whose python does what `body` says instead of pip."""
    (venv / "bin").mkdir(parents=True)
    for name in ("pip", "python"):
        file = venv / "bin" / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)


def test_it_is_made_once_and_again_when_the_lock_changes(project: Path) -> None:
    venv = project / "venv"
    pip(venv, f'echo "$@" >> {project}/calls')
    assert environment.make("run", project, venv)
    assert not environment.make("run", project, venv)
    calls = (project / "calls").read_text().splitlines()
    assert "--require-hashes" in calls[0]
    assert len(calls) == 2
    (project / "requirements" / "run.txt").write_text("# something else\n")
    assert environment.make("run", project, venv)


def test_what_pip_says_is_passed_on(project: Path) -> None:
    venv = project / "venv"
    pip(venv, "echo no such package >&2; exit 1")
    with pytest.raises(Refusal, match="no such package"):
        environment.make("run", project, venv)
    assert not list(venv.glob(".promscope-*"))


def test_a_missing_venv_module_is_one_sentence_with_the_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = project / "python"
    python.write_text("#!/bin/sh\necho 'No module named venv' >&2; exit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(Refusal, match="sudo apt install python3-venv"):
        environment.make("run", project, project / "venv")


def test_an_old_python_is_named_with_the_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(Refusal, match=r"3\.11 or newer is needed, this is 3\.9.*PYTHON="):
        environment.make("run", project, project / "venv")
