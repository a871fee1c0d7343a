"""`promscope-api`: start-up, flags and a clean end."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager

import uvicorn

from promscope_api import __version__
from promscope_api.app import Web
from promscope_api.audit.log import AuditUnavailable
from promscope_api.live.sliced_socket import SlicedSocket
from promscope_api.prometheus.backends import UnusableBackends
from promscope_api.security.policy_file import UnusablePolicy
from promscope_api.settings import OPTIONS, Address, Settings, settings
from promscope_api.store.store import StoreUnavailable
from promscope_wire.frames import MAX_FRAME_BYTES
from promscope_wire.secretfile import UnusableSecret
from promscope_wire.service import Service
from promscope_wire.web.config import InvalidWebConfig

log = logging.getLogger(__name__)

#: Connections beyond this are answered 503; tunnels and live maps have limits of their own below.
MAX_CONNECTIONS = 4000
_BACKLOG = 512
_GRACE_SECONDS = 5


class CannotStart(Exception):
    """The API cannot run here; the message says why and the remedy."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the API until SIGTERM or SIGINT. The result is the exit code."""
    return Service(
        "promscope-api",
        __version__,
        "Serves the living map of containers that Promscope's probes see.",
        OPTIONS,
        settings,
        _run,
        (
            CannotStart,
            UnusableBackends,
            StoreUnavailable,
            AuditUnavailable,
            UnusableSecret,
            UnusablePolicy,
            InvalidWebConfig,
        ),
    ).main(arguments)


def _run(chosen: Settings) -> None:
    for chatty in ("alembic", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with _listen(chosen.listen) as listener, closing(Web(chosen)) as web:
        tls = web.gate.tls
        config = uvicorn.Config(
            web.asgi,
            http="h11",
            ws=SlicedSocket,
            ws_max_size=MAX_FRAME_BYTES,
            ws_per_message_deflate=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ssl_context_factory=(lambda *_: tls) if tls else None,
        )
        asyncio.run(_serve(web, _Server(config), listener))


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn raises them again at its end, before we could end cleanly."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _serve(web: Web, server: _Server, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    loop.add_signal_handler(signal.SIGHUP, web.reload)
    await web.start()
    host, port = listener.getsockname()[:2]
    scheme = "https" if web.gate.tls else "http"
    where = Address("127.0.0.1" if host == "::" else host, port)
    log.info("the map is at %s://%s/", scheme, where)
    try:
        await server.serve([listener])
    finally:
        await web.stop()


def _listen(address: Address) -> socket.socket:
    """The bound socket. Raises CannotStart with the remedy."""
    family = socket.AF_INET6 if ":" in address.host or not address.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (address.host, address.port),
            family=family,
            backlog=_BACKLOG,
            dualstack_ipv6=family == socket.AF_INET6 and not address.host,
        )
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: "another process listens there; stop it (`ss -ltnp` names it)"
            " or choose another --web.listen-address",
            errno.EACCES: "ports below 1024 need a privilege; choose a higher one",
            errno.EADDRNOTAVAIL: "this machine does not have that address",
        }
        why = reasons.get(error.errno or 0, error.strerror or str(error))
        raise CannotStart(f"cannot listen on {address}: {why}") from error
    # Inherited by every connection. asyncio leaves it off for a listener made like this one, and
    # the end of each answer would wait 40 ms for the acknowledgement of its beginning.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


if __name__ == "__main__":
    sys.exit(main())
