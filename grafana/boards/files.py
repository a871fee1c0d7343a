"""The dashboards as files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from grafana.boards import (
    alerts,
    audit,
    changes,
    container,
    fleet,
    host,
    itself,
    network,
    process,
    topology,
)

FOLDER = Path(__file__).resolve().parents[1] / "dashboards"
_BOARDS = (
    topology.BOARD,
    fleet.BOARD,
    host.BOARD,
    container.BOARD,
    process.BOARD,
    network.BOARD,
    changes.BOARD,
    alerts.BOARD,
    audit.BOARD,
    itself.BOARD,
)


def contents() -> Mapping[str, str]:
    """The name of each file and what belongs into it."""
    return {
        f"{board.uid}.json": json.dumps(board.json(), indent=2, ensure_ascii=False) + "\n"
        for board in _BOARDS
    }


def write(folder: Path = FOLDER) -> int:
    """Write every file; those that are no dashboard any more go. Returns 0."""
    wanted = contents()
    for name, text in wanted.items():
        (folder / name).write_text(text)
    for file in folder.glob("*.json"):
        if file.name not in wanted:
            file.unlink()
    return 0
