"""Known bytes, in a container or on the host; nothing but the standard library.

`serve PROTOCOL:ADDRESS:PORT…` reads requests of UP bytes and answers each with DOWN bytes;
`talk PROTOCOL ADDRESS PORT COUNT HOW` makes COUNT exchanges, of TCP each on a connection of its
own, which it ends as HOW says (`close`, `reset` for a reset, `hold`: when the input ends), or all
on one (`stream`), and prints `done` after the exchanges.
`flood ADDRESS PORT PER_SECOND` sends on one connection for ever and prints what was acknowledged.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import threading
import time

UP, DOWN = 10_000, 2_500
DATAGRAM = 1_000
_RESET = struct.pack("ii", 1, 0)


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def _read(end: socket.socket, size: int) -> bool:
    while size:
        part = end.recv(min(size, 65536))
        if not part:
            return False
        size -= len(part)
    return True


def _answer(end: socket.socket) -> None:
    with end, contextlib.suppress(OSError):
        while _read(end, UP):
            end.sendall(bytes(DOWN))


def _accept(listener: socket.socket) -> None:
    while True:
        end = listener.accept()[0]
        threading.Thread(target=_answer, args=(end,), daemon=True).start()


def _echo(end: socket.socket) -> None:
    while True:
        data, peer = end.recvfrom(65536)
        end.sendto(data[: DATAGRAM // 2], peer)


def serve(places: list[str]) -> None:
    for place in places:
        protocol, _, rest = place.partition(":")
        address, _, port = rest.rpartition(":")
        address = address.strip("[]")
        if protocol == "tcp":
            listener = socket.create_server((address, int(port)), family=_family(address))
            threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        else:
            end = socket.socket(_family(address), socket.SOCK_DGRAM)
            end.bind((address, int(port)))
            threading.Thread(target=_echo, args=(end,), daemon=True).start()
    print("ready", flush=True)
    threading.Event().wait()


def talk(protocol: str, address: str, port: int, count: int, how: str) -> None:
    if protocol == "udp":
        with socket.socket(_family(address), socket.SOCK_DGRAM) as end:
            end.connect((address, port))
            end.settimeout(30)
            for _ in range(count):
                end.send(bytes(DATAGRAM))
                end.recv(DATAGRAM)
    held = []
    each = count if how == "stream" else 1
    for _ in range(0 if protocol == "udp" else count // each):
        end = socket.create_connection((address, port), timeout=30)
        for _ in range(each):
            end.sendall(bytes(UP))
            assert _read(end, DOWN)
        if how == "hold":
            held.append(end)
            continue
        if how == "reset":
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        end.close()
    print("done", flush=True)
    if held:
        sys.stdin.read()


def flood(address: str, port: int, per_second: int) -> None:
    """`per_second` exchanges a second on one connection; a line with their number after each."""
    with socket.create_connection((address, port)) as end:
        due = time.monotonic()
        number = 0
        while True:
            end.sendall(bytes(UP))
            assert _read(end, DOWN)
            number += 1
            print(time.time(), number, flush=True)
            due += 1 / per_second
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    does, *orders = sys.argv[1:]
    if does == "serve":
        serve(orders)
    elif does == "flood":
        flood(orders[0], int(orders[1]), int(orders[2]))
    else:
        talk(orders[0], orders[1], int(orders[2]), int(orders[3]), orders[4])
