import os
import socket

from promscope_exporter.sources.procfs import Procfs
from promscope_exporter.sources.sockets import SocketHolders


def inode(made):
    return os.fstat(made.fileno()).st_ino


def test_the_sockets_a_process_holds():
    holders = SocketHolders(Procfs())
    with socket.socket() as one, socket.socket() as other:
        held = {inode(one), inode(other)}
        assert held <= holders.of(os.getpid())
        assert holders.count(os.getpid()) > 2
    assert not held & holders.of(os.getpid())


def test_a_process_that_is_gone_holds_nothing():
    holders = SocketHolders(Procfs())
    assert holders.of(2**22 + 1) == set()
    assert holders.count(2**22 + 1) == 0
    assert holders.command(2**22 + 1) == ""


def test_the_name_of_a_command_may_be_any_bytes(tmp_path):
    (tmp_path / "7").mkdir()
    (tmp_path / "7/comm").write_bytes(b"a \xff\nb\n")
    assert SocketHolders(Procfs(str(tmp_path))).command(7) == "a \\xff\nb"


def test_a_process_that_may_not_be_looked_into_is_told_apart(tmp_path, monkeypatch):
    def refuse(_):
        raise PermissionError

    monkeypatch.setattr(os, "listdir", refuse)
    holders = SocketHolders(Procfs(str(tmp_path)))
    assert holders.of(7) is None
