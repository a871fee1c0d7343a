import errno
import socket
import struct

import pytest

from promscope_exporter.sources import netlink
from promscope_exporter.sources.netlink import HEADER, attribute, attributes

GETLINK = 18


def message(kind, payload, sequence=1):
    return HEADER.pack(HEADER.size + len(payload), kind, 0, sequence, 0) + payload


class Scripted:
    """A link that answers with what it is told, whatever the request was."""

    def __init__(self, *parts):
        self.parts = list(parts)
        self.sequence = None

    def send(self, request):
        self.sequence = HEADER.unpack_from(request)[3]

    def recv_into(self, buffer):
        part = self.parts.pop(0)
        part = part(self.sequence) if callable(part) else part
        buffer[: len(part)] = part
        return len(part)


def sizes(link):
    return list(netlink.ask(link, GETLINK, netlink.NLM_F_DUMP, b"", bytearray(4096)))


def done(code=0):
    return lambda sequence: message(
        netlink.NLMSG_DONE, code.to_bytes(4, "little", signed=True), sequence
    )


def data(payload):
    return lambda sequence: message(16, payload, sequence)


def test_a_dump_is_read_to_its_end():
    link = Scripted(data(bytes(40)), data(bytes(8)), done())
    assert sizes(link) == [56, 24, 20]


def test_done_after_the_last_messages_ends_the_dump():
    both = lambda sequence: data(bytes(40))(sequence) + done()(sequence)  # noqa: E731
    assert sizes(Scripted(both)) == [76]


def test_an_answer_to_another_request_is_left_out():
    link = Scripted(message(16, bytes(4), sequence=0xDEAD), data(bytes(4)), done())
    assert sizes(link) == [20, 20]


def test_a_payload_that_looks_like_done_ends_nothing():
    trap = message(netlink.NLMSG_DONE, bytes(4), sequence=0xDEAD)
    assert sizes(Scripted(data(trap), done())) == [36, 20]


def test_the_kernels_error_is_raised():
    refusal = lambda sequence: message(  # noqa: E731
        netlink.NLMSG_ERROR, (-errno.EPERM).to_bytes(4, "little", signed=True) + bytes(16), sequence
    )
    with pytest.raises(PermissionError):
        sizes(Scripted(refusal))


def test_a_dump_that_ends_with_an_error_raises_it():
    with pytest.raises(OSError, match="Interrupted") as caught:
        sizes(Scripted(data(bytes(4)), done(-errno.EINTR)))
    assert caught.value.errno == errno.EINTR


def test_a_short_answer_is_refused():
    with pytest.raises(OSError, match="no netlink message"):
        sizes(Scripted(b"\0\0"))


def test_the_real_kernel_answers():
    link = netlink.open_socket(netlink.ROUTE, receive_bytes=1 << 20)
    try:
        buffer = bytearray(netlink.BUFFER_BYTES)
        kinds = [
            kind
            for size in netlink.ask(link, GETLINK, netlink.NLM_F_DUMP, bytes(16), buffer)
            for kind, _, _ in netlink.messages(buffer, size)
        ]
    finally:
        netlink.close(link)
    assert len(kinds) >= 1
    assert set(kinds) == {16}  # RTM_NEWLINK


def test_a_silent_kernel_does_not_hang_the_caller():
    link = netlink.open_socket(netlink.ROUTE)
    assert struct.unpack("@ll", link.getsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, 16))[0] > 0
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 0, 1000))
    with pytest.raises(BlockingIOError):
        link.recv_into(bytearray(16))
    netlink.close(link)


def test_messages_stop_at_the_first_malformed_one():
    good = message(16, bytes(4))
    buffer = bytearray(good + HEADER.pack(4000, 16, 0, 1, 0) + bytes(8))
    assert list(netlink.messages(buffer, len(buffer))) == [(16, 0, 20)]
    buffer = bytearray(good + HEADER.pack(3, 16, 0, 1, 0))
    assert list(netlink.messages(buffer, len(buffer))) == [(16, 0, 20)]


def test_attributes_are_found_and_malformed_rest_is_left_out():
    raw = attribute(1, b"abc") + attribute(2, b"defg", nested=True) + b"\x02\x00\x09\x00"
    found = attributes(raw, 0, len(raw))
    assert {kind: raw[place] for kind, place in found.items()} == {1: b"abc", 2: b"defg"}
    assert attributes(attribute(1, b"abcdefgh")[:8], 0, 8) == {}
