"""Real network namespaces and real traffic in them, removed whatever happens."""

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
import time

import pytest

from promscope_exporter.sources import netns

_numbers = itertools.count(1)

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextlib.contextmanager
def namespace():
    """The path of a new namespace with its loopback up."""
    name = f"t-edges-{os.getpid()}-{next(_numbers)}"
    ip("netns", "add", name)
    try:
        ip("-n", name, "link", "set", "lo", "up")
        yield f"/run/netns/{name}"
    finally:
        ip("netns", "del", name)


def name_of(path):
    return path.rpartition("/")[2]


@contextlib.contextmanager
def running(path, code, *arguments):
    """A Python program in a namespace; yields it once it printed its first line."""
    process = subprocess.Popen(
        ["ip", "netns", "exec", name_of(path), sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        process.first_line = process.stdout.readline().strip()
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def until(answer, seconds=60.0):
    """What `answer` returns once that is true; fails after a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = answer()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s; the last answer was {found!r}")


class Pair:
    """A TCP connection over loopback in this process; in the namespace at `path` if given."""

    def __init__(self, path=None, family=socket.AF_INET, listen="127.0.0.1", dial=None):
        def make():
            listener = socket.create_server((listen, 0), family=family)
            port = listener.getsockname()[1]
            client = socket.create_connection((dial or listen, port))
            server, _ = listener.accept()
            return listener, client, server

        self.listener, self.client, self.server = netns.inside(path, make) if path else make()
        self.port = self.listener.getsockname()[1]
        self.client_port = self.client.getsockname()[1]

    def send(self, upstream, downstream=0):
        for sender, receiver, size in (
            (self.client, self.server, upstream),
            (self.server, self.client, downstream),
        ):
            thread = threading.Thread(target=sender.sendall, args=(bytes(size),))
            thread.start()
            left = size
            while left:
                left -= len(receiver.recv(left))
            thread.join()

    def hang_up(self):
        self.client.close()
        self.server.close()

    def close(self):
        self.hang_up()
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
