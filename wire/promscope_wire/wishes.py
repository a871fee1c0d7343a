"""What may be wished of a stream, as the API takes it and the probe does it."""

from __future__ import annotations

from typing import Annotated

import msgspec

#: Lines of the end of a log.
Lines = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
#: Unix time, fractions allowed.
Moment = Annotated[float, msgspec.Meta(ge=0, le=1e11)]


class LogsWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Lines of a container's log. `tail`: only so many of the last; None: all. From `since` up to
    `until`. `follow`: go on with what comes."""

    follow: bool = False
    stdout: bool = True
    stderr: bool = True
    tail: Lines | None = None
    since: Moment | None = None
    until: Moment | None = None
