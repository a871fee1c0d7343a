from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

import pytest

from promscope_api.security import lifelines as module
from promscope_api.security.lifelines import Lifelines
from promscope_api.security.principal import LOCAL_VIEWER, Principal
from promscope_api.store.store import StoreUnavailable
from tests.trust.until import until

SESSION = Principal("ada", ("viewer",), "session", "1")
TOKEN = Principal("ada", ("viewer",), "token", token="2")


class Valid:
    """The ids that are valid; None: the store does not answer."""

    def __init__(self, *ids: str) -> None:
        self.ids: set[str] | None = set(ids)

    def __call__(self, asked: Collection[str]) -> set[str]:
        if self.ids is None:
            raise StoreUnavailable("locked")
        return self.ids & set(asked)


async def test_only_the_streams_of_what_was_revoked_end() -> None:
    sessions, tokens = Valid("1"), Valid()
    lines = Lifelines(sessions, tokens)
    with (
        lines.hold(SESSION) as one,
        lines.hold(SESSION) as two,
        lines.hold(TOKEN) as other,
        lines.hold(LOCAL_VIEWER) as anonymous,
    ):
        await lines.check()
        assert [event.is_set() for event in (one, two, other, anonymous)] == [
            False,
            False,
            True,
            False,
        ]
        sessions.ids = set()
        await lines.check()
        assert (one.is_set(), two.is_set(), anonymous.is_set()) == (True, True, False)


async def test_a_user_of_grafana_must_come_again() -> None:
    user = Principal("grafana:ada", ("viewer",), "grafana", token="2", until=600.0)
    clock = 599.0
    lines = Lifelines(Valid(), Valid("2"), lambda: clock)
    with lines.hold(user) as ended:
        await lines.check()
        assert not ended.is_set()
        clock = 600.0
        await lines.check()
        assert ended.is_set()


async def test_they_are_looked_after_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.01)
    sessions = Valid("1")
    lines = Lifelines(sessions, Valid())
    watching = asyncio.create_task(lines.watch())
    with lines.hold(SESSION) as ended:
        sessions.ids = set()
        await until(ended.is_set, "the stream ended", 30)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_what_is_unknown_is_not_revoked(caplog: pytest.LogCaptureFixture) -> None:
    sessions = Valid("1")
    lines = Lifelines(sessions, Valid())
    with lines.hold(SESSION) as ended, caplog.at_level(logging.ERROR):
        sessions.ids = None
        await lines.check()
        assert not ended.is_set()
    assert "cannot be checked" in caplog.text


def test_it_is_sooner_than_what_is_promised() -> None:
    assert 2 * module.CHECK_SECONDS < 5
