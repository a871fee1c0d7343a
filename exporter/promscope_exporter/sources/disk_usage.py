"""How much the files below a folder occupy, added up a little at a time.

The folders are written by containers, so nothing in them is trusted: links are not followed, not
even one that takes the place of a folder meanwhile; other filesystems are not entered; and what
is too deep or too many is given up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

MAX_FILES = 2_000_000
#: Twice as many descriptors are open while the deepest folder is read.
MAX_DEPTH = 64
#: Files with several names are counted once, as long as so many can be remembered.
_MAX_LINKED = 100_000

_BLOCK = 512  # st_blocks of stat(2), whatever the filesystem's own blocks are
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class TooLarge(Exception):
    """The folder holds more than is worth adding up."""


class _Folder:
    def __init__(self, name: str, parent: int | None) -> None:
        self.descriptor = os.open(name, _FOLDER, dir_fd=parent)
        try:
            self._scan = os.scandir(self.descriptor)
        except OSError:
            os.close(self.descriptor)
            raise
        self.entries: Iterator[os.DirEntry[str]] = self._scan

    def close(self) -> None:
        self._scan.close()
        os.close(self.descriptor)


class DiskUsage:
    """Of one folder. Call `step` until it says that it is done, or `close`.

    Raises OSError when the folder itself cannot be opened.
    """

    def __init__(self, folder: str) -> None:
        self.bytes = 0
        self._files = 0
        self._linked: set[int] = set()
        self._open: list[_Folder] = []
        self._enter(folder, None)
        self._device = os.fstat(self._open[0].descriptor).st_dev

    def step(self, files: int) -> bool:
        """Look at so many more; whether that was all. Raises TooLarge."""
        for _ in range(files):
            if not self._open:
                return True
            folder = self._open[-1]
            entry = next(folder.entries, None)
            if entry is None:
                self._open.pop().close()
                continue
            with suppress(OSError):  # it is gone meanwhile, or not for us
                self._take(entry, folder.descriptor)
        return not self._open

    def close(self) -> None:
        """Let go of what is open."""
        while self._open:
            self._open.pop().close()

    def _take(self, entry: os.DirEntry[str], parent: int) -> None:
        self._files += 1
        if self._files > MAX_FILES:
            raise TooLarge(f"more than {MAX_FILES} files")
        stat = os.stat(entry.name, dir_fd=parent, follow_symlinks=False)
        if stat.st_dev != self._device:
            return
        is_folder = entry.is_dir(follow_symlinks=False)
        if stat.st_nlink > 1 and not is_folder:
            if stat.st_ino in self._linked:
                return
            if len(self._linked) < _MAX_LINKED:
                self._linked.add(stat.st_ino)
        self.bytes += stat.st_blocks * _BLOCK
        if is_folder:
            self._enter(entry.name, parent)

    def _enter(self, name: str, parent: int | None) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise TooLarge(f"folders more than {MAX_DEPTH} deep")
        self._open.append(_Folder(name, parent))
