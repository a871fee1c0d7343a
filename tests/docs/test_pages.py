"""What the documentation names exists: files, headings, settings, commands, metrics, alerts."""

from __future__ import annotations

import importlib
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import yaml

from docs import reference
from promscope_api.control import dispatch
from promscope_api.security import codes, policy, sessions
from promscope_api.settings import OPTIONS as API_OPTIONS
from promscope_exporter import commands
from promscope_exporter.collectors.registry import discover
from promscope_exporter.edges import table
from promscope_exporter.exposition import catalogue
from promscope_exporter.settings import options as exporter_options
from promscope_exporter.tunnel import link, queries
from promscope_wire import frames, ids, secretfile
from tests.docs import promql
from tests.docs.pages import PAGES, Page

_ROOT = promql.ROOT
_METRIC = re.compile(r"\b(promscope_[a-z0-9_]+)\b(?![/.*]|_\*)")
#: Packages and files whose names look like metrics.
_PACKAGES = re.compile(r"promscope_(wire|exporter|api)(?=[/.]|$)")
#: Flags of other programs that the pages name, by the beginning of their command.
_OTHERS = re.compile(r"^\s*(?:\S+=\S+\s+)*(curl|docker|mount|sudo|sysctl|head|useradd|python3)\b")
_OPERATOR = (
    "head",
    "pseudonymise",
    "role",
    "user",
    "scope",
    "days",
    "grafana-url",
    "grafana-audience",
    "follow",
    "json",
    "config.file",
    "url",
    "token",
    "folder",
    "dry-run",
    "api.token-file",
    "ca-file",
    "token-file",
    "rehearse",
    "version",
    "help",
)


def _ids(page: Page) -> str:
    return page.name


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_links_lead_somewhere(page: Page) -> None:
    for place in page.links:
        if re.match(r"[a-z]+:", place):
            continue
        target, _, anchor = place.partition("#")
        path = (page.path.parent / target).resolve() if target else page.path
        assert path.exists(), place
        if anchor:
            assert anchor in Page(path).anchors, place


def test_every_page_is_in_the_index() -> None:
    index = Page(_ROOT / "docs" / "README.md")
    linked = {(index.path.parent / place.partition("#")[0]).resolve() for place in index.links}
    pages = {page.path for page in PAGES if page.path.parent.is_relative_to(_ROOT / "docs")}
    assert pages - {index.path} <= linked


@pytest.mark.parametrize("path", reference.pages())
def test_pages_that_follow_from_the_code_are_up_to_date(path: str) -> None:
    made = reference.pages()[path]()
    assert (_ROOT / "docs" / path).read_text() == made, "run: python -m docs.reference"


def test_every_setting_is_documented() -> None:
    page = (_ROOT / "docs" / "configuration.md").read_text()
    missing = [flag for flag in _flags() if f"`--{flag}`" not in page]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_settings_that_are_named_exist(page: Page) -> None:
    known = {*_flags(), *_OPERATOR}
    lines = (line for line in page.code.splitlines() if not _OTHERS.match(line))
    named = {flag for line in lines for flag in re.findall(r"(?<![\w-])--([a-z][\w.-]+)", line)}
    wrong = {flag for flag in named if flag not in known and flag.removeprefix("no-") not in known}
    assert wrong - _foreign_flags() == set()


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_make_targets_that_are_named_exist(page: Page) -> None:
    makefile = (_ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    calls = re.findall(r"(?:^|\s|=\w+ )make((?: [a-z][a-z-]*)+)", page.code, re.MULTILINE)
    named = {target for call in calls for target in call.split()}
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_our_commands_exist_and_take_those_words(
    page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in page.commands():
        words = [word for word in shlex.split(command) if "=" not in word or word.startswith("-")]
        if not words or words[0] not in _scripts():
            continue
        module, function = _scripts()[words[0]].split(":")
        main = getattr(importlib.import_module(module), function)
        with pytest.raises(SystemExit) as ended:
            main([*words[1:], "--help"])
        assert ended.value.code == 0, f"{command}\n{capsys.readouterr().err}"


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_python_modules_to_run_exist(page: Page) -> None:
    for name in re.findall(r"python3? -m ([a-z_][\w.]*)", page.code):
        if name.partition(".")[0] in ("venv", "pip"):
            continue
        assert importlib.util.find_spec(name), name


@pytest.mark.parametrize("page", PAGES, ids=_ids)
def test_metrics_that_are_named_exist(page: Page) -> None:
    families = {family.name for family in catalogue.families()}
    known = {*families, *promql.metrics(), *promql.recorded(), *reference.api_families()}
    known |= {row.removesuffix("_bucket") for row in reference.api_families()}
    named = {name for name in _METRIC.findall(page.code) if not _PACKAGES.match(name)}
    wrong = {name for name in named if name not in known and not name.endswith("_")}
    assert wrong == set()


def test_every_metric_is_documented() -> None:
    text = (_ROOT / "docs" / "metrics" / "README.md").read_text()
    assert [one.name for one in catalogue.families() if f"`{one.name}`" not in text] == []


def test_every_alert_is_documented() -> None:
    text = (_ROOT / "docs" / "troubleshooting.md").read_text()
    rules = yaml.safe_load((_ROOT / "prometheus" / "rules" / "alerts.yml").read_text())
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"]]
    assert [alert for alert in alerts if f"`{alert}`" not in text] == []


def test_every_node_kind_is_documented() -> None:
    text = (_ROOT / "docs" / "ids.md").read_text()
    assert [kind for kind in ids.PARTS if f"`{kind}`" not in text and f"`{kind}:" not in text] == []


def _says(page: str, sentence: str) -> bool:
    return sentence in " ".join((_ROOT / "docs" / page).read_text().split())


def test_numbers_that_are_quoted_are_the_code_s() -> None:
    retry = f"again after {link.FIRST_BACKOFF_SECONDS:g} s, then waits longer each time, up to"
    assert _says("tunnel.md", f"{retry} {link.LAST_BACKOFF_SECONDS:g} s")
    assert _says("tunnel.md", f"({link.REFUSED_BACKOFF_SECONDS:g} s if it was refused)")
    assert _says("tunnel.md", f"{frames.MAX_FRAME_BYTES >> 20} MiB from the exporter")
    assert _says("tunnel.md", f"{link.MAX_MESSAGE_BYTES >> 10} KiB from the API")
    assert _says("tunnel.md", f"valid for {dispatch.TTL_SECONDS:g} seconds")
    assert _says("tunnel.md", f"at most {queries.MAX_ITEMS:,} processes or connections")
    assert _says("tunnel.md", f"({secretfile.MIN_BYTES} bytes at least)")
    assert _says("security.md", f"once within {codes.LIFETIME_SECONDS / 60:g} minutes")
    assert _says("security.md", f"session lasts {sessions.LIFETIME_SECONDS / 3600:g} hours")
    limits = f"the first {commands.MAX_PER_CONTAINER} of a container and {commands.MAX_PER_HOST}"
    assert _says("edges.md", limits)
    assert _says("edges.md", f"stays for {table.LINGER / 60:g} minutes after its last connection")


def test_close_codes_of_the_tunnel_are_documented() -> None:
    sources = "".join(
        (_ROOT / "topology-api" / "promscope_api" / "control" / name).read_text()
        for name in ("endpoint.py", "tunnel.py", "tunnels.py")
    )
    used = set(re.findall(r"\b(4[04]\d\d)\b", sources))
    assert used
    page = (_ROOT / "docs" / "tunnel.md").read_text()
    assert set(re.findall(r"^\| (4\d\d\d) \|", page, re.MULTILINE)) == used


def test_every_frame_is_documented() -> None:
    page = (_ROOT / "docs" / "tunnel.md").read_text()
    kinds = (*frames.FromProbe.__args__, *frames.FromApi.__args__)
    tags = {str(kind.__struct_config__.tag) for kind in kinds}
    assert {tag for tag in tags if f"`{tag}`" not in page} == set()


def test_every_role_is_documented_with_its_permissions() -> None:
    page = (_ROOT / "docs" / "security.md").read_text()
    for role, granted in policy.ROLES.items():
        assert f"| `{role}` |" in page
        assert {one for one in granted if f"`{one}`" not in page} == set()


def test_every_capability_that_an_exporter_tells_of_is_explained() -> None:
    sources = "".join(path.read_text() for path in (_ROOT / "exporter").rglob("*.py"))
    told = set(re.findall(r'\.capability\(\s*"(\w+)"', sources))
    assert len(told) > 5
    pages = "".join((_ROOT / "docs" / f"{name}.md").read_text() for name in _CAPABILITY_PAGES)
    assert {name for name in told if name not in pages} == set()


def test_messages_that_are_quoted_are_in_the_code() -> None:
    """A quoted message is found again, word for word, up to the parts that vary (`…`)."""
    sources = "".join(_source(path) for folder in _CODE for path in (_ROOT / folder).rglob("*.py"))
    page = (_ROOT / "docs" / "troubleshooting.md").read_text()
    quoted = [
        message
        for row in re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)
        for message in re.findall(r"`([^`]+)`", row)
        if " " in message and "(compose)" not in row
    ]
    assert len(quoted) > 15
    missing = [
        message
        for message in quoted
        for part in message.split("…")
        if " ".join(part.split()) not in sources
    ]
    assert missing == []


_CAPABILITY_PAGES = ("privileges", "troubleshooting")
_CODE = ("wire", "exporter", "topology-api", "stack")


def _source(path: Path) -> str:
    """The text with string literals that continue on the next line joined."""
    joined = re.sub(r'"\s*\n\s*f?"', "", path.read_text())
    return " ".join(re.sub(r"\{[^{}\s]*\}", "", joined).split())


def _flags() -> set[str]:
    collectors = {name: one.default for name, one in discover().items()}
    return {option.flag for option in (*exporter_options(collectors), *API_OPTIONS)}


def _foreign_flags() -> set[str]:
    """Those of other programs in the files of ours that the pages quote."""
    text = (_ROOT / "compose" / "compose.yaml").read_text()
    return set(re.findall(r"--((?:config|storage\.tsdb|web|cluster)[\w.-]+)", text)) | {
        "retention.resolution-5m",
        "retention.resolution-raw",
        "storage.tsdb.retention.size",
        "storage.tsdb.retention.time",
    }


def _scripts() -> dict[str, str]:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
    scripts: dict[str, str] = project["scripts"]
    return scripts
