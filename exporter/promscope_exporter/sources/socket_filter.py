"""Programs by which the kernel itself chooses the sockets of a dump: what is not sent need not
be read.

Sources: linux/inet_diag.h (struct inet_diag_bc_op, struct inet_diag_hostcond) and
net/ipv4/inet_diag.c (inet_diag_bc_audit, inet_diag_bc_run).
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Collection

from promscope_exporter.sources import netlink

_REQ_BYTECODE = 1
_JUMP, _SOURCE, _DESTINATION = 1, 7, 8
_STEP, _HOST = struct.Struct("=BBH"), struct.Struct("=BBxxi")
_ANY_PORT = -1
_LOOPBACK = (
    (socket.AF_INET, 8, bytes((127, 0, 0, 0))),  # as an IPv6 socket speaks it too
    (socket.AF_INET6, 128, bytes(15) + b"\x01"),
)


def without_accepted(listeners: Collection[tuple[bytes, int]]) -> bytes:
    """An attribute that leaves out what `listeners` have accepted from loopback addresses:
    the other end of such a connection is in the same namespace, and tells the same.

    `listeners`: the packed address (4 or 16 bytes, all zero for any) and port of each.
    """
    four, six = (_test(*network, _ANY_PORT) for network in _LOOPBACK)
    ports = [_test(*_network(ip), port) for ip, port in listeners]
    left = sum(_STEP.size + len(test) + _STEP.size for test in (four, six, *ports)) - _STEP.size
    # a step says how many bytes further it goes on if it is true, and if it is not; the end
    # means yes, 4 bytes behind it no
    program = _step(_DESTINATION, four, 2 * _STEP.size + len(four))
    to_ports = 2 * _STEP.size + len(six)
    program += _STEP.pack(_JUMP, _STEP.size, to_ports)
    program += _step(_DESTINATION, six, left - len(program))
    for test in ports:
        program += _step(_SOURCE, test, 2 * _STEP.size + len(test))
        program += _STEP.pack(_JUMP, _STEP.size, left - len(program) + 4)
    return netlink.attribute(_REQ_BYTECODE, program)


def _network(ip: bytes) -> tuple[int, int, bytes]:
    if len(ip) == 4:
        return socket.AF_INET, 32 if any(ip) else 0, ip
    return (socket.AF_INET6, 128, ip) if any(ip) else (socket.AF_UNSPEC, 0, b"")


def _test(family: int, prefix: int, ip: bytes, port: int) -> bytes:
    return _HOST.pack(family, prefix, port) + ip


def _step(code: int, test: bytes, otherwise: int) -> bytes:
    return _STEP.pack(code, _STEP.size + len(test), otherwise) + test
