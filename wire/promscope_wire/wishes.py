"""What may be wished of a stream, as the API takes it and the probe does it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from promscope_wire.streams import Size

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


#: No NUL: the engine takes C strings.
Text = Annotated[str, msgspec.Meta(max_length=1024, pattern=r"^[^\x00]*$")]
Name = Annotated[str, msgspec.Meta(max_length=128, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class ExecWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A shell in a container. `shell`: an absolute path, "" for the first of bash, ash and sh;
    `user`: name or id, with :group or without, "" for the container's own; `cwd`: "" for the
    container's own. The terminal's size is in characters."""

    shell: Annotated[str, msgspec.Meta(max_length=256, pattern=r"^(/[^\x00]+)?$")] = ""
    user: Annotated[str, msgspec.Meta(max_length=128, pattern=r"^[^\x00]*$")] = ""
    cwd: Text = ""
    environment: Annotated[dict[Name, Text], msgspec.Meta(max_length=64)] = {}
    columns: Size = 80
    rows: Size = 24


class ExecOrder(ExecWish, frozen=True):
    """As the API orders it. `root`: whether this caller may have a terminal as root."""

    root: bool = False


class FilesWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Files of a container below its root. `list`: the entries of a folder; `content`: one
    file; `archive`: a file or folder as the engine's tar."""

    operation: Literal["list", "content", "archive"]
    path: Annotated[str, msgspec.Meta(max_length=4096, pattern=r"^/[^\x00]*$")] = "/"
