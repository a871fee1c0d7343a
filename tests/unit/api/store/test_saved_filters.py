"""Filters that users keep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from promscope_api.store import saved_filters as module
from promscope_api.store.saved_filters import NameTaken, SavedFilters, TooMany
from promscope_api.store.store import Store


@pytest.fixture
def saved(tmp_path: Path) -> Iterator[SavedFilters]:
    with Store.open(tmp_path) as store:
        yield SavedFilters(store, lambda: 1000.0)


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        made = SavedFilters(store).add("ada", "Mine ☃", "containers", 'name:"x"')
    with Store.open(tmp_path) as store:
        assert SavedFilters(store).of("ada") == [made]
        assert SavedFilters(store).get(made.id) == made


def test_each_owner_has_their_own_by_name(saved: SavedFilters) -> None:
    saved.add("ada", "b", "hosts", "")
    saved.add("ada", "a", "hosts", "x")
    saved.add("bob", "a", "hosts", "y")
    assert [one.name for one in saved.of("ada")] == ["a", "b"]
    assert [one.query for one in saved.of("bob")] == ["y"]
    assert saved.of("eve") == []


def test_a_name_is_taken_once(saved: SavedFilters) -> None:
    first = saved.add("ada", "a", "hosts", "")
    second = saved.add("ada", "b", "hosts", "")
    with pytest.raises(NameTaken):
        saved.add("ada", "a", "containers", "")
    with pytest.raises(NameTaken):
        saved.change(second, "a", "hosts", "")
    assert [one.id for one in saved.of("ada")] == [first.id, second.id]


def test_a_filter_changes_and_goes(saved: SavedFilters) -> None:
    made = saved.add("ada", "a", "hosts", "")
    changed = saved.change(made, "z", "containers", "q")
    assert saved.get(made.id) == changed
    assert (changed.id, changed.created, changed.owner) == (made.id, 1000.0, "ada")
    saved.remove(made.id)
    saved.remove(made.id)
    assert saved.get(made.id) is None


def test_there_is_a_limit_for_each_owner(
    saved: SavedFilters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_PER_OWNER", 2)
    saved.add("ada", "a", "hosts", "")
    saved.add("ada", "b", "hosts", "")
    with pytest.raises(TooMany):
        saved.add("ada", "c", "hosts", "")
    saved.add("bob", "c", "hosts", "")
