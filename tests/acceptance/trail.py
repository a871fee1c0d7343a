"""The audit records as they are on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]


def records(storage: Path, **wanted: str) -> list[Record]:
    """All records below the API's storage folder, oldest first.

    `wanted`: only those with these values; `operation_phase="intent"` stands for
    `promscope.operation.phase`, `event_action` for `event.action`, and so on.
    """
    found = [
        json.loads(line)
        for file in storage.rglob("*.jsonl")
        for line in file.read_text().splitlines()
    ]
    found.sort(key=lambda record: int(record["event.sequence"]))
    return [
        record
        for record in found
        if all(_value(record, name) == value for name, value in wanted.items())
    ]


def phases(storage: Path, operation_id: str) -> list[tuple[str, str]]:
    """(phase, outcome) of each record of one operation, in the order written."""
    return [
        (record["promscope.operation.phase"], record["event.outcome"])
        for record in records(storage, operation_id=operation_id)
    ]


def _value(record: Record, name: str) -> Any:
    dotted = name.replace("_", ".")
    return record.get(dotted, record.get(f"promscope.{dotted}"))
