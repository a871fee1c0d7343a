"""A dashboard: rows of panels with what every dashboard of ours has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from grafana.boards import variable
from grafana.boards.panel import Panel
from grafana.boards.target import TOPOLOGY, Json

#: Grafana 10's, which later ones read and migrate.
_SCHEMA = 39
_COLUMNS = 24
_OWN_ANNOTATIONS: Json = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}
#: Lifecycle events of containers, from the API.
EVENTS: Json = {
    "datasource": TOPOLOGY,
    "enable": True,
    "iconColor": "blue",
    "name": "Container events",
    "target": {"refId": "events", "kind": "events"},
}
_LINKS: Json = {
    "type": "dashboards",
    "title": "Promscope",
    "tags": ["promscope"],
    "asDropdown": True,
    "includeVars": True,
    "keepTime": True,
    "targetBlank": False,
    "icon": "external link",
    "tooltip": "The other dashboards, with the same choices",
    "url": "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """Panels side by side, under a heading if there is a title."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Board:
    """`name` is the end of its uid, which stays for good: links and saved choices need it."""

    name: str
    title: str
    description: str
    rows: Sequence[Row]
    variables: Sequence[Json] = ()
    annotations: Sequence[Json] = field(default_factory=list)

    @property
    def uid(self) -> str:
        return f"promscope-{self.name}"

    def json(self) -> Json:
        """The model that Grafana provisions and imports."""
        return {
            "uid": self.uid,
            "title": f"Promscope / {self.title}",
            "description": self.description,
            "tags": ["promscope"],
            "schemaVersion": _SCHEMA,
            "version": 1,
            "editable": True,
            "graphTooltip": 1,
            "id": None,
            "timezone": "browser",
            "time": {"from": "now-1h", "to": "now"},
            "refresh": "30s",
            "timepicker": {},
            "weekStart": "",
            "fiscalYearStartMonth": 0,
            "liveNow": False,
            "annotations": {"list": [_OWN_ANNOTATIONS, *self.annotations]},
            "links": [_LINKS],
            "templating": {"list": [*variable.common(), *self.variables]},
            "panels": self._panels(),
        }

    def _panels(self) -> list[Json]:
        """Laid out from left to right; a panel that does not fit begins the next line."""
        placed: list[Json] = []
        y = 0
        for row in self.rows:
            if row.title:
                placed.append(_heading(row.title, len(placed) + 1, y))
                y += 1
            x = height = 0
            for panel in row.panels:
                if x + panel.width > _COLUMNS:
                    x, y, height = 0, y + height, 0
                placed.append(panel.json(len(placed) + 1, x, y))
                x, height = x + panel.width, max(height, panel.height)
            y += height
        return placed


def _heading(title: str, number: int, y: int) -> Json:
    place = {"h": 1, "w": _COLUMNS, "x": 0, "y": y}
    return {
        "id": number,
        "type": "row",
        "title": title,
        "collapsed": False,
        "gridPos": place,
        "panels": [],
    }
