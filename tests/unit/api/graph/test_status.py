"""Statuses and their reasons."""

from __future__ import annotations

from typing import Any

import pytest

from promscope_api.graph import status
from promscope_api.graph.alerts import Alert
from promscope_api.graph.model import Degraded, Metrics
from promscope_api.graph.thresholds import Thresholds
from tests.fleet.snapshots import container, host, record

T = Thresholds()


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
    found, reasons = status.container(container(1, **fields), None, "", T)
    assert found == level
    assert word in " ".join(reasons)
    assert bool(reasons) == (level != "healthy")


@pytest.mark.parametrize(
    ("code", "level", "word"),
    [(0, "healthy", ""), (1, "warning", "1"), (137, "warning", "SIGKILL")],
)
def test_exit_code_comes_from_the_record(code: int, level: str, word: str) -> None:
    exited = container(1, state="exited")
    found, reasons = status.container(exited, record(1, "exited", exit_code=code), "", T)
    assert found == level
    assert word in " ".join(reasons)
    assert status.container(exited, None, "", T) == ("healthy", ())


def test_worst_finding_comes_first() -> None:
    it = container(1, state="paused", health="unhealthy")
    found, reasons = status.container(it, None, "", T)
    assert found == "critical"
    assert reasons[0] == "its health check fails"
    assert reasons[1] == "paused"


def test_unreachable_is_unknown_with_the_reason() -> None:
    assert status.container(container(1, state="dead"), None, "away", T) == ("unknown", ("away",))
    assert status.host(host(), "away", T) == ("unknown", ("away",))


def test_host() -> None:
    assert status.host(host(), "", T) == ("healthy", ())
    full = host(metrics=Metrics(cpu=3.9, memory=99.0), cores=4.0, memory_total=100.0)
    assert status.host(full, "", T)[0] == "critical"
    assert len(status.host(full, "", T)[1]) == 2
    broken = host(degraded=(Degraded("collector edge", "failed"), Degraded("conntrack", "no")))
    assert status.host(broken, "", T) == ("warning", ("collector edge: failed",))


def test_worst() -> None:
    assert status.worst([]) == "healthy"
    assert status.worst(["healthy", "unknown"]) == "unknown"
    assert status.worst(["unknown", "warning", "critical"]) == "critical"


def test_thresholds_can_be_set() -> None:
    busy = container(1, metrics=Metrics(cpu=0.6, memory=50.0), cpu_limit=1.0, memory_limit=100.0)
    strict = Thresholds(memory_warning=0.4, cpu_critical=0.5)
    level, reasons = status.container(busy, None, "", strict)
    assert level == "critical"
    assert reasons == ("cpu at 60% of what it may use", "memory at 50% of what it may use")
    never = Thresholds(memory_warning=float("inf"), memory_critical=float("inf"))
    full = container(1, metrics=Metrics(memory=100.0), memory_limit=100.0)
    assert status.container(full, None, "", never) == ("healthy", ())
    loop = container(1, restarts_recently=3.0)
    assert status.container(loop, None, "", Thresholds(restarts_critical=2.0))[0] == "critical"


def test_firing_alerts_are_reasons_even_of_what_is_unknown() -> None:
    firing = (Alert("Slow", "warning"), Alert("Heartbeat", "none"))
    slow = ("warning", ("alert Slow is firing",))
    assert status.container(container(1), None, "", T, firing) == slow
    assert status.processes("", firing) == slow
    down = status.host(host(), "away", T, (Alert("Down", "critical"),))
    assert down == ("critical", ("alert Down is firing", "away"))
