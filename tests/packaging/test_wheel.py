"""What a release would hold: the wheel made from the source archive, in a fresh environment."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from stack import page
from stack.places import ROOT, script

SCRIPTS = ("promscope", "promscope-api", "promscope-exporter")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source archive and the wheel that `python -m build` made from it."""
    page.build()
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel and what the lock file says, but no checkout."""
    venv = tmp_path_factory.mktemp("installed") / "venv"
    uv = [script("uv"), "--quiet"]
    python = str(venv / "bin" / "python")
    lock = str(ROOT / "requirements" / "run.txt")
    for arguments in (
        ["venv", "--python", sys.executable, str(venv)],
        ["pip", "install", "--python", python, "--require-hashes", "-r", lock],
        ["pip", "install", "--python", python, "--no-deps", str(wheel)],
    ):
        subprocess.run([*uv, *arguments], check=True, capture_output=True)
    return venv


def test_the_wheel_holds_the_dashboards_that_it_installs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = {name for name in content.namelist() if "/dashboards/" in name}
    files = (ROOT / "grafana" / "dashboards").glob("*.json")
    assert names == {f"promscope_api/dashboards/{file.name}" for file in files}


def test_the_source_archive_holds_no_built_or_private_files(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        names = {name.partition("/")[2] for name in content.getnames()}
    assert {"LICENSE", "NOTICE", "pyproject.toml", "README.md"} <= names
    unwanted = ("node_modules/", ".state/", ".venv/", ".git/")
    assert [name for name in names if any(part in name for part in unwanted)] == []


def test_the_wheel_holds_three_packages_and_the_page(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"promscope_wire", "promscope_exporter", "promscope_api"}
    assert "promscope_api/page/index.html" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)


@pytest.mark.parametrize("name", SCRIPTS)
def test_each_script_starts_in_a_fresh_environment(installed: Path, name: str) -> None:
    done = subprocess.run(
        [str(installed / "bin" / name), "--help"],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("usage: ")


def test_the_installed_api_finds_its_page(installed: Path) -> None:
    asked = (
        "import promscope_api, pathlib;"
        "print((pathlib.Path(promscope_api.__file__).parent / 'page/index.html').is_file())"
    )
    done = subprocess.run(
        [str(installed / "bin" / "python"), "-c", asked],
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "True"
