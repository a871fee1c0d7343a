"""The snapshot's types."""

from __future__ import annotations

import pytest

from promscope_api.graph.snapshot import Host, Snapshot, Target


def target(instance: str, up: bool, at: float) -> Target:
    return Target("job", instance, "aa", up, scraped_at=at)


def test_latest_scrape_speaks_for_the_host_and_one_that_is_up_before_all() -> None:
    targets = (target("a", False, 90.0), target("b", True, 10.0), target("c", True, 20.0))
    host = Host("host:aa", "aa", "box", targets)
    assert host.latest.instance == "c"
    assert host.up
    assert not Host("host:aa", "aa", "box", targets[:1]).up


def test_snapshot_cannot_be_changed() -> None:
    snapshot = Snapshot()
    with pytest.raises(AttributeError):
        snapshot.taken_at = 5.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        snapshot.hosts["x"] = None  # type: ignore[index]
