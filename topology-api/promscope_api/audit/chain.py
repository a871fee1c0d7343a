"""The hash chain: every record carries the hash of the one before it, over its exact bytes.

A line is a JSON object whose last member is its own hash: the SHA-256 of the line without that
member. Nothing is canonicalised, so there is nothing to disagree about.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

GENESIS = "0" * 64

_SEAL = re.compile(rb',"promscope\.chain\.hash":"([0-9a-f]{64})"\}')
_SEAL_BYTES = len(b',"promscope.chain.hash":""}') + 64


class Head(msgspec.Struct, frozen=True):
    """The last record of a chain: whoever knows it notices a cut tail."""

    chain: str
    sequence: int
    hash: str


class Broken(Exception):
    """This is where the chain stops being what was written; the text says how."""


def seal(fields: Mapping[str, Any], head: Head) -> tuple[bytes, Head]:
    """The line (with its newline) that follows `head`, and the new head."""
    body = json.dumps(
        {
            **fields,
            "promscope.chain.id": head.chain,
            "event.sequence": head.sequence + 1,
            "promscope.chain.previous": head.hash,
        },
        separators=(",", ":"),
    ).encode()
    digest = hashlib.sha256(body).hexdigest()
    line = body[:-1] + f',"promscope.chain.hash":"{digest}"}}\n'.encode()
    return line, Head(head.chain, head.sequence + 1, digest)


def read(line: bytes) -> tuple[dict[str, Any], Head]:
    """A line's fields and the head it makes. Raises Broken unless its own hash fits."""
    line = line.removesuffix(b"\n")
    found = _SEAL.fullmatch(line[-_SEAL_BYTES:])
    if not found:
        raise Broken("the line is not a complete record")
    body = line[:-_SEAL_BYTES] + b"}"
    if hashlib.sha256(body).hexdigest() != found[1].decode():
        raise Broken("the record was changed: its hash does not fit")
    try:
        fields = json.loads(body)
        return fields, Head(
            str(fields["promscope.chain.id"]), int(fields["event.sequence"]), found[1].decode()
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Broken("the line is not a record") from error


def after(line: bytes, head: Head) -> Head:
    """The head after `line`. Raises Broken unless the line was written right after `head`."""
    fields, following = read(line)
    if following.chain != head.chain:
        raise Broken(f"a record of another chain ({following.chain})")
    if following.sequence != head.sequence + 1:
        raise Broken(f"record {head.sequence + 1} is missing: here is {following.sequence}")
    if fields.get("promscope.chain.previous") != head.hash:
        raise Broken("the record before it is not the one it was written after")
    return following
