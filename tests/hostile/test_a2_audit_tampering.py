"""A2: edit, delete, reorder, insert, replace or cut: verify names the first bad record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from promscope_api.audit.chain import GENESIS, Head, seal
from promscope_api.audit.event import Event
from promscope_api.audit.log import AuditLog, chain_files
from promscope_api.audit.verify import verify

Lines = list[bytes]


def written(folder: Path, count: int = 6, max_file_bytes: int = 10**6) -> Head:
    with AuditLog(folder, "api", max_file_bytes=max_file_bytes) as log:
        for number in range(count):
            log.append(Event("container-stop", "success", operation_id=f"op-{number + 1}"))
        return log.head


def problem(folder: Path, *heads: Head) -> str:
    return " | ".join(verdict.problem for verdict in verify(folder, heads) if verdict.problem)


def edit(lines: Lines) -> Lines:
    return [line.replace(b"op-3", b"op-9") for line in lines]


def delete(lines: Lines) -> Lines:
    return lines[:2] + lines[3:]


def reorder(lines: Lines) -> Lines:
    return [*lines[:2], lines[3], lines[2], *lines[4:]]


def repeat(lines: Lines) -> Lines:
    return [*lines[:2], lines[1], *lines[2:]]


def insert(lines: Lines) -> Lines:
    forged, _ = seal({"event.action": "forged"}, Head("api-x", 2, GENESIS))
    return [*lines[:2], forged, *lines[2:]]


def blank(lines: Lines) -> Lines:
    return [*lines[:2], b"\n", *lines[2:]]


def cut_inside(lines: Lines) -> Lines:
    return [*lines[:2], lines[2][:40]]


@pytest.mark.parametrize("tamper", [edit, delete, reorder, repeat, insert, blank, cut_inside])
def test_the_third_line_is_named(tmp_path: Path, tamper: Callable[[Lines], Lines]) -> None:
    written(tmp_path)
    (path,) = chain_files(tmp_path)
    path.write_bytes(b"".join(tamper(path.read_bytes().splitlines(keepends=True))))
    (verdict,) = verify(tmp_path)
    assert verdict.records == 2
    assert verdict.problem.startswith(f"{path.name} line 3: ")


def test_a_deleted_beginning_is_named(tmp_path: Path) -> None:
    written(tmp_path)
    (path,) = chain_files(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    assert "line 1: record 1 is missing: here is 2" in problem(tmp_path)


@pytest.mark.parametrize("left", [5, 1, 0])
def test_a_cut_tail_is_named_by_the_noted_head(tmp_path: Path, left: int) -> None:
    head = written(tmp_path)
    (path,) = chain_files(tmp_path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:left]))
    assert f"record {left + 1} is missing" in problem(tmp_path, head)


def test_a_deleted_log_is_named_by_the_noted_head(tmp_path: Path) -> None:
    head = written(tmp_path)
    for path in chain_files(tmp_path):
        path.unlink()
    assert "record 1 is missing" in problem(tmp_path, head)


@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_deleted_file_of_several_is_named(tmp_path: Path, which: int) -> None:
    head = written(tmp_path, 12, max_file_bytes=1000)
    files = chain_files(tmp_path)
    assert len(files) > 3
    files[which].unlink()
    assert "is missing" in problem(tmp_path, head)


def test_a_chain_that_was_made_anew_is_named_by_the_noted_head(tmp_path: Path) -> None:
    """Whoever can write the file can recompute every hash, but not what the store noted."""
    noted = written(tmp_path)
    (path,) = chain_files(tmp_path)
    head = Head(noted.chain, 0, GENESIS)
    forged = []
    for line in path.read_bytes().splitlines():
        fields = json.loads(line)
        for name in ("id", "previous", "hash"):
            del fields[f"promscope.chain.{name}"]
        fields["promscope.operation.id"] = "forged"
        resealed, head = seal(fields, head)
        forged.append(resealed)
    path.write_bytes(b"".join(forged))
    assert problem(tmp_path) == ""
    assert "line 6: the record was replaced" in problem(tmp_path, noted)


def test_an_untouched_log_is_whole(tmp_path: Path) -> None:
    head = written(tmp_path)
    assert problem(tmp_path, head) == ""
