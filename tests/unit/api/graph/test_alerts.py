"""Which node a firing alert is about, and what it makes of it."""

from __future__ import annotations

import pytest

from promscope_api.graph.alerts import SHOWN, Alert, alerts, findings
from promscope_wire import ids
from tests.fleet.snapshots import HOST, cid, container, host

B = host("00000000000000bb")
A = host()
TARGETS = {(t.job, t.instance): one for one in (A, B) for t in one.targets}
CONTAINERS = {
    one.id: one
    for one in (
        container(1, name="web"),
        container(2, name="web", host=B.id),
        container(3, name="db"),
    )
}
AT_A = {"job": "promscope", "instance": A.targets[0].instance}
AT_B = {"job": "promscope", "instance": B.targets[0].instance}


def about(**labels: str) -> set[str]:
    firing = [{"alertname": "It", "alertstate": "firing", **labels}]
    return set(alerts(firing, TARGETS, CONTAINERS))


@pytest.mark.parametrize(
    ("labels", "node"),
    [
        ({"container_id": cid(1).partition(":")[2]}, cid(1)),
        ({"container_id": cid(1).partition(":")[2] + "ab" * 26, **AT_B}, cid(1)),
        ({"name": "web", **AT_A}, cid(1)),
        ({"name": "web", **AT_B}, cid(2)),
        ({"container_name": "db", **AT_A}, cid(3)),
        ({"name": "nothing", **AT_A}, HOST),
        ({"source": cid(3), **AT_A}, cid(3)),
        ({"owner": cid(3), "process": "nginx", **AT_A}, ids.processes(cid(3), "nginx")),
        ({"host_id": B.host_id}, B.id),
        (AT_B, B.id),
    ],
)
def test_labels_name_the_node(labels: dict[str, str], node: str) -> None:
    assert about(**labels) == {node}


@pytest.mark.parametrize(
    "labels",
    [
        {},
        {"job": "node", "instance": "elsewhere:9100"},
        {"name": "web"},
        {"container_id": "../etc"},
        {"host_id": "x:y"},
        {"owner": "container:nothing", "process": ""},
    ],
)
def test_what_names_nothing_known_is_about_nothing(labels: dict[str, str]) -> None:
    assert about(**labels) == set()


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        ("critical", "critical"),
        ("Page", "critical"),
        ("warning", "warning"),
        ("", "warning"),
        ("whatever", "warning"),
        ("info", None),
        ("none", None),
    ],
)
def test_severity_decides(severity: str, level: str | None) -> None:
    assert Alert("It", severity).level == level


def test_one_alert_with_many_series_is_told_once_and_the_worst_first() -> None:
    firing = [
        {"alertname": "Slow", "device": device, "severity": "warning", **AT_A} for device in "ab"
    ]
    firing.append({"alertname": "Zdown", "severity": "critical", **AT_A})
    (found,) = alerts(firing, TARGETS, CONTAINERS).values()
    assert [one.name for one in found] == ["Zdown", "Slow"]


def test_a_flood_of_alerts_is_cut_and_counted() -> None:
    found = findings(tuple(Alert(f"a{n}", "critical") for n in range(SHOWN + 5)))
    assert len(found) == SHOWN + 1
    assert "5 more" in found[-1][1]
