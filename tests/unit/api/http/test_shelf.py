"""The last body is given out only while the graph makes the next one."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from promscope_api.graph.channel import Reply
from promscope_api.graph.topic import Topic
from promscope_api.http import shelf as module
from promscope_api.http.shelf import Shelf
from promscope_api.live.graph_link import GraphUnavailable

VIEW = Topic("containers")


class Link:
    """Answers `body` at once, or when `finish` is called."""

    def __init__(self) -> None:
        self.body, self.busy = b"one", False
        self.begun: list[Future[Reply]] = []

    def begin(self, what: str, **_: Any) -> Future[Reply]:
        assert what == "view"
        made: Future[Reply] = Future()
        self.begun.append(made)
        if not self.busy:
            self.finish()
        return made

    def finish(self, status: int = 200) -> None:
        self.begun[-1].set_result(Reply(1, status, self.body, b"", self.body.decode()))


def shelf(link: Link, now: float = 0.0) -> Shelf:
    return Shelf(link, lambda: now)  # type: ignore[arg-type]


def test_newest_body_while_the_graph_has_time() -> None:
    link = Link()
    kept = shelf(link)
    assert kept.view(VIEW).body == b"one"
    link.body = b"two"
    assert kept.view(VIEW).body == b"two"


def test_last_body_while_it_has_not_and_the_new_one_after() -> None:
    link = Link()
    kept = shelf(link)
    kept.view(VIEW)
    link.body, link.busy = b"two", True
    assert kept.view(VIEW).body == b"one"
    link.finish()
    assert kept.view(VIEW).body == b"two"


def test_old_body_is_not_given_out() -> None:
    link, now = Link(), [0.0]
    kept = Shelf(link, lambda: now[0])  # type: ignore[arg-type]
    kept.view(VIEW)
    now[0] = module.FRESH_SECONDS + 1
    link.body = b"two"
    assert kept.view(VIEW).body == b"two"


def test_problems_are_answered_and_not_kept() -> None:
    link = Link()
    kept = shelf(link)
    link.busy = True
    failing: Future[Reply] = Future()
    failing.set_exception(GraphUnavailable("starting"))
    link.begin = lambda *_, **__: failing  # type: ignore[method-assign]
    with pytest.raises(GraphUnavailable):
        kept.view(VIEW)


def test_views_and_filters_are_kept_apart_and_few() -> None:
    link = Link()
    kept = shelf(link)
    for number in range(module.KEPT + 5):
        link.body = str(number).encode()
        kept.view(Topic("containers", str(number)))
    assert len(kept._kept) == module.KEPT
    link.busy = True
    assert kept.view(Topic("containers", str(module.KEPT))).body == str(module.KEPT).encode()
