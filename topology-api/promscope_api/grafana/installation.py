"""What belongs into a Grafana, and how it comes in and goes out again. Doing it twice changes
nothing the second time; what is not ours is never touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from promscope_api import __version__
from promscope_api.grafana.server import GrafanaRefused, Json, Server

FOLDER = "promscope"
PROMETHEUS = "promscope-prometheus"
TOPOLOGY = "promscope"
PLUGIN = "promscope-topology-datasource"
_DASHBOARDS = Path(__file__).resolve().parents[1] / "dashboards"
#: What a server writes into a dashboard by itself.
_SERVERS = frozenset(("id", "version"))

Did = Literal["create", "update", "keep", "remove"]


@dataclass(frozen=True, slots=True)
class Step:
    """What is done to one thing, or would be."""

    did: Did
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Installation:
    """What to put in. Without a URL its data source is left out; `token` is that of the API."""

    folder: str = "Promscope"
    prometheus_url: str = ""
    interval: str = "15s"
    api_url: str = ""
    api_token: str = ""

    def into(self, server: Server, *, dry_run: bool = False) -> Iterator[Step]:
        """Each step after it is done, or instead of doing it. Raises GrafanaRefused."""
        if self.api_url and PLUGIN not in server.plugins():
            raise GrafanaRefused(
                f"{server.url} does not have the plugin {PLUGIN}: install the app plugin first"
                " (docs/grafana.md), or leave --api.url out"
            )
        act = _Hand(dry_run)
        if server.folder(FOLDER) is None:
            act(lambda: server.make_folder(FOLDER, self.folder))
            yield Step("create", "folder", self.folder)
        else:
            yield Step("keep", "folder", self.folder)
        for model in self._sources():
            yield _put_source(server, model, act)
        for model in dashboards():
            yield _put_dashboard(server, model, act)

    def _sources(self) -> Iterator[Json]:
        if self.prometheus_url:
            yield {
                "uid": PROMETHEUS,
                "name": "Prometheus (Promscope)",
                "type": "prometheus",
                "access": "proxy",
                "url": self.prometheus_url,
                "jsonData": {"timeInterval": self.interval, "httpMethod": "POST"},
            }
        if self.api_url:
            secret = {"secureJsonData": {"token": self.api_token}} if self.api_token else {}
            yield {
                "uid": TOPOLOGY,
                "name": "Promscope",
                "type": PLUGIN,
                "access": "proxy",
                "url": self.api_url,
                "jsonData": {},
            } | secret


def remove(server: Server, *, dry_run: bool = False) -> Iterator[Step]:
    """The way out: our dashboards and data sources, and the folder if nothing else is in it.

    Raises GrafanaRefused.
    """
    act = _Hand(dry_run)
    ours = {str(model["uid"]): str(model["title"]) for model in dashboards()}
    for uid, title in ours.items():
        if server.dashboard(uid) is not None:
            act(lambda uid=uid: server.drop_dashboard(uid))  # type: ignore[misc]
            yield Step("remove", "dashboard", title)
    for uid in (TOPOLOGY, PROMETHEUS):
        found = server.source(uid)
        if found is not None:
            act(lambda uid=uid: server.drop_source(uid))  # type: ignore[misc]
            yield Step("remove", "data source", str(found["name"]))
    folder = server.folder(FOLDER)
    if folder is not None and (dry_run or server.is_empty(FOLDER)):
        act(lambda: server.drop_folder(FOLDER))
        yield Step("remove", "folder", str(folder["title"]))
    elif folder is not None:
        yield Step("keep", "folder", str(folder["title"]))


def dashboards() -> list[Json]:
    """The models that came with this program, by uid."""
    return [json.loads(file.read_text()) for file in sorted(_DASHBOARDS.glob("*.json"))]


class _Hand:
    """Does things, or keeps still in a dry run."""

    def __init__(self, still: bool) -> None:
        self._still = still

    def __call__(self, act: Callable[[], None]) -> None:
        if not self._still:
            act()


def _put_source(server: Server, model: Json, act: _Hand) -> Step:
    found = server.source(model["uid"])
    if found is None:
        act(lambda: server.make_source(model))
        return Step("create", "data source", model["name"])
    plain = {key: value for key, value in model.items() if key != "secureJsonData"}
    # A token cannot be read back, so one that is given is always written.
    if plain == {key: found.get(key) for key in plain} and "secureJsonData" not in model:
        return Step("keep", "data source", model["name"])
    act(lambda: server.change_source(model))
    return Step("update", "data source", model["name"])


def _put_dashboard(server: Server, model: Json, act: _Hand) -> Step:
    found = server.dashboard(model["uid"])
    if found is not None:
        same = _content(found["dashboard"]) == _content(model)
        if same and found["meta"].get("folderUid") == FOLDER:
            return Step("keep", "dashboard", model["title"])
    act(lambda: server.put_dashboard(model, FOLDER, f"promscope {__version__}"))
    return Step("update" if found else "create", "dashboard", model["title"])


def _content(model: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in model.items() if key not in _SERVERS}
