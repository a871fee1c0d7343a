"""What a PromQL expression of ours names: metrics with their labels, checked against the code.

Not a parser: promtool parses every expression elsewhere. This finds the names in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from docs import reference
from promscope_exporter.exposition import catalogue

ROOT = Path(__file__).resolve().parents[2]

_STRING = r'"(?:[^"\\]|\\.)*"'
_NAME = re.compile(
    r"(?<![\w:$.])((?:promscope|process|scrape)_[a-z0-9_]+|[a-z]+:promscope_\w+(?::\w+)?"
    r"|up|ALERTS)"
)
_SELECTOR = re.compile(_NAME.pattern + r"\s*(?:\{((?:[^{}\"]|" + _STRING + r")*)\})?(?![\w:(])")
_MATCHER = re.compile(rf"(\w+)\s*(?:=~|!~|!=|=)\s*{_STRING}")
_CLAUSE = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([\w\s,]*)\)")
_LEGEND = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_DYNAMIC = "label_"

#: Labels that Prometheus or its scrape configuration adds.
TARGET = frozenset(("cluster", "job", "instance", "__name__"))
#: What Prometheus itself makes for each target.
_OF_TARGETS = ("up", "scrape_samples_scraped", "scrape_series_added", "scrape_duration_seconds")


def metrics() -> Mapping[str, frozenset[str]]:
    """Every series name of the exporter, the API and of their scrapes → its labels. A summary has
    two names, a histogram three."""
    known: dict[str, frozenset[str]] = {}
    for family in catalogue.families():
        suffixes = ("_sum", "_count") if family.type == "summary" else ("",)
        labels = frozenset((*family.labels, *((_DYNAMIC,) if family.open_labels else ())))
        known.update({family.name + suffix: labels for suffix in suffixes})
    known.update((name, frozenset(labels)) for name, labels in reference.api_families().items())
    known.update(
        (name, frozenset((*labels, "le")))
        for name, labels in known.items()
        if name.endswith("_bucket")
    )
    known.update(dict.fromkeys(_OF_TARGETS, frozenset()))
    return known


def alert_labels() -> frozenset[str]:
    """Labels of our alerts: their own, and those of the series that they are about."""
    return frozenset(("alertname", "alertstate", "severity")).union(*metrics().values())


def recorded() -> frozenset[str]:
    """The names that the recording rules make."""
    names = set()
    for file in sorted((ROOT / "prometheus" / "rules").glob("*.yml")):
        for group in yaml.safe_load(file.read_text())["groups"]:
            names |= {rule["record"] for rule in group["rules"] if "record" in rule}
    return frozenset(names)


def selectors(expression: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each metric of the expression with the labels its matchers name."""
    return [
        (found[1], tuple(label for label in _MATCHER.findall(found[2] or "")))
        for found in _SELECTOR.finditer(_without_clauses(expression))
    ]


def complaints(expression: str, legend: str = "") -> list[str]:
    """What the expression, or the legend of its series, names that does not exist."""
    known, made = metrics(), recorded()
    wrong: list[str] = []
    usable = set(TARGET)
    any_label = False
    for name, labels in selectors(expression):
        if name in made:
            any_label = True
        elif name == "ALERTS":
            usable |= alert_labels()
            wrong += _unknown(labels, usable, "of our alerts")
        elif name not in known:
            wrong.append(f"no metric is named {name}")
        else:
            usable |= known[name]
            wrong += _unknown(labels, known[name] | TARGET, f"of {name}")
    if not any_label:
        clauses = [
            label.strip()
            for clause in _CLAUSE.findall(expression)
            for label in clause.split(",")
            if label.strip()
        ]
        wrong += _unknown(clauses, usable, "in by, on or without")
        wrong += _unknown(_LEGEND.findall(legend), usable, "in the legend")
    return wrong


def _unknown(labels: Iterable[str], known: Iterable[str], where: str) -> list[str]:
    names = set(known)
    dynamic = any(name == _DYNAMIC for name in names)
    return [
        f"no label {label} {where}"
        for label in labels
        if label not in names and not (dynamic and label.startswith(_DYNAMIC))
    ]


def _without_clauses(expression: str) -> str:
    """A label that is named like a metric (`process_…`) must not be taken for one."""
    return _CLAUSE.sub(" ", expression)
