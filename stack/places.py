"""Where things are: the checkout, its environment, and the state folder of `make run`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PLUGIN = ROOT / "grafana" / "plugin"
PAGE = ROOT / "topology-api" / "promscope_api" / "page"


def script(name: str) -> str:
    """The path of a console script of the environment."""
    return str(VENV / "bin" / name)


@dataclass(frozen=True, slots=True)
class State:
    """The state folder: nothing that `make run` writes is anywhere else."""

    folder: Path

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> State:
        folder = Path(environment.get("STATE") or ".state")
        return cls(folder if folder.is_absolute() else ROOT / folder)

    def make(self) -> None:
        for folder in (self.folder, self.logs, self.storage, self.prometheus):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def storage(self) -> Path:
        """The API's store and audit records."""
        return self.folder / "storage"

    @property
    def prometheus(self) -> Path:
        return self.folder / "prometheus"

    @property
    def secret(self) -> Path:
        """What the exporter proves itself with to the API; mode 0600."""
        return self.folder / "tunnel.secret"

    @property
    def kernel(self) -> Path:
        """The kernel settings as they were, while they are changed."""
        return self.folder / "kernel.json"
