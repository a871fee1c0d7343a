"""Somebody who watches what happens on the host, as long as a window lasts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.acceptance.client import Client


@contextmanager
def watching(client: Client) -> Iterator[None]:
    """Asks for the activity of the only host again and again, so that its probe tells all of it.
    Raises AssertionError at the end where it was not answered."""
    (host,) = (node for node in client.topology("hosts")["nodes"] if node["kind"] == "host")
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            client.json(f"/api/v1/nodes/{host['id']}/activity", seconds="10")

    with ThreadPoolExecutor(1) as threads:
        watched = threads.submit(watch)
        try:
            yield
        finally:
            stop.set()
        watched.result()
