"""`make lint`: every check runs, then the failed ones are named."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stack import environment, licences, page, prometheus, tools
from stack.places import PLUGIN, ROOT
from stack.ports import Ports
from stack.refusal import Refusal
from stack.terminal import say

_COPIES = ROOT / "stack" / "copies"
_CODE = (
    "wire",
    "exporter",
    "topology-api",
    "stack",
    "demo",
    "tests",
    "grafana/boards",
    "grafana/plugin",
    ".ci",
)


@dataclass(frozen=True, slots=True)
class Check:
    """A command that ends with status 0 if all is well."""

    name: str
    command: Sequence[str]
    folder: Path = ROOT


def main() -> int:
    """0 if every check passed."""
    environment.make("dev")
    page.modules()
    page.modules(_COPIES)
    with tempfile.TemporaryDirectory(prefix="promscope-lint-") as scratch:
        failed = [check.name for check in _checks(Path(scratch)) if not _passes(check)]
    bad = licences.problems()
    say(f"{'FAILED' if bad else 'ok    '}  licences")
    for line in bad:
        say(f"    {line}")
    if bad:
        failed.append("licences")
    say(f"{len(failed)} failed: {', '.join(failed)}" if failed else "Everything passed.")
    return 1 if failed else 0


def _checks(scratch: Path) -> Iterator[Check]:
    yield Check("ruff check", _python("ruff", "check", "."))
    yield Check("ruff format", _python("ruff", "format", "--check", "."))
    yield Check("mypy", _python("mypy"))
    yield Check("tsc and eslint", _npm("run", "lint"), PLUGIN)
    absent = tools.missing("promtool", "amtool")
    if absent:
        raise Refusal(f"promtool and amtool are wanted: sudo apt install {' '.join(absent)}")
    yield from _promtool(scratch)
    amtool = tools.find("amtool")
    for file in sorted((ROOT / "alertmanager").glob("*.yml")):
        yield Check(f"amtool {file.name}", [amtool, "check-config", str(file)])
    yield Check(
        "copies below 1 %",
        [
            *(str(page.node() / "bin" / "node"), "node_modules/jscpd/bin/jscpd"),
            *("--config", ".jscpd.json"),
            *(str(ROOT / part) for part in _CODE if (ROOT / part).is_dir()),
        ],
        _COPIES,
    )


def _promtool(scratch: Path) -> Iterator[Check]:
    promtool = tools.find("promtool")
    made = prometheus.configure(scratch, Ports())
    configs = [made, ROOT / "prometheus" / "prometheus.yml"]
    for config in configs:
        if config.exists():
            yield Check(f"promtool {config.name}", [promtool, "check", "config", str(config)])
    rules = sorted(map(str, (ROOT / "prometheus" / "rules").glob("*.yml")))
    yield Check("promtool rules", [promtool, "check", "rules", *rules])
    tests = sorted(map(str, (ROOT / "prometheus" / "tests").glob("*.yml")))
    yield Check("promtool rule tests", [promtool, "test", "rules", *tests])


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _npm(*arguments: str) -> list[str]:
    home = page.node()
    # npm starts its scripts' node from PATH, which must be the same one.
    return [
        *("env", f"PATH={home / 'bin'}:/usr/bin:/bin", str(home / "bin" / "node")),
        *(str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"), *arguments),
    ]


def _passes(check: Check) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=check.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    took = time.monotonic() - started
    say(f"{'FAILED' if done.returncode else 'ok    '}  {check.name} ({took:.0f} s)")
    if done.returncode:
        say("\n".join("    " + line for line in done.stdout.strip().splitlines()[-60:]))
    return done.returncode == 0
