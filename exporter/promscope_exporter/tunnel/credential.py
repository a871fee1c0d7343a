"""What this probe shows an API: the secret all probes share, or a credential of its own."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from promscope_wire.secretfile import UnusableSecret, read_secret

#: Name of the file below --storage.path, and what its content begins with.
FILE, PREFIX = "probe.credential", "psp_"
_BYTES = 32

log = logging.getLogger(__name__)


class Credential(Protocol):
    """Asked for each dial, so that a changed file counts for the next."""

    #: What to do about an API that refuses it.
    remedy: str

    def headers(self) -> Mapping[str, str]:
        """For the request that opens a tunnel. Raises UnusableSecret."""


class SharedSecret:
    """The secret in a file, the same for every probe of an API."""

    remedy = "--api.secret-file must hold the secret of the API's --tunnel.secret-file"

    def __init__(self, path: str) -> None:
        self._path = path

    def headers(self) -> Mapping[str, str]:
        return _bearer(read_secret(self._path))


class OwnCredential:
    """Made by this probe and kept in `folder`. The token in `token_path` makes an API take it;
    after that the file of the token may be removed."""

    remedy = (
        "it does not know this probe: put a token of `promscope probes invite` into"
        " --api.join-token-file"
    )

    def __init__(self, folder: Path, token_path: str) -> None:
        self._path = folder / FILE
        self._token_path = token_path

    def headers(self) -> Mapping[str, str]:
        self._make()
        headers = _bearer(read_secret(self._path))
        try:
            token = read_secret(self._token_path)
        except UnusableSecret as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return headers
            raise
        return {**headers, "X-Promscope-Join": token.decode("latin-1")}

    def _make(self) -> None:
        """Unless it is there. Raises UnusableSecret."""
        content = PREFIX + secrets.token_urlsafe(_BYTES)
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Whole or not at all: a probe that dies here makes another one at its next start.
            beside = self._path.with_suffix(".new")
            if self._path.exists():
                return
            beside.unlink(missing_ok=True)
            file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.write(file, content.encode())
                os.fsync(file)
            finally:
                os.close(file)
            beside.rename(self._path)
        except OSError as error:
            raise UnusableSecret(
                f"{self._path} cannot be made ({error.strerror}): give a --storage.path that this"
                " probe can write"
            ) from error
        log.info("made a credential of this probe's own: %s", self._path)


def _bearer(secret: bytes) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret.decode('latin-1')}"}
