"""Content codings."""

from __future__ import annotations

import gzip

import zstandard

from promscope_api.graph.coding import compress


def test_every_coding_can_be_undone() -> None:
    body = b"the same again and again " * 500
    assert compress(body, "identity") == body
    assert gzip.decompress(compress(body, "gzip")) == body
    assert zstandard.ZstdDecompressor().decompress(compress(body, "zstd")) == body
    assert len(compress(body, "zstd")) < len(body) / 10
    assert compress(body, "gzip") == compress(body, "gzip")
