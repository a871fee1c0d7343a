"""What a listing of a container's folder says of each file; one JSON object a line."""

from __future__ import annotations

from typing import Literal

import msgspec

from promscope_wire.problem import Count

FileKind = Literal["file", "directory", "link", "device", "fifo", "other"]


class FileEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file of a folder. `size` in bytes; `mode`: the permission bits; `modified` in Unix
    seconds; `user` and `group` by number; `target`: where a link points, as it is written there.

    What is no UTF-8 in a name is U+FFFD; such a file cannot be asked for by its name.
    """

    name: str
    kind: FileKind
    size: Count = 0
    mode: Count = 0
    modified: float = 0.0
    user: Count = 0
    group: Count = 0
    target: str = ""
