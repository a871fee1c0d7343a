import os
import socket
import subprocess
import sys

import pytest

from promscope_wire.web.address import Address
from promscope_wire.web.sockets import CannotListen, bound, inherited, where

ANY = Address("127.0.0.1", 0)


def test_bound_to_each_of_several() -> None:
    listeners = bound((ANY, ANY, Address("", 0)))
    try:
        first, second, everywhere = map(where, listeners)
        assert first.host == second.host == "127.0.0.1"
        assert everywhere.host == ""
        assert len({first.port, second.port, everywhere.port}) == 3
        for one in (first, everywhere):
            socket.create_connection(("127.0.0.1", one.port)).close()
    finally:
        for one in listeners:
            one.close()


def test_a_taken_one_leaves_none_behind() -> None:
    (taken,) = bound((ANY,))
    with taken:
        before = os.listdir("/proc/self/fd")
        with pytest.raises(CannotListen, match=r"taken .* --web\.listen-address"):
            bound((ANY, where(taken)))
        assert os.listdir("/proc/self/fd") == before


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        (Address("192.0.2.1", 0), "does not have that address"),
        (Address("no.such.name.invalid", 1), "no address or name"),
    ],
)
def test_refusals_name_the_remedy(address: Address, remedy: str) -> None:
    with pytest.raises(CannotListen, match=remedy):
        bound((address,))


PASSED = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="x")
from promscope_wire.web.sockets import CannotListen, inherited, where
try:
    (one,) = inherited()
    print(where(one), os.get_inheritable(3), "LISTEN_FDS" in os.environ)
except CannotListen as error:
    print(error)
"""


def passed(one: socket.socket) -> str:
    return subprocess.run(
        [sys.executable, "-c", PASSED, str(one.fileno())],
        pass_fds=[one.fileno()],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_a_socket_of_systemd(tmp_path: os.PathLike[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        assert passed(one) == f"127.0.0.1:{one.getsockname()[1]} False False"
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"{tmp_path}/s")
        one.listen()
        assert passed(one).startswith(f"{tmp_path}/s")


def test_a_socket_that_does_not_listen() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        assert "ListenStream=" in passed(one)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LISTEN_PID": "1", "LISTEN_FDS": "1"},
        {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "0"},
    ],
)
def test_no_socket_of_systemd(environment: dict[str, str]) -> None:
    with pytest.raises(CannotListen, match=r"\.socket unit"):
        inherited(environment)
    assert not environment
