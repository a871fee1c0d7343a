from pathlib import Path

import pytest

from stack import tests

UNSTEADY = """
from pathlib import Path

def test_second_time():
    seen = Path(__file__).with_name("seen")
    if not seen.exists():
        seen.touch()
        raise AssertionError("the first time")

def test_always():
    with Path(__file__).with_name("runs").open("a") as runs:
        runs.write("1")
"""
#: These need no plugin, and start in a tenth of the time without.
BARE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
BROKEN = "def test_broken():\n    raise AssertionError\n"


def _root(folder: Path, where: str, text: str) -> Path:
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "tests" / where).mkdir(parents=True)
    (folder / "tests" / where / "test_it.py").write_text(text)
    return folder


def test_what_failed_is_named_and_run_once_more(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    root = _root(tmp_path, "acceptance", UNSTEADY)
    assert tests.suite("tests/acceptance", root=root, **BARE) == 0
    assert "  tests/acceptance/test_it.py::test_second_time\n" in capfd.readouterr().out
    assert (root / "tests" / "acceptance" / "runs").read_text() == "1"


def test_what_fails_again_is_red(tmp_path: Path) -> None:
    assert tests.suite("tests/acceptance", root=_root(tmp_path, "acceptance", BROKEN), **BARE) == 1


def test_many_at_once_are_no_accident(tmp_path: Path) -> None:
    many = UNSTEADY.replace("def test_second_time", "def test_second_time_0") + "".join(
        f"def test_{n}(): raise AssertionError\n" for n in range(10)
    )
    root = _root(tmp_path, "acceptance", many)
    assert tests.suite("tests/acceptance", root=root, **BARE) == 1
    assert (root / "tests" / "acceptance" / "runs").read_text() == "1"


def test_a_run_without_tests_is_red(tmp_path: Path) -> None:
    assert tests.suite("tests/acceptance", root=_root(tmp_path, "acceptance", ""), **BARE) != 0
