import os
from pathlib import Path

import pytest

from promscope_exporter.sources import disk_usage
from promscope_exporter.sources.disk_usage import DiskUsage, TooLarge


def occupied(path):
    return path.lstat().st_blocks * 512


def measured(folder, files=10):
    usage = DiskUsage(str(folder))
    try:
        while not usage.step(files):
            pass
        return usage.bytes
    finally:
        usage.close()


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def test_every_file_and_folder_once(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    for number in range(30):
        (tmp_path / f"a/{number}").write_bytes(bytes(5000))
    (tmp_path / "a/b/big").write_bytes(bytes(100_000))
    os.link(tmp_path / "a/b/big", tmp_path / "again")
    expected = sum(occupied(one) for one in tmp_path.rglob("*") if one.name != "again")
    before = descriptors()
    assert measured(tmp_path) == expected
    assert descriptors() == before


def test_what_a_container_may_have_made_leads_nowhere(tmp_path):
    folder, outside = tmp_path / "layer", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "big").write_bytes(bytes(1_000_000))
    (folder / "link").symlink_to(outside)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "fifo")
    (folder / os.fsdecode(b"\xff\n")).write_bytes(b"x")
    with open(folder / "sparse", "wb") as file:
        file.truncate(1 << 40)
    assert measured(folder) < 100_000


def test_a_folder_that_is_a_link_is_not_opened(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OSError, match="link"):
        DiskUsage(str(tmp_path / "link"))


def test_other_filesystems_are_not_entered():
    own = Path("/dev").stat().st_dev
    mounts = [one for one in Path("/dev").iterdir() if one.is_dir() and one.stat().st_dev != own]
    usage = DiskUsage("/dev")
    while not usage.step(100):
        assert all(os.fstat(folder.descriptor).st_dev == own for folder in usage._open), mounts


def test_too_deep_and_too_many_are_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(disk_usage, "MAX_FILES", 20)
    for number in range(25):
        (tmp_path / str(number)).touch()
    with pytest.raises(TooLarge, match="20"):
        measured(tmp_path)
    monkeypatch.undo()
    deep = tmp_path / "deep"
    for _ in range(disk_usage.MAX_DEPTH + 2):
        deep = deep / "d"
    deep.mkdir(parents=True)
    before = descriptors()
    with pytest.raises(TooLarge, match="deep"):
        measured(tmp_path / "deep")
    assert descriptors() == before


def test_one_that_is_let_go_half_way_holds_nothing(tmp_path):
    for number in range(25):
        (tmp_path / str(number)).touch()
    before = descriptors()
    usage = DiskUsage(str(tmp_path))
    assert not usage.step(3)
    usage.close()
    assert descriptors() == before
