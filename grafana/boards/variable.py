"""The variables of the dashboards."""

from __future__ import annotations

from collections.abc import Sequence

from grafana.boards.target import PROMETHEUS, Json, expand

_ALL: Json = {"selected": True, "text": ["All"], "value": ["$__all"]}


def source(name: str, label: str, kind: str) -> Json:
    """A choice of data sources of one type."""
    return {
        "type": "datasource",
        "name": name,
        "label": label,
        "query": kind,
        "refresh": 1,
        "regex": "",
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "skipUrlSync": False,
        "options": [],
        "current": {},
    }


def values(
    name: str,
    label: str,
    metric: str,
    of: str,
    *,
    every: str = ".+",
    one: bool = False,
    pattern: str = "",
    hidden: bool = False,
) -> Json:
    """The values of the label `of`. `every` is what All stands for; with `one` there is no All."""
    query = f"label_values({expand(metric)}, {of})"
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": PROMETHEUS,
        "definition": query,
        "query": {"query": query, "refId": f"variable-{name}"},
        "refresh": 2,
        "sort": 1,
        "multi": not one,
        "includeAll": not one,
        "hide": 2 if hidden else 0,
        "skipUrlSync": False,
        "regex": pattern,
        "options": [],
        "current": {} if one else _ALL,
    } | ({} if one else {"allValue": every})


def choice(name: str, label: str, options: Sequence[str]) -> Json:
    """One of a fixed set of words, at first the first."""
    made = [{"selected": word == options[0], "text": word, "value": word} for word in options]
    return {
        "type": "custom",
        "name": name,
        "label": label,
        "query": ",".join(options),
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "skipUrlSync": False,
        "options": made,
        "current": made[0],
    }


def text(name: str, label: str) -> Json:
    """A text to write, at first none."""
    none = {"selected": True, "text": "", "value": ""}
    return {
        "type": "textbox",
        "name": name,
        "label": label,
        "query": "",
        "hide": 0,
        "skipUrlSync": False,
        "options": [none],
        "current": none,
    }


TOPOLOGY = source("topology", "Promscope", "promscope-topology-datasource")


def common() -> list[Json]:
    """Those of every dashboard: data source, cluster, job and host, each all at first. A cluster is
    a label that the scrape configuration may add, so All is also where there is none."""
    build = "promscope_exporter_build_info"
    job = f'{build}{{cluster=~"$cluster"}}'
    return [
        source("datasource", "Data source", "prometheus"),
        values("cluster", "Cluster", build, "cluster", every=".*"),
        values("job", "Job", job, "job"),
        values("instance", "Host", f'{job[:-1]},job=~"$job"}}', "instance"),
    ]
