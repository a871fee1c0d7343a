"""TLS towards another: what cannot be used is said with its file and its remedy."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as pem

from promscope_wire.client_tls import ClientTls, UnusableTls
from tests.trust.certificates import Authority


def test_the_other_side_is_always_verified(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue("probe", "probe.example")
    for wanted in (
        ClientTls(),
        ClientTls(str(authority.ca)),
        ClientTls(str(authority.ca), str(certificate), str(key)),
    ):
        made = wanted.context()
        assert made.verify_mode is ssl.CERT_REQUIRED
        assert made.check_hostname


def test_only_the_named_authority_is_trusted(tmp_path: Path) -> None:
    (trusted,) = ClientTls(str(Authority(tmp_path).ca)).context().get_ca_certs()
    assert "trustme" in str(trusted["issuer"])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (ClientTls("nowhere.pem"), "nowhere.pem cannot be read: No such file"),
        (ClientTls("text"), "text is no PEM"),
        (ClientTls("", "text"), "both its file and that of its key"),
        (ClientTls("", "", "text"), "both its file and that of its key"),
        (ClientTls("", "text", "text"), "text is no PEM"),
        (ClientTls("", "nowhere.pem", "text"), "nowhere.pem or text cannot be read"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: ClientTls, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("not a certificate")
    with pytest.raises(UnusableTls, match=words):
        wanted.context()


def test_a_key_with_a_password_is_not_asked_for_at_a_terminal(tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("probe", "probe.example")
    locked = pem.load_pem_private_key(key.read_bytes(), None).private_bytes(
        pem.Encoding.PEM,
        pem.PrivateFormat.PKCS8,
        pem.BestAvailableEncryption(b"secret"),
    )
    key.write_bytes(locked)
    with pytest.raises(UnusableTls, match="the key has a password"):
        ClientTls("", str(certificate), str(key)).context()
