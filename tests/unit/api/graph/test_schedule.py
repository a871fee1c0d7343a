"""When to ask again."""

from __future__ import annotations

from promscope_api.graph.schedule import SOON_SECONDS, Schedule


def test_soon_until_there_is_a_map() -> None:
    schedule = Schedule(15.0)
    assert schedule.after(None) == SOON_SECONDS
    assert schedule.after(None, failed=True) <= 2
    assert schedule.after(100.0) == SOON_SECONDS


def test_first_newer_scrape_sets_the_rhythm() -> None:
    schedule = Schedule(15.0)
    waits = [schedule.after(100.0) for _ in range(9)]
    assert waits == [SOON_SECONDS] * 9
    assert 14 < schedule.after(115.0) < 15


def test_round_that_came_too_early_is_soon_repeated() -> None:
    schedule = Schedule(15.0)
    schedule.after(100.0)
    schedule.after(115.0)
    assert schedule.after(115.0) == SOON_SECONDS
    assert 14 < schedule.after(130.0) < 15


def test_nothing_new_for_long_is_asked_at_the_interval() -> None:
    schedule = Schedule(15.0)
    schedule.after(100.0)
    waits = [schedule.after(100.0) for _ in range(60)]
    assert 15.0 in waits
    assert waits[30:].count(15.0) >= 5


def test_failing_backend_is_asked_again_within_seconds() -> None:
    schedule = Schedule(15.0)
    schedule.after(100.0)
    assert schedule.after(100.0, failed=True) == 5.0
    assert Schedule(3.0).after(None, failed=True) <= 3.0


def test_rhythm_follows_the_scrapes_whatever_the_clocks_say() -> None:
    """Scrapes every 15 s at a phase of their own; the rounds settle within a second after them."""
    schedule, now, lags = Schedule(15.0), 3.0, []
    for _ in range(300):
        newest = (now - 7.3) // 15 * 15 + 7.3
        lags.append(now - newest)
        now += schedule.after(newest + 1_000_000)
    assert all(lag < 1.3 or lag > 14.0 for lag in lags[20:])
