"""deploy/systemd: units that name our programs, our settings and no more privileges than needed."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from promscope_api.settings import OPTIONS as API_OPTIONS
from promscope_exporter.settings import LISTEN
from promscope_exporter.settings import options as exporter_options
from tests.docs.promql import ROOT

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(FOLDER.glob("*.service"))


def _service(name: str) -> Mapping[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(FOLDER / f"{name}.service")
    return parser["Service"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_it_starts_a_console_script_of_ours_with_flags_it_has(unit: Path) -> None:
    program, *flags = _service(unit.stem)["ExecStart"].split()
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert Path(program).name == unit.stem
    assert unit.stem in scripts
    options = API_OPTIONS if unit.stem == "promscope-api" else exporter_options({})
    known = {f"--{option.flag}" for option in options} | {"--config.file"}
    assert {flag.partition("=")[0] for flag in flags} <= known


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_it_can_gain_nothing_and_writes_to_its_own_folder_only(unit: Path) -> None:
    service = _service(unit.stem)
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    found = re.search(r"--storage\.path=(\S+)", service["ExecStart"])
    assert found
    assert found[1] == f"/var/lib/{service['StateDirectory']}"
    assert (service["StateDirectoryMode"], service["UMask"]) == ("0700", "0077")


def test_the_exporter_has_the_capabilities_that_are_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "privileges.md").read_text()
    documented = re.findall(r"^\| `(CAP_\w+)`", page, re.MULTILINE)
    assert _service("promscope-exporter")["CapabilityBoundingSet"].split() == documented


def test_the_exporter_may_do_what_its_sources_do() -> None:
    """setns(2) into network namespaces, netlink sockets, /proc of other processes."""
    service = _service("promscope-exporter")
    assert service["RestrictNamespaces"] == "net"
    assert "AF_NETLINK" in service["RestrictAddressFamilies"].split()
    assert "ProtectProc" not in service


def test_the_exporter_is_handed_its_socket() -> None:
    service = (FOLDER / "promscope-exporter.service").read_text()
    assert "--web.systemd-socket" in service
    assert "Requires=promscope-exporter.socket" in service
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.read(FOLDER / "promscope-exporter.socket")
    assert parser["Socket"]["ListenStream"] == str(LISTEN)
    assert parser["Socket"]["Accept"] == "no"


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """With programs that exist here: whether ours are installed is not the question."""
    units = sorted(FOLDER.glob("promscope-*"))
    for unit in units:
        text = re.sub(r"/opt/promscope/bin/[\w-]+", "/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("User=promscope", "User=daemon"))
    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in units)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )
    said = [line for line in done.stderr.splitlines() if "promscope" in line]
    assert (done.returncode, said) == (0, []), done.stderr


def test_the_api_is_nobody_special() -> None:
    service = _service("promscope-api")
    assert service["User"] != "root"
    assert service["CapabilityBoundingSet"] == ""
