"""`tls_server_config` → an SSLContext. What Python's TLS cannot do as asked is refused, never
done more weakly."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path
from typing import Any

from promscope_wire.web.config import InvalidWebConfig, Tls

_VERSIONS = {
    "TLS10": ssl.TLSVersion.TLSv1,
    "TLS11": ssl.TLSVersion.TLSv1_1,
    "TLS12": ssl.TLSVersion.TLSv1_2,
    "TLS13": ssl.TLSVersion.TLSv1_3,
}
#: Go's name of a policy → whether certificates of clients are verified. A certificate that is
#: asked for but not looked at changes nothing for a client: RequestClientCert asks for none.
_POLICIES = {
    "": ssl.CERT_NONE,
    "NoClientCert": ssl.CERT_NONE,
    "RequestClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
_UNVERIFIED = ("RequireAnyClientCert", "RequireClientCert")
_CURVES = {
    "CurveP256": "prime256v1",
    "CurveP384": "secp384r1",
    "CurveP521": "secp521r1",
    "X25519": "X25519",
}
#: Go's name → OpenSSL's. Those of TLS 1.3 are not chosen one by one, in Go neither.
_CIPHERS = {
    f"TLS_ECDHE_{key}_WITH_{name}": f"ECDHE-{key}-{theirs}"
    for key in ("ECDSA", "RSA")
    for name, theirs in (
        ("AES_128_CBC_SHA", "AES128-SHA"),
        ("AES_256_CBC_SHA", "AES256-SHA"),
        ("AES_128_GCM_SHA256", "AES128-GCM-SHA256"),
        ("AES_256_GCM_SHA384", "AES256-GCM-SHA384"),
        ("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305"),
    )
}
_CIPHERS_1_3 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")


def context(tls: Tls, folder: Path) -> ssl.SSLContext:
    """The context of a server; files are read now. Raises InvalidWebConfig."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        _versions(made, tls)
        _algorithms(made, tls)
        _certificate(made, tls, folder)
        _clients(made, tls, folder)
    except (ssl.SSLError, ValueError) as error:
        raise InvalidWebConfig(f"tls_server_config: {error}") from error
    except OSError as error:
        why = f"{error.filename} cannot be read: {error.strerror}"
        raise InvalidWebConfig(f"tls_server_config: {why}") from error
    return made


def files(tls: Tls, folder: Path) -> tuple[Path, ...]:
    """The files that the context is made from."""
    names = (tls.cert_file, tls.key_file, tls.client_ca_file)
    return tuple(folder / name for name in names if name)


def _versions(made: ssl.SSLContext, tls: Tls) -> None:
    for name in (tls.min_version, tls.max_version):
        if name not in _VERSIONS:
            raise ValueError(f"{name!r} is no TLS version; write one of {', '.join(_VERSIONS)}")
    with warnings.catch_warnings():
        # versions below 1.2 are deprecated, and only used where the file says so
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = _VERSIONS[tls.min_version]
        made.maximum_version = _VERSIONS[tls.max_version]


def _algorithms(made: ssl.SSLContext, tls: Tls) -> None:
    unknown = set(tls.cipher_suites) - _CIPHERS.keys() - set(_CIPHERS_1_3)
    if unknown:
        raise ValueError(
            f"cipher_suites: {min(unknown)!r} is not known; there are"
            f" {', '.join((*_CIPHERS, *_CIPHERS_1_3))}"
        )
    chosen = [_CIPHERS[name] for name in tls.cipher_suites if name in _CIPHERS]
    if chosen:
        made.set_ciphers(":".join(chosen))
    elif tls.cipher_suites:
        made.minimum_version = ssl.TLSVersion.TLSv1_3
    if tls.prefer_server_cipher_suites:
        made.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    if len(tls.curve_preferences) > 1 or not _CURVES.keys() >= set(tls.curve_preferences):
        raise ValueError(
            f"curve_preferences: at most one of {', '.join(_CURVES)} can be chosen here;"
            " without it the strongest that both sides have is used"
        )
    for curve in tls.curve_preferences:
        made.set_ecdh_curve(_CURVES[curve])


def _certificate(made: ssl.SSLContext, tls: Tls, folder: Path) -> None:
    import tempfile  # noqa: PLC0415 - memory that only those with TLS pay

    if not (tls.cert or tls.cert_file):
        raise ValueError("cert_file is missing")
    if not (tls.key or tls.key_file):
        raise ValueError("key_file is missing")
    for inline, name in (
        ("cert", "cert_file"),
        ("key", "key_file"),
        ("client_ca", "client_ca_file"),
    ):
        if getattr(tls, inline) and getattr(tls, name):
            raise ValueError(f"write {inline} or {name}, not both")
    with tempfile.TemporaryDirectory(prefix="promscope-") as private:
        # OpenSSL takes certificate and key from files only
        cert = folder / tls.cert_file if tls.cert_file else _file(private, "cert", tls.cert)
        key = folder / tls.key_file if tls.key_file else _file(private, "key", tls.key)
        for file in (cert, key):
            file.read_bytes()  # OpenSSL's own error would not name the file
        try:
            made.load_cert_chain(cert, key, _no_password)
        except ssl.SSLError as error:
            raise ValueError(
                f"the certificate {tls.cert_file or '(cert)'} and the key"
                f" {tls.key_file or '(key)'} do not go together, or are not PEM: {error.reason}"
            ) from error


def _clients(made: ssl.SSLContext, tls: Tls, folder: Path) -> None:
    if tls.client_auth_type in _UNVERIFIED:
        raise ValueError(
            f"client_auth_type {tls.client_auth_type} would let in any certificate at all and is"
            " not supported; use RequireAndVerifyClientCert with client_ca_file"
        )
    if tls.client_auth_type not in _POLICIES:
        raise ValueError(
            f"{tls.client_auth_type!r} is no client_auth_type; there are"
            f" {', '.join(name for name in _POLICIES if name)}"
        )
    policy = _POLICIES[tls.client_auth_type]
    has_ca = bool(tls.client_ca or tls.client_ca_file)
    if has_ca != (policy != ssl.CERT_NONE):
        raise ValueError(
            "client_ca_file and a client_auth_type that verifies (RequireAndVerifyClientCert)"
            " need each other"
        )
    if tls.client_allowed_sans:
        if policy != ssl.CERT_REQUIRED:
            raise ValueError(
                "client_allowed_sans needs client_auth_type RequireAndVerifyClientCert"
            )
        made.sslobject_class = _checking(frozenset(tls.client_allowed_sans))
    if has_ca:
        text = tls.client_ca or (folder / tls.client_ca_file).read_text()
        made.load_verify_locations(cadata=text)
    made.verify_mode = policy


def _checking(allowed: frozenset[str]) -> type[ssl.SSLObject]:
    class Checking(ssl.SSLObject):
        """Ends a handshake whose client's certificate has none of the allowed names."""

        def do_handshake(self) -> None:
            super().do_handshake()
            certificate: dict[str, Any] = self.getpeercert() or {}
            names = {str(value) for _, value in certificate.get("subjectAltName", ())}
            if not names & allowed:
                raise ssl.SSLCertVerificationError("the client's names are not allowed here")

    return Checking


def _file(folder: str, name: str, content: str) -> Path:
    path = Path(folder, name)
    path.touch(0o600)
    path.write_text(content)
    return path


def _no_password() -> str:
    raise ValueError("the key has a password; decrypt it (openssl pkey) and protect the file")
