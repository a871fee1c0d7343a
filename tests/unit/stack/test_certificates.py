"""What `make certs` makes is good for both sides of every hop, and nobody else can read it."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest

from promscope_wire.client_tls import ClientTls
from promscope_wire.web import tls
from promscope_wire.web.config import Tls, load
from stack.certificates import PARTS, make


def test_every_part_is_verified_and_verifies(tmp_path: Path) -> None:
    assert make(tmp_path)
    names = [tmp_path / name for name in ("ca.crt", "user.crt", "user.key")]
    client = ClientTls(*map(str, names)).context()
    for part in ("exporter", "api", "prometheus"):
        config = load(tmp_path / f"{part}.web-config.yml")
        assert config.tls is not None
        shown = talk(tls.context(config.tls, config.folder), client)
        assert shown["subject"] == ((("commonName", "user"),),)


def talk(server: ssl.SSLContext, client: ssl.SSLContext) -> dict[str, object]:
    """What the server has seen of the client, over a real connection to `localhost`."""
    seen: list[dict[str, object]] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            plain, _ = listener.accept()
            with plain, server.wrap_socket(plain, server_side=True) as secured:
                seen.append(secured.getpeercert() or {})
                secured.sendall(b"seen")

        thread = threading.Thread(target=serve)
        thread.start()
        with (
            socket.create_connection(listener.getsockname(), timeout=60) as plain,
            client.wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            assert secured.recv(16) == b"seen"
        thread.join()
    return seen[0]


def test_only_its_owner_can_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "certs"
    make(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = list(folder.iterdir())
    assert len(files) == 3 * len(PARTS) + 1
    assert {stat.S_IMODE(one.stat().st_mode) for one in files} == {0o600}


def test_what_is_there_stays(tmp_path: Path) -> None:
    make(tmp_path)
    before = (tmp_path / "ca.crt").read_bytes()
    assert not make(tmp_path)
    assert (tmp_path / "ca.crt").read_bytes() == before


def test_another_authority_is_a_stranger(tmp_path: Path) -> None:
    make(tmp_path / "one")
    make(tmp_path / "two")
    config = load(tmp_path / "one" / "api.web-config.yml")
    stranger = ClientTls(str(tmp_path / "two" / "ca.crt")).context()
    server = tls.context(config.tls or Tls(), config.folder)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    mine = stranger.wrap_bio(incoming, outgoing, server_hostname="localhost")
    theirs = server.wrap_bio(outgoing, incoming, server_side=True)
    with pytest.raises(ssl.SSLWantReadError):
        mine.do_handshake()
    with pytest.raises(ssl.SSLWantReadError):
        theirs.do_handshake()
    with pytest.raises(ssl.SSLCertVerificationError):
        mine.do_handshake()
