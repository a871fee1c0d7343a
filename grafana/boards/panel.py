"""The kinds of panels the dashboards are made of, each with the settings they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from grafana.boards.target import PROMETHEUS, TOPOLOGY, Json, asked, now, over_time, rows

Step = tuple[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What one panel shows and how large it is, in the 24 columns of a dashboard."""

    kind: str
    title: str
    description: str
    targets: list[Json]
    width: int
    height: int
    options: Json
    defaults: Json
    overrides: list[Json] = field(default_factory=list)
    transformations: list[Json] = field(default_factory=list)
    source: Json = field(default_factory=lambda: PROMETHEUS)

    def json(self, number: int, x: int, y: int) -> Json:
        """As a dashboard holds it, with its upper left corner at x, y."""
        changed = {"transformations": self.transformations} if self.transformations else {}
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": self.source,
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
            "fieldConfig": {"defaults": self.defaults, "overrides": self.overrides},
            "options": self.options,
            "targets": self.targets,
        } | changed


def stat(
    title: str,
    description: str,
    expression: str,
    unit: str = "short",
    *,
    steps: Sequence[Step] = (),
    width: int = 3,
    word: str = "",
    over_range: bool = False,
    trend: bool = False,
    **defaults: object,
) -> Panel:
    """One number; or, with `word`, the label of that name of the series that is there."""
    once = bool(word) or over_range
    legend = f"{{{{{word}}}}}" if word else ""
    return Panel(
        kind="stat",
        title=title,
        description=description,
        targets=now([expression], legend) if once else over_time([(expression, legend)]),
        width=width,
        height=4,
        defaults={"color": {"mode": "thresholds"}, "unit": unit, "thresholds": _steps(steps)}
        | defaults,
        options={
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "value",
            "graphMode": "area" if trend else "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "textMode": "name" if word else "auto",
        },
    )


def graph(
    title: str,
    description: str,
    unit: str,
    *lines: tuple[str, str],
    width: int = 8,
    stacked: bool = False,
    below: str = "",
    listed: bool = False,
    **defaults: object,
) -> Panel:
    """(expression, legend) over time; lines whose legend matches `below` go downwards."""
    down = [_override("byRegexp", below, "custom.transform", "negative-Y")] if below else []
    legend: Json = {"displayMode": "list", "placement": "bottom", "calcs": [], "showLegend": True}
    if listed:
        legend |= {"displayMode": "table", "placement": "right", "calcs": ["lastNotNull", "max"]}
        legend |= {"sortBy": "Last *", "sortDesc": True}
    return Panel(
        kind="timeseries",
        title=title,
        description=description,
        targets=over_time(lines),
        width=width,
        height=8,
        defaults={
            "color": {"mode": "palette-classic"},
            "unit": unit,
            "custom": {
                "drawStyle": "line",
                "lineWidth": 1,
                "fillOpacity": 70 if stacked else 10,
                "showPoints": "never",
                "spanNulls": False,
                "stacking": {"mode": "normal" if stacked else "none", "group": "A"},
            },
        }
        | ({} if below else {"min": 0})
        | defaults,
        overrides=down,
        options={"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}},
    )


def table(
    title: str,
    description: str,
    expressions: Sequence[str],
    columns: Mapping[str, str],
    units: Mapping[str, str],
    *,
    width: int = 12,
    height: int = 9,
    hidden: Sequence[str] = (),
    links: Mapping[str, Json] | None = None,
    sort: str = "",
) -> Panel:
    """Rows of now. `columns`: label, or `Value #A`, to its heading, by which units and links go."""
    overrides = [_override("byName", name, "unit", unit) for name, unit in units.items()]
    overrides += [
        _override("byName", name, "links", [link]) for name, link in (links or {}).items()
    ]
    several = len(expressions) > 1
    order = {label: place for place, label in enumerate(columns)}
    organize = {
        "id": "organize",
        "options": {
            "excludeByName": dict.fromkeys(("Time", "cluster", "job", "__name__", *hidden), True),
            "indexByName": order,
            "renameByName": dict(columns),
        },
    }
    return Panel(
        kind="table",
        title=title,
        description=description,
        targets=rows(expressions),
        width=width,
        height=height,
        defaults=_CELLS,
        overrides=overrides,
        options=_table_options(sort),
        transformations=[*([{"id": "merge", "options": {}}] if several else []), organize],
    )


def answers(title: str, description: str, kind: str, *, width: int = 24, **query: str) -> Panel:
    """A table of the API's own, by the Promscope data source."""
    return Panel(
        kind="table",
        title=title,
        description=description,
        targets=asked(kind, **query),
        width=width,
        height=9,
        defaults=_CELLS | {"unit": "none"},
        options=_table_options(""),
        source=TOPOLOGY,
    )


def topology(title: str, description: str, *, writes: str, **query: str) -> Panel:
    """The map; a click on a node writes its name to the variable `writes`."""
    return Panel(
        kind="promscope-topology-panel",
        title=title,
        description=description,
        targets=asked("map", **query),
        width=24,
        height=18,
        defaults={"unit": "none"},
        options={"size": "cpu", "fill": "none", "variable": writes, "value": "name"},
        source=TOPOLOGY,
    )


def link(title: str, board: str, **fields: str) -> Json:
    """To another dashboard with the same choices; `fields`: variable to the field of the row."""
    kept = "&".join(f"${{{name}:queryparam}}" for name in ("datasource", "cluster", "job"))
    row = "&".join(f"var-{name}=${{__data.fields.{label}}}" for name, label in fields.items())
    url = f"/d/promscope-{board}?{kept}&{row}&${{__url_time_range}}"
    return {"title": title, "url": url, "targetBlank": False}


_CELLS: Json = {
    "color": {"mode": "thresholds"},
    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]},
    "custom": {"align": "auto", "filterable": True},
}


def _table_options(sort: str) -> Json:
    footer = {"show": False, "reducer": ["sum"], "countRows": False, "fields": ""}
    chosen = {"sortBy": [{"displayName": sort, "desc": True}]} if sort else {}
    return {"cellHeight": "sm", "showHeader": True, "footer": footer} | chosen


def _steps(above: Sequence[Step]) -> Json:
    steps = [{"color": color, "value": value} for color, value in above]
    return {"mode": "absolute", "steps": [{"color": "green", "value": None}, *steps]}


def _override(matcher: str, what: str, setting: str, value: object) -> Json:
    return {
        "matcher": {"id": matcher, "options": what},
        "properties": [{"id": setting, "value": value}],
    }
