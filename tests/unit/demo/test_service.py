"""What runs in the shop's containers: it serves, talks, and counts every payload byte."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from demo.plan import HERE


@contextmanager
def service(**orders: Any) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-B", str(HERE / "container" / "service.py")],
        env={**os.environ, "SHOP": json.dumps({"name": "x", "listens": [], "talks": [], **orders})},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def talk(kind: str, port: int, **more: Any) -> dict[str, Any]:
    order = {"kind": kind, "host": "127.0.0.1", "port": port, "life": "long"}
    return {**order, "every": 0.01, "payload": None, "name": "peer", **more}


def lines(process: subprocess.Popen[str], wanted: str) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        said = json.loads(line)
        if wanted in said:
            yield said


def test_a_stream_counts_what_the_server_gets() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    order = talk("stream", listener.getsockname()[1], payload=700)
    with listener, service(talks=[order]) as process:
        connection, _ = listener.accept()
        with connection:
            said = next(lines(process, "sent"))
            got = 0
            while got < said["sent"]:
                got += len(connection.recv(65536))
    assert said["sent"] % 700 == 0
    assert (said["to"], said["host"], said["received"]) == ("peer", "127.0.0.1", 0)


def test_http_counts_both_ways() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    order = talk("http", listener.getsockname()[1], every=60)
    with listener, service(talks=[order]) as process:
        connection, _ = listener.accept()
        with connection:
            request = connection.recv(65536)
            connection.sendall(answer)
            said = next(lines(process, "sent"))
    assert request.startswith(b"GET /peer HTTP/1.1\r\n")
    assert (said["sent"], said["received"]) == (len(request), len(answer))


def test_it_serves_http_on_a_connection_that_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listens = [{"kind": "http", "port": port}]
    with service(listens=listens, talks=[talk("http", port, every=0.25)]) as process:
        told = lines(process, "sent")
        first, second = next(told), next(told)
    assert second["sent"] > first["sent"]
    assert second["received"] > first["received"]


def test_a_peer_that_is_not_there_is_said_and_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        order = talk("stream", listener.getsockname()[1], payload=1)
    with service(talks=[order]) as process:
        assert "refused" in next(lines(process, "failed"))["failed"]
        with socket.create_server(("127.0.0.1", order["port"])) as again:
            again.accept()[0].close()
