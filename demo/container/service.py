"""What runs in a container of the shop: listens and talks as the variable SHOP (JSON) says.

It gets nothing but the standard library. The client of every long tcp talk logs the payload it
has sent and received, so that what was measured can be compared with what was done.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_RETRY_SECONDS = 1
_LOG_SECONDS = 0.2


class Answer(BaseHTTPRequestHandler):
    """Answers every GET with a small page, on a connection that may stay open."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        body = json.dumps({"shop": self.path, "said": "x" * 200}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """A line per request would bury the lines that matter."""


def serve_http(port: int) -> None:
    server = ThreadingHTTPServer(("", port), Answer)
    server.daemon_threads = True
    server.serve_forever()


def serve_stream(port: int) -> None:
    """Swallow all that comes on any number of connections."""
    server = socket.create_server(("", port))
    while True:
        connection, _ = server.accept()
        threading.Thread(target=_swallow, args=(connection,), daemon=True).start()


def _swallow(connection: socket.socket) -> None:
    with connection:
        while connection.recv(65536):
            pass


def serve_statsd(port: int) -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("", port))
    while True:
        server.recv(65536)


class Talk:
    """One order to talk to one address: connects, speaks, counts the payload of all of it."""

    def __init__(self, order: dict[str, Any], host: str) -> None:
        self.order, self.host = order, host
        self.sent = self.received = 0
        self._logged = 0.0

    def forever(self) -> None:
        """A connection that breaks is made again and the counts go on."""
        while True:
            self.once()
            time.sleep(_RETRY_SECONDS)

    def once(self) -> None:
        """One connection: a single exchange if it is short-lived, else until it breaks.

        A peer that is not there, paused or restarted is a part of life here.
        """
        try:
            with socket.create_connection((self.host, self.order["port"]), 10) as connection:
                self._speak(connection)
        except OSError as error:
            self._tell(failed=str(error))

    def _speak(self, connection: socket.socket) -> None:
        exchange: Callable[[socket.socket], None] = getattr(self, f"_{self.order['kind']}")
        due = time.monotonic()
        while True:
            exchange(connection)
            if self.order["life"] == "short":
                return
            self._log()
            due += self.order["every"]
            time.sleep(max(0.0, due - time.monotonic()))

    def _http(self, connection: socket.socket) -> None:
        name = self.order["name"]
        self._send(connection, f"GET /{name} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
        answer = self._receive(connection, lambda so_far: b"\r\n\r\n" in so_far)
        head, _, body = answer.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split()[0])
        self._receive(connection, lambda more: len(body) + len(more) >= length)

    def _redis(self, connection: socket.socket) -> None:
        self._send(connection, b"SET shop:last %d\r\nGET shop:last\r\n" % self.sent)
        self._receive(connection, lambda so_far: so_far.count(b"\r\n") >= 3)

    def _stream(self, connection: socket.socket) -> None:
        self._send(connection, b"x" * self.order["payload"])

    def _send(self, connection: socket.socket, message: bytes) -> None:
        connection.sendall(message)
        self.sent += len(message)

    def _receive(self, connection: socket.socket, complete: Callable[[bytes], bool]) -> bytes:
        answer = b""
        while not complete(answer):
            part = connection.recv(65536)
            if not part:
                raise ConnectionResetError("the peer closed the connection")
            self.received += len(part)
            answer += part
        return answer

    def _log(self) -> None:
        now = time.monotonic()
        if now - self._logged >= _LOG_SECONDS:
            self._logged = now
            self._tell(sent=self.sent, received=self.received)

    def _tell(self, **said: Any) -> None:
        line = {"to": self.order["name"], "port": self.order["port"], "host": self.host, **said}
        print(json.dumps({**line, "at": time.time()}), flush=True)


def talk_statsd(order: dict[str, Any], host: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as connection:
        connection.connect((host, order["port"]))
        while True:
            # A datagram may hear of the fate of an earlier one, which nobody listened for.
            with contextlib.suppress(OSError):
                connection.send(b"shop.requests:1|c")
            time.sleep(order["every"])


def _addresses(host: str) -> Iterator[str]:
    """All addresses of the name, again and again; a name nobody has yet is waited for."""
    while True:
        try:
            found = sorted(
                {str(one[4][0]) for one in socket.getaddrinfo(host, None, socket.AF_INET)}
            )
        except OSError:
            time.sleep(_RETRY_SECONDS)
            continue
        yield from found


def talk(order: dict[str, Any]) -> None:
    """Talk for ever: a short life goes on to the next address, a long one has one per address."""
    known: set[str] = set()
    for host in _addresses(order["host"]):
        if order["life"] == "short":
            Talk(order, host).once()
            time.sleep(order["every"])
            continue
        if host not in known:
            known.add(host)
            if order["kind"] == "statsd":
                threading.Thread(target=talk_statsd, args=(order, host), daemon=True).start()
            else:
                threading.Thread(target=Talk(order, host).forever, daemon=True).start()
        time.sleep(_RETRY_SECONDS)


def main() -> None:
    orders = json.loads(os.environ["SHOP"])
    # So that a process list says which service this is.
    with open("/proc/self/comm", "w") as comm:
        comm.write(orders["name"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve = {"http": serve_http, "stream": serve_stream, "statsd": serve_statsd}
    for listen in orders["listens"]:
        threading.Thread(target=serve[listen["kind"]], args=(listen["port"],), daemon=True).start()
    for order in orders["talks"]:
        threading.Thread(target=talk, args=(order,), daemon=True).start()
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
