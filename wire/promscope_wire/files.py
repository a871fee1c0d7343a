"""What is told of files in a container: entries of a folder, and what differs from the image."""

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


class FileChange(msgspec.Struct, frozen=True):
    """A path that differs from the container's image."""

    path: str
    kind: Literal["added", "modified", "deleted"]
