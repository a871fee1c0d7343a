"""Ids of what may look different."""

from __future__ import annotations

from promscope_api.graph.touched import Touched


def test_nothing_touched_is_false() -> None:
    assert not Touched()
    assert not Touched.of([], (), set())
    assert Touched.of(groups=["group:a"])
    assert Touched.of(["a"], ["a>b:80/tcp"]) == Touched(
        frozenset(("a",)), frozenset(("a>b:80/tcp",))
    )
