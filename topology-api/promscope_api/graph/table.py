"""The nodes of a view as rows: sorted pages that a cursor continues, and flat rows for export."""

from __future__ import annotations

import base64
import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from promscope_api.graph.model import Limits, Metrics, Node

MAX_CURSOR = 2000
_TEXTS = ("id", "kind", "label", "sublabel", "status", "state")
#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class BadTable(ValueError):
    """No such column or cursor; the message names the remedy."""


class Page(msgspec.Struct, frozen=True):
    """`total` rows in all; `next` continues after the last of `items`, None at the end."""

    view: str
    taken_at: float | None
    total: int
    sort: str
    items: list[Node]
    next: str | None


class _Cursor(msgspec.Struct, frozen=True):
    sort: str
    value: float | str | None
    id: str


def page(
    nodes: list[Node], view: str, taken_at: float | None, sort: str, limit: int, cursor: str
) -> Page:
    """The next `limit` rows by a column, `-` before its name for the largest first.

    A cursor names the last row that was given, so that rows that come and go in between neither
    repeat others nor hide them. What has no value comes last. Raises BadTable.
    """
    column = sort.removeprefix("-")
    read = _reader(column)
    descending = sort.startswith("-")
    rows = sorted(nodes, key=lambda node: _key(read(node), node.id, descending))
    if cursor:
        after = _decoded(cursor)
        if after.sort != sort:
            raise BadTable("the cursor belongs to another sort: begin without one")
        last = _key(after.value, after.id, descending)
        rows = [node for node in rows if _key(read(node), node.id, descending) > last]
    items = rows[:limit]
    more = None
    if len(rows) > limit:
        more = _encoded(_Cursor(sort, read(items[-1]), items[-1].id))
    return Page(view, taken_at, len(nodes), sort, items, more)


def _reader(column: str) -> Callable[[Node], float | str | None]:
    if column in _TEXTS:
        return lambda node: str(getattr(node, column)).lower()
    if column in Metrics.__struct_fields__:
        return lambda node: getattr(node.metrics, column)
    if column.startswith("facts.") and len(column) < 80:
        name = column.removeprefix("facts.")
        return lambda node: node.facts[name].lower() if name in node.facts else None
    names = ", ".join((*_TEXTS, *Metrics.__struct_fields__))
    raise BadTable(
        f"there is no column {column[:40]!r} to sort by; there are {names} and facts.NAME"
    )


class _Down:
    """Any value, in reverse order."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Down) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Down) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


def _key(value: float | str | None, node: str, descending: bool) -> tuple[Any, ...]:
    if value is None:
        return 2, node
    # Numbers and texts never meet in one column but for a cursor that somebody made up.
    kind = 0 if isinstance(value, (int, float)) else 1
    return (kind, _Down(value) if descending else value, node)


def _encoded(cursor: _Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _decoded(text: str) -> _Cursor:
    try:
        raw = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        return msgspec.json.decode(raw, type=_Cursor)
    except (ValueError, msgspec.MsgspecError) as error:
        raise BadTable("this is no cursor of ours: begin without one") from error


def flat(node: Node) -> dict[str, Any]:
    """One row of an export: every column by its name, facts as `facts.NAME`."""
    limits = {f"limits.{name}": getattr(node.limits, name) for name in Limits.__struct_fields__}
    return {
        **{name: getattr(node, name) for name in _TEXTS},
        "reasons": "; ".join(node.reasons),
        **msgspec.structs.asdict(node.metrics),
        **limits,
        **{f"facts.{name}": value for name, value in node.facts.items()},
    }


def as_csv(nodes: Iterable[Node]) -> bytes:
    """RFC 4180 with a header, UTF-8. A text that a spreadsheet would run as a formula gets a `'`
    before it; a number stays a number; what is not measured is empty.
    """
    rows = [flat(node) for node in nodes]
    names = list(dict.fromkeys(name for row in rows for name in row)) or list(_TEXTS)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(_cell, names))
    for row in rows:
        writer.writerow(_cell(row.get(name)) for name in names)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
