"""compose/: pinned images, no more privileges than docs/privileges.md says, files that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from promscope_api.settings import OPTIONS as API_OPTIONS
from promscope_exporter.collectors.registry import discover
from promscope_exporter.settings import options as exporter_options
from promscope_wire.options import Option
from stack import prometheus
from tests.docs.promql import ROOT
from tests.docs.tools import run

FOLDER = ROOT / "compose"
FILE = FOLDER / "compose.yaml"
DOCKERFILE = (FOLDER / "Dockerfile").read_text()
SERVICES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
CAPABILITIES = ["SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", "NET_BROADCAST", "DAC_READ_SEARCH"]


def _images() -> list[str]:
    bases = re.findall(r"^ARG \w+=(\S+/\S+)$", DOCKERFILE, re.MULTILINE)
    return [*bases, *(service["image"] for service in SERVICES.values())]


def _mounts(service: str) -> dict[str, tuple[str, bool]]:
    """Target → source and whether it is read only."""
    mounts = {}
    for volume in SERVICES[service]["volumes"]:
        if isinstance(volume, str):
            source, target, *mode = volume.split(":")
            mounts[target] = (source, mode == ["ro"])
        else:
            mounts[volume["target"]] = (volume["source"], volume.get("read_only", False))
    return mounts


def test_compose_itself_accepts_it_where_it_is_installed() -> None:
    """Without the plugin the tests below are what there is."""
    docker = shutil.which("docker")
    compose = [docker or "docker", "compose"]
    if (
        docker
        and not subprocess.run([*compose, "version"], capture_output=True, check=False).returncode
    ):
        done = subprocess.run(
            [*compose, "-f", str(FILE), "config", "--quiet"],
            env={"PATH": str(Path(docker).parent), "GRAFANA_ADMIN_PASSWORD": "x"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("image", _images())
def test_every_image_is_of_one_version(image: str) -> None:
    assert re.search(r":v?\d+\.\d+\.\d+(-[\w.-]+)?(@sha256:[0-9a-f]{64})?$", image)


def test_our_images_have_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    ours = {name for name in _images() if name.startswith("promscope-")}
    assert ours == {f"promscope-{name}:{version}" for name in ("exporter", "api", "grafana")}


def test_grafana_loads_the_plugin_that_is_built_with_it() -> None:
    stage = DOCKERFILE.partition(" AS grafana\n")[2]
    (allowed,) = re.findall(r"GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=(\S+)", stage)
    manifests = (ROOT / "grafana" / "plugin" / "src").rglob("plugin.json")
    assert set(allowed.split(",")) == {json.loads(one.read_text())["id"] for one in manifests}
    (place,) = re.findall(r"GF_PATHS_PLUGINS=(\S+)", stage)
    app = yaml.safe_load(
        (ROOT / "grafana" / "provisioning" / "plugins" / "promscope.yaml").read_text()
    )["apps"][0]["type"]
    assert f"COPY --from=plugin /src/grafana/plugin/dist {place}/{app}\n" in stage
    assert not place.startswith(tuple(_mounts("grafana"))), "a volume would hide it"
    (sources,) = (ROOT / "grafana" / "provisioning" / "datasources").glob("*-topology.yaml")
    asked = set(re.findall(r"\$\{(\w+)\}", sources.read_text()))
    assert asked <= set(SERVICES["grafana"]["environment"])


def test_prometheus_is_the_one_make_run_falls_back_to() -> None:
    assert SERVICES["prometheus"]["image"] == prometheus.IMAGE


def test_packages_in_the_images_are_pinned_by_hash() -> None:
    installs = re.findall(r"pip install (.*)$", DOCKERFILE, re.MULTILINE)
    assert installs
    for line in installs:
        assert "--require-hashes" in line or "--no-deps /tmp/wheels/" in line
    for name in ("exporter", "api"):
        lock = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert lock.count("--hash=sha256:") >= len(re.findall(r"^\w", lock, re.MULTILINE))


def test_the_images_hold_the_versions_that_are_tested() -> None:
    tested = set(_pins("dev"))
    assert set(_pins("exporter")) | set(_pins("api")) <= tested
    assert not {pin for pin in _pins("exporter") if pin.startswith(("flask", "nodejs", "numpy"))}


def test_what_is_copied_into_the_build_exists_and_is_sent() -> None:
    ignore = (ROOT / ".dockerignore").read_text().split()
    for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        *sources, _ = words.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert any(source.startswith(kept.removeprefix("!")) for kept in ignore if "!" in kept)


def test_nothing_is_privileged_and_nothing_gains_privileges() -> None:
    for name, service in SERVICES.items():
        assert "privileged" not in service, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["read_only"] is True, name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_the_exporter_alone_has_capabilities_and_the_host_s_processes() -> None:
    assert SERVICES["exporter"]["cap_add"] == CAPABILITIES
    assert SERVICES["exporter"]["pid"] == "host"
    others = [service for name, service in SERVICES.items() if name != "exporter"]
    assert not [one for one in others if {"cap_add", "pid", "devices", "user"} & set(one)]


def test_the_reasons_are_documented() -> None:
    page = (ROOT / "docs" / "privileges.md").read_text()
    assert set(re.findall(r"^\| `CAP_(\w+)`", page, re.MULTILINE)) == set(CAPABILITIES)
    assert f"cap_add: [{', '.join(CAPABILITIES)}]" in page
    for option in SERVICES["exporter"]["security_opt"]:
        assert option.partition(":")[0] in page
    for target in _mounts("exporter"):
        source = _mounts("exporter")[target][0]
        assert f"`{target}`" in page or f"volume `{source}`" in page, target


def test_what_is_of_the_host_or_of_the_checkout_is_read_only() -> None:
    for name in SERVICES:
        for target, (source, read_only) in _mounts(name).items():
            if source.startswith((".", "/")):
                assert read_only, f"{name}: {target}"


def test_files_that_are_mounted_exist() -> None:
    for name in SERVICES:
        for source, _ in _mounts(name).values():
            if source.startswith("."):
                assert (FOLDER / source).resolve().exists(), source


def test_only_the_maker_of_the_secret_may_write_it() -> None:
    writers = [
        name
        for name in SERVICES
        for source, read_only in _mounts(name).values()
        if source == "tunnel" and not read_only
    ]
    assert writers == ["secret"]
    for name in ("exporter", "api"):
        assert SERVICES[name]["depends_on"]["secret"] == {
            "condition": "service_completed_successfully"
        }


def test_everything_listens_on_this_host_only() -> None:
    for name in ("exporter", "api", "prometheus", "alertmanager"):
        (address,) = [
            word for word in SERVICES[name]["command"] if word.startswith("--web.listen-address=")
        ]
        assert address.startswith("--web.listen-address=127.0.0.1:"), name
    assert SERVICES["grafana"]["environment"]["GF_SERVER_HTTP_ADDR"] == "127.0.0.1"
    assert not [name for name, service in SERVICES.items() if "ports" in service]


def test_no_password_has_a_default_and_nobody_may_watch_or_act_unasked() -> None:
    assert ":?" in SERVICES["grafana"]["environment"]["GF_SECURITY_ADMIN_PASSWORD"]
    assert "--control=${PROMSCOPE_CONTROL:-none}" in SERVICES["exporter"]["command"]
    assert not [word for word in SERVICES["api"]["command"] if "local-viewer" in word]


def test_our_flags_exist() -> None:
    collectors = {name: one.default for name, one in discover().items()}
    known = {"exporter": _names(exporter_options(collectors)), "api": _names(API_OPTIONS)}
    for name, flags in known.items():
        given = {word.partition("=")[0] for word in SERVICES[name]["command"]}
        assert given <= flags


def test_promtool_accepts_its_prometheus_configuration(tmp_path: Path) -> None:
    text = (FOLDER / "prometheus.yml").read_text()
    file = tmp_path / "prometheus.yml"
    file.write_text(text.replace("/etc/prometheus/rules", str(ROOT / "prometheus" / "rules")))
    assert "2 rule files found" in run("promtool", "check", "config", file)


def test_a_docker_engine_finds_the_exporter_by_the_label_it_has() -> None:
    discovery = (ROOT / "prometheus" / "docker-discovery.yml").read_text()
    ((label, value),) = SERVICES["exporter"]["labels"].items()
    assert f'"{label}={value}"' in discovery


def _pins(name: str) -> list[str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    return re.findall(r"^([a-z0-9-]+==[\w.]+)", text, re.MULTILINE)


def _names(options: tuple[Option, ...]) -> set[str]:
    return {f"--{option.flag}" for option in options}
