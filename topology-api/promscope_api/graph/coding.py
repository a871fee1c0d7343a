"""Content codings of answers (RFC 9110, RFC 8878)."""

from __future__ import annotations

import gzip
from typing import Literal

import zstandard

Encoding = Literal["identity", "gzip", "zstd"]
#: As good as gzip's first level at a third of its time (zstd), and its first level (gzip).
_ZSTD_LEVEL, _GZIP_LEVEL = 1, 1


def compress(body: bytes, encoding: Encoding) -> bytes:
    """The body in a coding."""
    match encoding:
        case "zstd":
            return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compress(body)
        case "gzip":
            return gzip.compress(body, _GZIP_LEVEL, mtime=0)
    return body
