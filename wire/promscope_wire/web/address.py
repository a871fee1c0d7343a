"""Where to listen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """An empty `host` means every address of the machine; port 0: any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def address(text: str) -> Address:
    """`host:port`, `[IPv6]:port` or `:port`. Raises ValueError otherwise."""
    host, separator, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    if not separator or not port.isdecimal() or int(port) > 65535 or (":" in host) != bracketed:
        raise ValueError("write host:port, [IPv6]:port or :port")
    return Address(host.strip("[]"), int(port))
