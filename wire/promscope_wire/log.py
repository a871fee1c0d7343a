"""Logging as JSON or logfmt lines on standard error (`--log.format`, `--log.level`)."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

FORMATS = ("logfmt", "json")
LEVELS = ("debug", "info", "warn", "error")

#: The request that the running thread or task answers; every line it logs has it.
request: ContextVar[str] = ContextVar("request", default="")

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    moment = datetime.fromtimestamp(record.created, UTC)
    level = record.levelname.lower()
    fields: dict[str, Any] = {
        "ts": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": "warn" if level == "warning" else level,
        "logger": record.name,
        "msg": record.getMessage(),
    }
    if request.get():
        fields["request_id"] = request.get()
    fields.update((key, value) for key, value in vars(record).items() if key not in _PLAIN)
    if record.exc_info:
        fields["exception"] = logging.Formatter().formatException(record.exc_info)
    return fields


class JsonFormatter(logging.Formatter):
    """One JSON object per line; `extra=` fields stand beside ts, level, logger and msg."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record), default=str)


class LogfmtFormatter(logging.Formatter):
    """`key=value` pairs; a value with anything but plain characters is JSON-quoted."""

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(f"{key}={_logfmt(value)}" for key, value in _fields(record).items())


def _logfmt(value: object) -> str:
    text = str(value)
    plain = text and all(" " < char <= "~" and char not in '"=\\' for char in text)
    return text if plain else json.dumps(text)


def configure(log_format: str, level: str, stream: TextIO | None = None) -> None:
    """Send the root logger's lines to `stream` (standard error by default)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if log_format == "json" else LogfmtFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("WARNING" if level == "warn" else level.upper())
    # Below INFO it logs the headers of requests, and with them the tunnel's secret.
    logging.getLogger("websockets").setLevel(max(root.level, logging.INFO))
