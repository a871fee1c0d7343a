"""A PostgreSQL of a test's own: made, started on a free port, and removed with all it has."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Self

from promscope_api.store.postgresql import Postgresql
from stack import tools

PASSWORD = "a-password-of-the-tests"
USER = "promscope"
_LIMIT_SECONDS = 120.0


class PostgresServer:
    """Use it as a context manager. It refuses to run as root, so root runs it as nobody.

    `certificate`: a file with certificate and key; with it, only TLS is spoken.
    """

    def __init__(self, certificate: Path | None = None) -> None:
        self._certificate = certificate
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="t-postgres-", dir="/tmp"))
        try:
            self.password_file = self.folder / "password"
            self.password_file.touch(mode=0o600)
            self.password_file.write_text(PASSWORD)
            self._given()
            self._make()
            with socket.create_server(("127.0.0.1", 0)) as found:
                self.port = int(found.getsockname()[1])
            self.start()
        except BaseException:
            self.__exit__()
            raise
        # What connects reads it as this user.
        os.chown(self.password_file, os.geteuid(), os.getegid())
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        plain = "" if self._certificate else "?sslmode=disable"
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres{plain}"

    @property
    def settings(self) -> Postgresql:
        return Postgresql(self.url, str(self.password_file))

    @property
    def flags(self) -> list[str]:
        """What an API is started with to use it."""
        return [
            f"--storage.postgresql-url={self.url}",
            f"--storage.postgresql-password-file={self.password_file}",
        ]

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self._starts += 1
        settings = {
            "fsync": "off",
            "listen_addresses": "127.0.0.1",
            "max_connections": "40",
            "port": str(self.port),
            "shared_buffers": "16MB",
            "unix_socket_directories": "",
        }
        if self._certificate:
            where = str(self.folder / "server.pem")
            settings |= {"ssl": "on", "ssl_cert_file": where, "ssl_key_file": where}
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [tools.find("postgres"), "-D", str(self.folder / "data"), *flags]
        with log:
            self._process = self._as_user(command, log)
        end = time.monotonic() + _LIMIT_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"no PostgreSQL:\n{(self.folder / 'log').read_text()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """At once, without waiting for its clients."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(3)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        # It listens before it has recovered from how it ended.
        said = (self.folder / "log").read_text().count("ready to accept connections")
        return said >= self._starts

    def _make(self) -> None:
        made = self._as_user(
            [
                tools.find("initdb"),
                *("-D", str(self.folder / "data"), "-U", USER, "--no-sync", "-E", "UTF8"),
                *("--locale=C", "--auth=scram-sha-256", f"--pwfile={self.password_file}"),
            ],
            subprocess.PIPE,
        )
        output, _ = made.communicate(timeout=_LIMIT_SECONDS)
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{output.decode()}")
        if self._certificate:
            rule = f"hostssl all {USER} 127.0.0.1/32 scram-sha-256\n"
            (self.folder / "data" / "pg_hba.conf").write_text(rule)

    def _given(self) -> None:
        """The folder belongs to whom the server runs as."""
        if self._certificate:
            copy = self.folder / "server.pem"
            copy.touch(mode=0o600)
            copy.write_bytes(self._certificate.read_bytes())
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)

    def _as_user(self, command: list[str], output: int | IO[bytes]) -> subprocess.Popen[bytes]:
        as_root = os.geteuid() == 0
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user="nobody" if as_root else None,
            group=pwd.getpwnam("nobody").pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
        )
