from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.audit import search as module
from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, chain_files
from promscope_api.audit.search import Wanted, search
from promscope_api.security.principal import Principal

START = 1_700_000_000.0


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        self.now += 1
        return self.now


def write(folder: Path, writer: str, clock: Clock, *events: Event) -> None:
    with AuditLog(folder, writer, now=clock, max_file_bytes=2000) as audit:
        for event in events:
            audit.append(event)


def by(user: str, action: str = "container-stop", **more: str) -> Event:
    return Event(action, "success", principal=Principal(user, (), "session"), **more)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two chains whose records alternate; several files each."""
    clock = Clock()
    for number in range(10):
        write(tmp_path, "api", clock, by("ada", node=f"container:{number}"))
        write(tmp_path, "operator", clock, by("bob", "code-create"))
    assert len(chain_files(tmp_path)) > 4
    return tmp_path


def moments(page: module.AuditPage) -> list[str]:
    return [one["@timestamp"] for one in page.records]


def test_all_chains_the_newest_first(folder: Path) -> None:
    page = search(folder, Wanted(), 500)
    assert len(page.records) == 20
    assert moments(page) == sorted(moments(page), reverse=True)
    assert (page.next, page.damaged) == (None, 0)


def test_pages_have_everything_once(folder: Path) -> None:
    seen: list[str] = []
    before = ""
    while True:
        page = search(folder, Wanted(before=before), 3)
        seen += moments(page)
        if page.next is None:
            break
        before = page.next
    assert seen == moments(search(folder, Wanted(), 500))


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(user="ada"), 10),
        (Wanted(action="code-create"), 10),
        (Wanted(node="container:3"), 1),
        (Wanted(user="ada", action="code-create"), 0),
        (Wanted(outcome="failure"), 0),
        (Wanted(before="2000"), 0),
    ],
)
def test_only_what_was_asked_for(folder: Path, wanted: Wanted, count: int) -> None:
    assert len(search(folder, wanted, 500).records) == count


def test_a_search_that_finds_nothing_ends_and_can_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_SCANNED", 5)
    page = search(folder, Wanted(user="nobody"), 10)
    assert page.records == []
    assert page.next is not None


def test_blocks_may_end_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = search(folder, Wanted(), 500)
    monkeypatch.setattr(module, "_BLOCK", 7)
    assert search(folder, Wanted(), 500) == whole


def test_a_damaged_line_is_counted_and_the_rest_found(folder: Path) -> None:
    path = chain_files(folder)[1]
    path.write_bytes(b"x" + path.read_bytes()[1:])
    page = search(folder, Wanted(), 500)
    assert (len(page.records), page.damaged) == (19, 1)


def test_no_log_has_no_records(tmp_path: Path) -> None:
    assert search(tmp_path, Wanted(), 10) == module.AuditPage([], None, 0)
