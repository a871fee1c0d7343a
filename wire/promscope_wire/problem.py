"""What every frame is made of: numbers that fit everywhere, and problems in a user's words."""

from __future__ import annotations

from typing import Annotated

import msgspec

#: Integers fit into 64 bits on every way a frame takes from here; a limit may say -1 for none.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]


class InvalidFrame(ValueError):
    """The bytes are not a frame of this protocol; the message says why."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something did not happen, in words a user understands, with the remedy.

    `kind` is one of: not-found, conflict, vetoed, timeout, engine, gone, invalid, expired,
    unknown (whether it was done cannot be told); the API itself also says offline (no tunnel),
    duplicate (two live probes with one host id) and outdated (the probe is too old for it).
    """

    kind: str
    title: str
    detail: str = ""
