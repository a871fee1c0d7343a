import os
import socket
from pathlib import Path

import pytest

from promscope_exporter.sources.udp_table import connected

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when   uid  timeout inode\n"


@pytest.mark.parametrize(
    ("family", "ip"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_a_real_socket(family, ip):
    with (
        socket.socket(family, socket.SOCK_DGRAM) as server,
        socket.socket(family, socket.SOCK_DGRAM) as client,
    ):
        server.bind((ip, 0))
        port = server.getsockname()[1]
        client.connect((ip, port))
        file = Path("/proc/self/net", "udp" if family == socket.AF_INET else "udp6")
        found = {one.inode: one for one in connected(file.read_bytes())}
        one = found[os.fstat(client.fileno()).st_ino]
        assert one.remote == (socket.inet_pton(family, ip), port)
        assert one.local == (socket.inet_pton(family, ip), client.getsockname()[1])
        assert os.fstat(server.fileno()).st_ino not in found, "it has no peer"


def test_ipv4_in_ipv6_is_ipv4():
    line = (
        "  1: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000200007F:0035 01"
        " 00000000:00000000 00:00000000 00000000     0        0 77 2 0 0\n"
    )
    (one,) = connected((HEAD + line).encode())
    assert one == ((b"\x7f\0\0\1", 8080), (b"\x7f\0\0\2", 53), 77)


@pytest.mark.parametrize(
    "line",
    ["", "x", "1: zz:1 0:2 01 a b c d e 5", "1: 0100007F:1F90 0100007F:zz 01 a b c d e 5",
     "1: 0100:1 0100:1 01 a b c d e 5", "1: 0100007F:1 0100007F:1 01 a b c d e x", "\0\xff"],
)  # fmt: skip
def test_nonsense_is_left_out(line):
    assert connected((HEAD + line + "\n").encode("latin-1")) == []
