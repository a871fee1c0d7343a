"""deploy/systemd: units that name our programs, our settings and no more privileges than needed."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from promscope_api.settings import OPTIONS as API_OPTIONS
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


def test_the_api_is_nobody_special() -> None:
    service = _service("promscope-api")
    assert service["User"] != "root"
    assert service["CapabilityBoundingSet"] == ""
