"""`make certs`: an authority of one's own and a certificate for each part, to try TLS with."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as pem
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from stack.places import State
from stack.terminal import say

#: Who gets a certificate, for itself as a server and to show as a client.
PARTS = ("exporter", "api", "prometheus", "user")
_DAYS = 90
_WEB_CONFIG = """\
tls_server_config:
  cert_file: {part}.crt
  key_file: {part}.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
"""


def make(folder: Path) -> bool:
    """ca.crt, and PART.crt, PART.key and PART.web-config.yml for each of PARTS, below `folder`.

    Valid for 90 days, for this machine by name and address. False: they are there already, and
    stay.
    """
    if (folder / "ca.crt").exists():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("Promscope trial authority", authority_key, None, authority_key)
    for part in PARTS:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _certificate(part, key, authority, authority_key)
        _write(folder / f"{part}.key", _key(key))
        _write(folder / f"{part}.crt", certificate.public_bytes(pem.Encoding.PEM))
        _write(folder / f"{part}.web-config.yml", _WEB_CONFIG.format(part=part).encode())
    _write(folder / "ca.crt", authority.public_bytes(pem.Encoding.PEM))
    return True


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate | None,
    authority_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    """`authority` None: the authority's own."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    public = authority_key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(authority is None, None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_usage(is_authority=authority is None), critical=True)
    )
    if authority is not None:
        both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False).add_extension(
            x509.SubjectAlternativeName(_names()), critical=False
        )
    return builder.sign(authority_key, hashes.SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _names() -> list[x509.GeneralName]:
    names = dict.fromkeys(("localhost", socket.gethostname()))
    addresses = (ipaddress.ip_address(one) for one in ("127.0.0.1", "::1"))
    return [*map(x509.DNSName, names), *map(x509.IPAddress, addresses)]


def _key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption())


def _write(path: Path, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)


def main() -> int:
    folder = State.of().folder / "certs"
    made = make(folder)
    say(f"The certificates {'are' if made else 'were already'} in {folder}; docs/web-config.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
