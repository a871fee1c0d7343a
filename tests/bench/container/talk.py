"""What runs in the containers of a crowd: `listen`, `hold HOST COUNT`, `visit HOST PER_SECOND` or
`loop COUNT`. It gets nothing but the standard library."""

from __future__ import annotations

import itertools
import selectors
import socket
import sys
import time

FIRST_PORT, PORTS = 10000, 25
_MESSAGE = b"q" * 200


def listen() -> None:
    """Accepts on every port and reads what comes."""
    waiting = selectors.DefaultSelector()
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        waiting.register(socket.create_server(("", port), backlog=4096), selectors.EVENT_READ, True)
    print("ready", flush=True)
    while True:
        for key, _ in waiting.select():
            end = key.fileobj
            assert isinstance(end, socket.socket)
            if key.data:
                waiting.register(end.accept()[0], selectors.EVENT_READ, False)
            elif not _read(end):
                waiting.unregister(end)
                end.close()


def _read(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except ConnectionError:
        return b""


def hold(host: str, count: int) -> None:
    """Keeps connections open and says something on every fifth of them each second."""
    opened = [
        socket.create_connection((host, FIRST_PORT + number % PORTS)) for number in range(count)
    ]
    print("ready", flush=True)
    for turn in itertools.count():
        for end in opened[turn % 5 :: 5]:
            end.send(_MESSAGE)
        time.sleep(1)


def visit(host: str, per_second: int) -> None:
    """Opens, speaks and closes, so often a second."""
    print("ready", flush=True)
    due = time.monotonic()
    for number in itertools.count():
        with socket.create_connection((host, FIRST_PORT + number % PORTS)) as end:
            end.send(_MESSAGE)
        due += 1 / per_second
        time.sleep(max(0.0, due - time.monotonic()))


def loop(count: int) -> None:
    """Keeps both ends of connections to itself."""
    with socket.create_server(("127.0.0.1", FIRST_PORT), backlog=4096) as server:
        kept = []
        for _ in range(count):
            kept.append(socket.create_connection(("127.0.0.1", FIRST_PORT)))
            kept.append(server.accept()[0])
        print("ready", flush=True)
        while True:
            for end in kept[:100]:
                end.send(_MESSAGE)
            for end in kept[1:101:2]:
                end.recv(65536)
            time.sleep(1)


if __name__ == "__main__":
    does, *how = sys.argv[1:]
    if does == "listen":
        listen()
    elif does == "hold":
        hold(how[0], int(how[1]))
    elif does == "visit":
        visit(how[0], int(how[1]))
    else:
        loop(int(how[0]))
