"""Names that the operator gave to networks outside: many addresses, one peer on the map."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from promscope_wire import ids

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MAX_NAME = 64


def network(text: str) -> tuple[str, Network]:
    """`name=10.1.0.0/16`. Raises ValueError."""
    name, equals, range_ = text.partition("=")
    if not equals or not 0 < len(name) <= MAX_NAME or not name.isprintable():
        raise ValueError("write name=network, such as office=10.1.0.0/16")
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name, ipaddress.ip_network(range_.strip(), strict=False)
    raise ValueError("a network's name is not an address")


class Networks:
    """The named networks; the narrowest that holds an address names it."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        named = [network(text) for text in texts]
        self._named = sorted(named, key=lambda one: -one[1].prefixlen)
        self.outside = lru_cache(maxsize=65536)(self._outside)

    def _outside(self, ip: str) -> str:
        """The node id of a peer that nobody owns; a budget's own words (`other:…`) are ids."""
        if ip.startswith("other:") or ip == ids.INTERNET:
            return ip
        return ids.external(self._name(ip) or ip or "unknown")

    def _name(self, ip: str) -> str:
        if not self._named:
            return ""
        try:
            address = ipaddress.ip_address(ip.partition("%")[0])
        except ValueError:
            return ""
        mapped = getattr(address, "ipv4_mapped", None) or address
        return next((name for name, network in self._named if mapped in network), "")
