import os

import psutil
import pytest

from promscope_exporter.sources.processes import (
    KERNEL_THREAD,
    PAGE_BYTES,
    TICKS_PER_SECOND,
    ProcessFiles,
    parse_stat,
    text,
)
from promscope_exporter.sources.procfs import Procfs
from tests.unit.exporter.fakes import Tree


def test_name_with_brackets_blanks_and_newlines(tmp_path):
    tree = Tree(tmp_path)
    for name in (b"a) R 1 (b", b"x\ny", b"\xff\xfe", b""):
        tree.process(7, name, cpu=3, start=55, threads=4)
        stat = parse_stat((tmp_path / "7/stat").read_bytes())
        assert (stat.command, stat.cpu, stat.start, stat.threads) == (name, 3, 55, 4)


def test_the_file_of_this_process_against_psutil():
    own = psutil.Process()
    stat = parse_stat(Procfs().record(f"{os.getpid()}/stat"))
    assert stat.parent == own.ppid()
    assert stat.threads == own.num_threads()
    assert not stat.flags & KERNEL_THREAD
    assert stat.resident * PAGE_BYTES == pytest.approx(own.memory_info().rss, rel=0.2)
    assert stat.virtual == pytest.approx(own.memory_info().vms, rel=0.1)
    times = own.cpu_times()
    assert stat.cpu / TICKS_PER_SECOND == pytest.approx(times.user + times.system, abs=0.5)


@pytest.mark.parametrize("line", [b"", b"1 (x", b"1 (x) S 1", b"1 (x) S a b c d e f g h i j k l"])
def test_no_stat(line):
    with pytest.raises((ValueError, IndexError)):
        parse_stat(line)


def test_files_of_this_process_against_psutil():
    files, own = ProcessFiles(Procfs()), psutil.Process()
    assert abs(files.open_fds(os.getpid()) - own.num_fds()) <= 1
    assert files.user_id(os.getpid()) == os.geteuid()
    assert files.command_line(os.getpid()) == own.cmdline()
    assert files.link(os.getpid(), "cwd") == own.cwd()
    assert files.link(os.getpid(), "exe") == own.exe()
    counters = own.io_counters()
    read, written = files.io(os.getpid())
    assert read >= counters.read_bytes
    assert written >= counters.write_bytes


def test_gone_is_an_oserror(tmp_path):
    (tmp_path / "self/fd").mkdir(parents=True)
    files = ProcessFiles(Procfs(str(tmp_path)))
    for ask in (files.io, files.open_fds, files.command_line, files.user_id):
        with pytest.raises(OSError, match="No such file"):
            ask(4_000_000)
    assert files.link(4_000_000, "exe") == ""


def test_text_keeps_bytes_apart_that_are_no_text():
    assert text(b"caf\xc3\xa9") == "café"
    assert text(b"\xff") == r"\xff"
