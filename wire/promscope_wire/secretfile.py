"""A secret in a file: both ends of the tunnel read it the same way."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MIN_BYTES = 16
MAX_BYTES = 4096


class UnusableSecret(Exception):
    """The file cannot be used as a secret; the text says why and the remedy."""


def read_secret(path: str | Path) -> bytes:
    """The file's content without white space at its ends.

    Raises UnusableSecret if it cannot be read, is shorter than 16 bytes, or may be read by
    others than its owner.
    """
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnusableSecret(f"cannot read the secret file {path}: {error.strerror}") from error
    if stat.S_ISREG(mode) and mode & 0o077:
        raise UnusableSecret(
            f"the secret file {path} can be read by others (mode {stat.S_IMODE(mode):04o}):"
            f" run `chmod 600 {path}`, and make a new secret if this machine has other users"
        )
    secret = content.strip()
    if not MIN_BYTES <= len(secret) <= MAX_BYTES:
        raise UnusableSecret(
            f"the secret in {path} has {len(secret)} bytes; make one of 32 with"
            f" `head -c 32 /dev/urandom | base64 > {path}`"
        )
    return secret
