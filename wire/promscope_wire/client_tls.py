"""TLS towards another: whom to trust, and the certificate to show."""

from __future__ import annotations

import ssl
from dataclasses import dataclass


class UnusableTls(Exception):
    """A file cannot be used; the text names it, says why and the remedy."""


@dataclass(frozen=True, slots=True)
class ClientTls:
    """Paths of PEM files. `ca_file`: the only authorities that are trusted ("": the machine's
    own); `cert_file` and `key_file`: what is shown where the other side asks ("": nothing)."""

    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""

    def context(self) -> ssl.SSLContext:
        """The files as they are now; the other side is verified, always. Raises UnusableTls."""
        if bool(self.cert_file) != bool(self.key_file):
            raise UnusableTls("a client certificate needs both its file and that of its key")
        path = self.ca_file
        try:
            made = ssl.create_default_context(cafile=path or None)
            if self.cert_file:
                path = self.cert_file
                made.load_cert_chain(path, self.key_file, _no_password)
        except ssl.SSLError as error:
            raise UnusableTls(f"{path} is no PEM that can be used: {error.reason}") from error
        except ValueError as error:
            raise UnusableTls(f"{self.key_file}: {error}") from error
        except OSError as error:
            which = path if path == self.ca_file else f"{path} or {self.key_file}"
            raise UnusableTls(f"{which} cannot be read: {error.strerror}") from error
        return made


def _no_password() -> str:
    raise ValueError("the key has a password; decrypt it (openssl pkey) and protect the file")
