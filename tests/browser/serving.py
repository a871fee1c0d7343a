"""An application behind a free port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from tests.acceptance.patience import until


@contextmanager
def serving(application: Any, hang_up: Callable[[], None] = lambda: None) -> Iterator[str]:
    """Its URL; the server ends with the block, the sockets that `hang_up` ends before."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until(lambda: server.started, "the application listens")
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        hang_up()
        thread.join(30)
        assert not thread.is_alive()
