"""The sockets a service listens on: bound by itself, or handed over by systemd."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import MutableMapping, Sequence

from promscope_wire.web.address import Address

BACKLOG = 512
_FIRST_DESCRIPTOR = 3  # SD_LISTEN_FDS_START of sd_listen_fds(3)


class CannotListen(Exception):
    """A socket cannot be had; the message says why and the remedy."""


def bound(addresses: Sequence[Address]) -> list[socket.socket]:
    """Listen at all of them, or at none. Raises CannotListen."""
    made: list[socket.socket] = []
    try:
        for address in addresses:
            try:
                made.append(_bind(address))
            except OSError as error:
                raise CannotListen(_why(address, error)) from error
    except CannotListen:
        for one in made:
            one.close()
        raise
    return made


def inherited(environment: MutableMapping[str, str] = os.environ) -> list[socket.socket]:
    """The sockets of a systemd .socket unit (sd_listen_fds(3)); its variables are taken out of
    the environment. Raises CannotListen when there are none."""
    process = environment.pop("LISTEN_PID", "")
    count = environment.pop("LISTEN_FDS", "")
    environment.pop("LISTEN_FDNAMES", None)
    if process != str(os.getpid()) or not count.isdecimal() or not int(count):
        raise CannotListen(
            "systemd passed no socket; start the .socket unit instead of the .service, or leave"
            " out --web.systemd-socket"
        )
    found = []
    for descriptor in range(_FIRST_DESCRIPTOR, _FIRST_DESCRIPTOR + int(count)):
        os.set_inheritable(descriptor, False)
        one = socket.socket(fileno=descriptor)
        if not one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            raise CannotListen(
                f"what systemd passed as descriptor {descriptor} does not listen; the .socket unit"
                " needs ListenStream= and Accept=no"
            )
        found.append(one)
    return found


def where(listener: socket.socket) -> Address:
    """The address of a bound socket; the path of a Unix one as host."""
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return Address(os.fsdecode(name), 0)
    host, port = name[:2]
    return Address("" if host in ("::", "0.0.0.0") else host, port)  # noqa: S104 - compared


def _bind(address: Address) -> socket.socket:
    if not address.host and socket.has_dualstack_ipv6():
        return socket.create_server(
            ("", address.port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=True
        )
    if not address.host:
        return socket.create_server(("", address.port), backlog=BACKLOG)
    family, _, _, _, name = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(name[:2], family=family, backlog=BACKLOG)


def _why(address: Address, error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"{address.host} is no address or name of this machine; see --web.listen-address"
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"{address} is taken by another program (`ss -ltnp` names it); end it or choose"
                " another --web.listen-address"
            )
        case errno.EACCES:
            return (
                f"listening on {address} is not permitted; choose a port of 1024 or above, or give"
                " CAP_NET_BIND_SERVICE"
            )
        case errno.EADDRNOTAVAIL:
            return (
                f"cannot listen on {address}: this machine does not have that address; see"
                " --web.listen-address"
            )
    return f"cannot listen on {address}: {error.strerror or error}"
