"""What receives audit records: an HTTP endpoint and a syslog server, both real and small."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from promscope_wire.web import tls
from promscope_wire.web.config import Tls
from tests.trust.certificates import Authority


class Hook:
    """`got`: headers (lower-case) and body of every request; `answers`: the next ones' status."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.url = ""

    @contextmanager
    def serving(self) -> Iterator[str]:
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status = hook.answers.pop(0) if hook.answers else 204
                headers = {name.lower(): value for name, value in self.headers.items()}
                hook.got.append((headers, body))
                self.send_response(status)
                self.send_header("location", "http://127.0.0.1:9/")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.05,))
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_address[1]}/hook"
            finally:
                server.shutdown()
                thread.join()


class SyslogServer:
    """RFC 5425: asks for a certificate and reads octet-counted messages into `got`."""

    def __init__(self, folder: Path) -> None:
        self.got: list[bytes] = []
        self.authority = Authority(folder)
        certificate, key = self.authority.issue("syslog", "127.0.0.1")
        wanted = Tls(
            cert_file=str(certificate),
            key_file=str(key),
            client_ca_file=str(self.authority.ca),
            client_auth_type="RequireAndVerifyClientCert",
        )
        self._context = tls.context(wanted, folder)

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Its port."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            thread = threading.Thread(target=self._accept, args=(listener,))
            thread.start()
            try:
                yield listener.getsockname()[1]
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with plain, self._context.wrap_socket(plain, server_side=True) as secured:
                    self._read(secured)
                    secured.unwrap()
            except OSError:
                continue

    def _read(self, secured: ssl.SSLSocket) -> None:
        content = b""
        while more := secured.recv(64 * 1024):
            content += more
            while True:
                length, space, rest = content.partition(b" ")
                if not space or len(rest) < int(length):
                    break
                self.got.append(rest[: int(length)])
                content = rest[int(length) :]
