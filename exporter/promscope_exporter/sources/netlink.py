"""Netlink: sockets, requests, replies and attributes (linux/netlink.h, netlink(7))."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import socket
import struct
from collections.abc import Iterator, Sequence

ROUTE, SOCK_DIAG, NETFILTER = 0, 4, 12

NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLA_F_NESTED, NLA_TYPE_MASK = 0x8000, 0x3FFF
NETLINK_ADD_MEMBERSHIP, NETLINK_LISTEN_ALL_NSID = 1, 8
SOL_NETLINK = 270
SO_RCVBUFFORCE = 33

HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
ATTRIBUTE = struct.Struct("=HH")  # length, type

#: The kernel sends at most 32 KiB of a dump at once.
BUFFER_BYTES = 1 << 16
_MAX_ERRNO = 4095  # include/linux/err.h
_DONE_BYTES = HEADER.size + 4
#: The kernel answers at once; a part that never comes must not hang the caller (seconds).
_TIMEOUT = struct.pack("@ll", 2, 0)

_sequences = itertools.count(1)


def open_socket(protocol: int, receive_bytes: int = 0) -> socket.socket:
    """A raw netlink socket in the calling thread's network namespace, bound to no group.

    Raises OSError when the kernel lacks the protocol or the process may not.
    """
    made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
    try:
        if receive_bytes:
            try:
                made.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, receive_bytes)
            except OSError:  # needs CAP_NET_ADMIN; up to net.core.rmem_max is free for all
                made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEOUT)
        made.bind((0, 0))
    except OSError:
        made.close()
        raise
    return made


def attribute(kind: int, payload: bytes, *, nested: bool = False) -> bytes:
    """One attribute, padded to 4 bytes."""
    head = ATTRIBUTE.pack(4 + len(payload), kind | (NLA_F_NESTED if nested else 0))
    return head + payload + bytes(-len(payload) % 4)


def walk(
    message: bytes | bytearray | memoryview, start: int, end: int
) -> Iterator[tuple[int, slice]]:
    """Each attribute between `start` and `end` and where its payload lies; whatever follows a
    malformed one is left out."""
    while start + 4 <= end:
        length, kind = ATTRIBUTE.unpack_from(message, start)
        if length < 4 or start + length > end:
            break
        yield kind & NLA_TYPE_MASK, slice(start + 4, start + length)
        start += (length + 3) & ~3


def attributes(message: bytes | bytearray | memoryview, start: int, end: int) -> dict[int, slice]:
    """The same by kind; the last one of a kind wins."""
    return dict(walk(message, start, end))


def ask(
    link: socket.socket, kind: int, flags: int, payload: bytes, buffer: bytearray
) -> Iterator[int]:
    """Send a request and yield how much of `buffer` each part of the answer fills.

    A part holds whole messages. It ends with the kernel's "done" or acknowledgement; the part
    that has it may begin with further messages, so readers stop at types below 16. Raises
    OSError with the kernel's error; the socket is of no more use after that if it was a dump.
    """
    sequence = next(_sequences) & 0xFFFFFFFF
    flags |= NLM_F_REQUEST
    link.send(HEADER.pack(HEADER.size + len(payload), kind, flags, sequence, 0) + payload)
    dump = flags & NLM_F_DUMP == NLM_F_DUMP
    while True:
        size = link.recv_into(buffer)
        if size < HEADER.size:
            raise OSError(errno.EBADMSG, "the kernel's answer is no netlink message")
        if HEADER.unpack_from(buffer)[3] != sequence:
            continue
        code = _outcome(buffer, size, sequence)
        if code:
            number = -code if 0 < -code <= _MAX_ERRNO else errno.EBADMSG
            raise OSError(number, os.strerror(number))
        yield size
        if code == 0 or not dump:
            return


def ask_many(
    link: socket.socket, kind: int, payloads: Sequence[bytes], buffer: bytearray
) -> Iterator[int]:
    """Ask about several things at once, each of which has one answer, and yield how much of
    `buffer` each answer fills; none for what the kernel does not know. Raises OSError."""
    first = next(_sequences) & 0x7FFFFFFF
    link.send(
        b"".join(
            HEADER.pack(HEADER.size + len(payload), kind, NLM_F_REQUEST, first, 0) + payload
            for payload in payloads
        )
    )
    left = len(payloads)
    while left:
        size = link.recv_into(buffer)
        if size >= HEADER.size:
            _, answer, _, answered, _ = HEADER.unpack_from(buffer)
            if answered == first:
                left -= 1
                if answer != NLMSG_ERROR:
                    yield size


def _outcome(buffer: bytearray, size: int, sequence: int) -> int | None:
    """What the part says about the end: 0 for done, a negative errno, None: there is more.

    Errors come alone. "Done" is 20 bytes, alone or after the last messages of a dump; walking
    all messages to find it would cost a tenth of the whole.
    """
    for start in (0, size - _DONE_BYTES):
        if start >= 0:
            length, kind, _, answered, _ = HEADER.unpack_from(buffer, start)
            if answered != sequence or start + length > size:
                continue
            if kind == NLMSG_ERROR or (kind == NLMSG_DONE and length == _DONE_BYTES):
                return int(struct.unpack_from("=i", buffer, start + HEADER.size)[0])
    return None


def messages(buffer: bytearray, size: int) -> Iterator[tuple[int, int, int]]:
    """(type, start, end) of each whole message in a part, control messages left out."""
    start = 0
    while start + HEADER.size <= size:
        length, kind, _, _, _ = HEADER.unpack_from(buffer, start)
        if length < HEADER.size or start + length > size:
            return
        if kind >= 16:
            yield kind, start, start + length
        start += (length + 3) & ~3


def close(link: socket.socket | None) -> None:
    """Close, whatever state it is in."""
    if link is not None:
        with contextlib.suppress(OSError):
            link.close()
