"""Statuses and their reasons."""

from __future__ import annotations

from typing import Any

import pytest

from promscope_api.graph import status
from promscope_api.graph.model import Degraded, Metrics
from tests.fleet.snapshots import container, host, record


@pytest.mark.parametrize(
    ("fields", "level", "word"),
    [
        ({}, "healthy", ""),
        ({"state": "created"}, "healthy", ""),
        ({"state": "paused"}, "warning", "paused"),
        ({"state": "restarting"}, "critical", "restarting"),
        ({"state": "dead"}, "critical", "dead"),
        ({"health": "starting"}, "healthy", ""),
        ({"health": "unhealthy"}, "critical", "health check"),
        ({"metrics": Metrics(memory=91.0), "memory_limit": 100.0}, "warning", "memory at 91%"),
        ({"metrics": Metrics(memory=98.0), "memory_limit": 100.0}, "critical", "memory at 98%"),
        ({"metrics": Metrics(memory=50.0), "memory_limit": 100.0}, "healthy", ""),
        ({"metrics": Metrics(memory=50.0), "memory_limit": 0.0}, "healthy", ""),
        ({"metrics": Metrics(cpu=0.95), "cpu_limit": 1.0}, "warning", "cpu at 95%"),
        ({"throttled": 0.5}, "warning", "throttled in 50%"),
        ({"oom_kills_recently": 1.07}, "critical", "want of memory"),
        ({"restarts_recently": 2.1}, "warning", "restarted about 2"),
        ({"restarts_recently": 6.0}, "critical", "restarted about 6"),
    ],
)
def test_container(fields: dict[str, Any], level: str, word: str) -> None:
    found, reasons = status.container(container(1, **fields), None, "")
    assert found == level
    assert word in " ".join(reasons)
    assert bool(reasons) == (level != "healthy")


@pytest.mark.parametrize(
    ("code", "level", "word"),
    [(0, "healthy", ""), (1, "warning", "1"), (137, "warning", "SIGKILL")],
)
def test_exit_code_comes_from_the_record(code: int, level: str, word: str) -> None:
    exited = container(1, state="exited")
    found, reasons = status.container(exited, record(1, "exited", exit_code=code), "")
    assert found == level
    assert word in " ".join(reasons)
    assert status.container(exited, None, "") == ("healthy", ())


def test_worst_finding_comes_first() -> None:
    it = container(1, state="paused", health="unhealthy")
    found, reasons = status.container(it, None, "")
    assert found == "critical"
    assert reasons[0] == "its health check fails"
    assert reasons[1] == "paused"


def test_unreachable_is_unknown_with_the_reason() -> None:
    assert status.container(container(1, state="dead"), None, "away") == ("unknown", ("away",))
    assert status.host(host(), "away") == ("unknown", ("away",))


def test_host() -> None:
    assert status.host(host(), "") == ("healthy", ())
    full = host(metrics=Metrics(cpu=3.9, memory=99.0), cores=4.0, memory_total=100.0)
    assert status.host(full, "")[0] == "critical"
    assert len(status.host(full, "")[1]) == 2
    broken = host(degraded=(Degraded("collector edge", "failed"), Degraded("conntrack", "no")))
    assert status.host(broken, "") == ("warning", ("collector edge: failed",))


def test_worst() -> None:
    assert status.worst([]) == "healthy"
    assert status.worst(["healthy", "unknown"]) == "unknown"
    assert status.worst(["unknown", "warning", "critical"]) == "critical"
