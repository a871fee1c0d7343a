import asyncio
import contextlib
import socket
import ssl
import threading
from pathlib import Path

import pytest

from promscope_wire.web import tls
from promscope_wire.web.config import InvalidWebConfig, Tls
from tests.trust.certificates import Authority

FILES = {"cert_file": "server.pem", "key_file": "server.key"}
VERIFYING = {"client_auth_type": "RequireAndVerifyClientCert", "client_ca_file": "ca.pem"}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    made = Authority(tmp_path)
    made.issue("server", "127.0.0.1", "probe.example")
    return made


def shake(server: ssl.SSLContext, client: ssl.SSLContext) -> str:
    """The version that both agree on, a word through it. Raises what the client sees."""
    near, far = socket.socketpair()
    near.settimeout(30)
    far.settimeout(30)

    def serve() -> None:
        try:
            with server.wrap_socket(far, server_side=True) as one:
                one.sendall(b"word")
        except (ssl.SSLError, OSError):
            far.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(near, server_hostname="probe.example") as one:
            version = one.version() or ""
            if one.recv(4) != b"word":
                raise ssl.SSLError("refused after the handshake")
            return version
    finally:
        near.close()
        thread.join()


def made(authority: Authority, **fields: object) -> ssl.SSLContext:
    return tls.context(Tls(**{**FILES, **fields}), authority.folder)  # type: ignore[arg-type]


def test_files_beside_the_configuration(authority: Authority) -> None:
    assert shake(made(authority), authority.client()) == "TLSv1.3"
    assert tls.files(Tls(**FILES), authority.folder) == (
        authority.folder / "server.pem",
        authority.folder / "server.key",
    )


def test_inline(authority: Authority) -> None:
    texts = {name: (authority.folder / f"server.{name}").read_text() for name in ("pem", "key")}
    context = tls.context(Tls(cert=texts["pem"], key=texts["key"]), Path("/nonexistent"))
    assert shake(context, authority.client())


def test_versions(authority: Authority) -> None:
    old = authority.client()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    assert shake(made(authority), old) == "TLSv1.2"
    with pytest.raises((ssl.SSLError, OSError)):
        shake(made(authority, min_version="TLS13"), old)
    assert shake(made(authority, max_version="TLS12"), authority.client()) == "TLSv1.2"


def test_ciphers_and_curves(authority: Authority) -> None:
    old = authority.client()
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    rsa, ecdsa = (f"TLS_ECDHE_{kind}_WITH_CHACHA20_POLY1305_SHA256" for kind in ("RSA", "ECDSA"))
    chosen = made(authority, cipher_suites=[rsa, ecdsa], curve_preferences=["CurveP384"])
    assert shake(chosen, old) == "TLSv1.2"
    old.set_ciphers("ECDHE+AESGCM")
    with pytest.raises((ssl.SSLError, OSError)):
        shake(chosen, old)
    newest = made(authority, cipher_suites=["TLS_AES_128_GCM_SHA256"])
    assert shake(newest, authority.client()) == "TLSv1.3"
    with pytest.raises((ssl.SSLError, OSError)):
        shake(newest, old)


def test_certificates_of_clients(
    authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = made(authority, **VERIFYING)
    assert shake(server, authority.client("friend", "prometheus.example"))
    with pytest.raises((ssl.SSLError, OSError)):
        shake(server, authority.client())
    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    client = authority.client()
    client.load_cert_chain(*stranger.issue("client", "prometheus.example"))
    with pytest.raises((ssl.SSLError, OSError)):
        shake(server, client)
    given = made(authority, **{**VERIFYING, "client_auth_type": "VerifyClientCertIfGiven"})
    assert shake(given, authority.client())
    with pytest.raises((ssl.SSLError, OSError)):
        shake(given, client)


@pytest.mark.parametrize(
    ("identity", "admitted"), [("prometheus.example", True), ("other.example", False)]
)
async def test_names_of_clients(authority: Authority, identity: str, admitted: bool) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"word")
        writer.close()

    context = made(authority, **VERIFYING, client_allowed_sans=["prometheus.example"])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        client = authority.client("client", identity)
        word = b""
        with contextlib.suppress(ssl.SSLError, OSError):
            reader, writer = await asyncio.open_connection(
                *server.sockets[0].getsockname(), ssl=client
            )
            word = await reader.read()
            writer.close()
    assert word == (b"word" if admitted else b"")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"cert_file": ""}, "cert_file is missing"),
        ({"key_file": ""}, "key_file is missing"),
        ({"cert_file": "none.pem"}, "none.pem"),
        ({"key_file": "other.key"}, "do not go together"),
        ({"cert_file": "server.key"}, "PEM|go together"),
        ({"cert": "x"}, "not both"),
        ({"min_version": "SSL3"}, "TLS12"),
        ({"cipher_suites": ["TLS_RSA_WITH_RC4_128_SHA"]}, "not known"),
        ({"curve_preferences": ["CurveP256", "CurveP384"]}, "at most one"),
        ({"curve_preferences": ["secp256k1"]}, "at most one"),
        ({"client_auth_type": "Maybe"}, "RequireAndVerifyClientCert"),
        ({"client_auth_type": "RequireAnyClientCert"}, "any certificate at all"),
        ({"client_auth_type": "RequireAndVerifyClientCert"}, "client_ca_file"),
        ({"client_ca_file": "ca.pem"}, "need each other"),
        ({"client_allowed_sans": ["a"]}, "client_allowed_sans needs"),
        ({**VERIFYING, "client_ca_file": "server.key"}, "tls_server_config"),
    ],
)
def test_what_is_refused(authority: Authority, fields: dict[str, object], why: str) -> None:
    authority.issue("other", "other.example")
    with pytest.raises(InvalidWebConfig, match=why):
        made(authority, **fields)
