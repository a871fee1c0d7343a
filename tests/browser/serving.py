"""A stand-in behind a free port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.acceptance.patience import until
from tests.browser.fixture.app import Application, Stage


@contextmanager
def serving(application: Application, stage: Stage) -> Iterator[str]:
    """Its URL; sockets and the server end with the block."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(application, log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        until(lambda: server.started, "the stand-in listens")
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        stage.hang_up()
        thread.join(30)
        assert not thread.is_alive()
