"""A certificate authority of our own, and files of what it signs."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme


class Authority:
    """`ca`, and for each `issue` NAME.pem and NAME.key, as files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(self.ca)

    def issue(self, name: str, *identities: str) -> tuple[Path, Path]:
        """Certificate and key for the names (or addresses)."""
        made = self._authority.issue_cert(*identities)
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        made.private_key_pem.write_to_path(key)
        certificate.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        return certificate, key

    def client(self, name: str = "", *identities: str) -> ssl.SSLContext:
        """What a client that trusts the authority (and has a certificate `name`) connects with."""
        context = ssl.create_default_context(cafile=self.ca)
        if name:
            context.load_cert_chain(*self.issue(name, *identities))
        return context
