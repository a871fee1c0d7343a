"""Packed IP addresses (4 or 16 bytes, network order) and their text."""

from __future__ import annotations

import functools
import socket

_LOOPBACK6 = bytes(15) + b"\x01"
_MAPPED = bytes(10) + b"\xff\xff"


@functools.lru_cache(maxsize=8192)
def text(raw: bytes) -> str:
    """Canonical text (RFC 5952 for IPv6)."""
    return socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw)


def packed(address: str) -> bytes | None:
    """The inverse; IPv4 mapped into IPv6 becomes IPv4. None for anything but an address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return canonical(socket.inet_pton(family, address))
    except (OSError, ValueError):
        return None


def canonical(raw: bytes) -> bytes:
    """IPv4 mapped into IPv6 (::ffff:a.b.c.d) as IPv4."""
    return raw[12:] if len(raw) == 16 and raw.startswith(_MAPPED) else raw


def is_loopback(raw: bytes) -> bool:
    return raw[0] == 127 if len(raw) == 4 else raw == _LOOPBACK6


def is_link_local(raw: bytes) -> bool:
    if len(raw) == 4:
        return raw.startswith(b"\xa9\xfe")
    return raw[0] == 0xFE and raw[1] & 0xC0 == 0x80


def is_unspecified(raw: bytes) -> bool:
    """0.0.0.0 or ::, "any address" where a socket listens."""
    return not any(raw)


def is_group(raw: bytes) -> bool:
    """Multicast, or the limited broadcast address: nobody's own."""
    if len(raw) == 4:
        return raw[0] >= 224
    return raw[0] == 0xFF
