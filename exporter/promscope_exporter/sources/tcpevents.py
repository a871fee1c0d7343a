"""The end of every TCP socket of the machine, told by the kernel with its final counts.

The multicast groups SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY of sock_diag, with
NETLINK_LISTEN_ALL_NSID: one socket in the host's network namespace hears of all namespaces
that have an id there. Sources: net/core/sock_diag.c, netlink(7).

Limit: a socket that is closed with a reset by its own program (SO_LINGER 0), or whose blocking
connect() fails, has forgotten its peer's port by then: port 0, counts 0.
"""

from __future__ import annotations

from promscope_exporter.sources import netlink
from promscope_exporter.sources.layout import Layouts
from promscope_exporter.sources.sockdiag import Connection, describe
from promscope_exporter.sources.subscription import Subscription

_GROUPS = (1, 3)

#: The id of the network namespace as the listening one knows it (None: that one itself), and
#: the row; its inode and cgroup id are 0 and None.
Ended = tuple[int | None, Connection]


class TcpEvents:
    """Made in the host's network namespace. Raises OSError when the kernel refuses."""

    def __init__(self) -> None:
        self._layouts = Layouts(describe)
        self._events = Subscription(netlink.SOCK_DIAG, _GROUPS, every_namespace=True)

    @property
    def every_namespace(self) -> bool:
        """False: only the own namespace is heard."""
        return self._events.every_namespace

    @property
    def overruns(self) -> int:
        return self._events.overruns

    def read(self) -> list[Ended]:
        """What has arrived, some thousand at most, by namespace."""
        heard: dict[int | None, list[bytes]] = {}
        for nsid, data in self._events.read():
            heard.setdefault(nsid, []).append(data)
        return [(nsid, row) for nsid, news in heard.items() for row in self._layouts.each(news)]

    def close(self) -> None:
        self._events.close()
