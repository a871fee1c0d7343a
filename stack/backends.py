"""The other backends `make test-all` runs on, built from their Go modules."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from stack.places import State
from stack.refusal import Refusal
from stack.terminal import step


@dataclass(frozen=True, slots=True)
class Module:
    """A program in a Go module; `v0.305.x` is how the module of Prometheus 3.5 is numbered."""

    package: str
    version: str
    program: str


MODULES: Mapping[str, Module] = {
    "Prometheus 3": Module(
        "github.com/prometheus/prometheus/cmd/prometheus", "v0.305.0",
        "prometheus",
    ),
    "VictoriaMetrics": Module(
        "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics", "v1.140.0",
        "victoria-metrics",
    ),
}  # fmt: skip


def build() -> dict[str, Path]:
    """Name → program. Raises Refusal if Go is missing or a module does not build."""
    if shutil.which("go") is None:
        raise Refusal("The other backends are built with Go, which is not here: https://go.dev/dl/")
    return {name: _build(name, module) for name, module in MODULES.items()}


def _build(name: str, module: Module) -> Path:
    folder = State.of().folder.resolve() / "backends" / f"{module.program}-{module.version}"
    program = folder / module.program
    if program.exists():
        return program
    with step(f"building {name} {module.version}"):
        _compile(name, module, program)
    return program


def _compile(name: str, module: Module, program: Path) -> None:
    """In a module of its own: `go install` refuses modules whose go.mod replaces others."""
    with TemporaryDirectory(prefix="promscope-backend-") as folder:
        for command in (
            ["go", "mod", "init", "backend"],
            ["go", "get", f"{module.package}@{module.version}"],
            ["go", "build", "-o", str(program), module.package],
        ):
            done = subprocess.run(
                command,
                cwd=folder,
                env={**os.environ, "CGO_ENABLED": "0"},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise Refusal(f"{name} could not be built:\n{done.stderr.strip()[-1500:]}")
