import pytest

from promscope_exporter.sources.procfs import Procfs


def test_whole_files_and_records(tmp_path):
    (tmp_path / "1/net").mkdir(parents=True)
    (tmp_path / "1/net/dev").write_bytes(b"x" * 200_000)
    procfs = Procfs(str(tmp_path))
    assert len(procfs.read("1/net/dev")) == 200_000
    assert procfs.record("1/net/dev") == b"x" * 4096


def test_every_line_of_a_file_that_the_kernel_hands_out_in_parts():
    whole = Procfs().read("self/smaps")
    assert whole.endswith(b"\n")
    assert b"[stack]" in whole


def test_pids_are_numbers_only(tmp_path):
    for name in ("1", "42", "self", "net"):
        (tmp_path / name).mkdir()
    assert sorted(Procfs(str(tmp_path)).pids()) == [1, 42]


def test_links(tmp_path):
    (tmp_path / "exe").symlink_to("/bin/sh")
    procfs = Procfs(str(tmp_path))
    assert procfs.link("exe") == "/bin/sh"
    assert procfs.link("none") is None


def test_gone_is_an_oserror(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        Procfs(str(tmp_path)).record("7/stat")
