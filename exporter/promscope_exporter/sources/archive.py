"""A tar archive as it arrives: one member after the other, nothing kept, nothing unpacked.

Sources: POSIX.1-2001 pax (ustar and extended headers), GNU tar (long names). The standard library
parses the blocks; its reader blocks, so it cannot read in an event loop.
"""

from __future__ import annotations

import tarfile
from collections.abc import AsyncIterator
from dataclasses import dataclass

_BLOCK = 512
#: Extended headers hold names and times; a name is at most 4 KiB.
_MAX_EXTENDED = 256 * 1024
_PIECE = 64 * 1024
_MOST = 2**63 - 1
#: Of the year 9999.
_LAST_SECOND = 253_402_300_800
_EMPTY = (
    tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.DIRTYPE,
    tarfile.FIFOTYPE,
)  # fmt: skip


class MalformedArchive(Exception):
    """It is no tar archive, or it is cut."""


@dataclass(frozen=True, slots=True)
class Member:
    """`kind`: the type flag of the header; `mtime` in Unix seconds."""

    name: str
    kind: bytes
    size: int
    mode: int
    mtime: float
    uid: int
    gid: int
    link: str


class Archive:
    """`body`: the bytes; `read`: how many of them were taken so far."""

    def __init__(self, body: AsyncIterator[bytes]) -> None:
        self.read = 0
        self._body = body
        self._have = b""
        self._size = 0
        self._padding = 0

    async def next(self) -> Member | None:
        """The next member, None after the last; what was not read of the one before is skipped.
        Raises MalformedArchive."""
        await self._skip(self._size + self._padding)
        self._size = self._padding = 0
        told: dict[str, str] = {}
        while True:
            block = await self._exactly(_BLOCK)
            if not block.strip(b"\0"):
                return None
            header = _header(block)
            if header.type in (tarfile.XHDTYPE, tarfile.XGLTYPE):
                found = _pax(await self._extended(header.size))
                told |= found if header.type == tarfile.XHDTYPE else {}
            elif header.type == tarfile.GNUTYPE_LONGNAME:
                told["path"] = _text(await self._extended(header.size))
            elif header.type == tarfile.GNUTYPE_LONGLINK:
                told["linkpath"] = _text(await self._extended(header.size))
            else:
                return self._begin(header, told)

    async def content(self) -> AsyncIterator[bytes]:
        """The bytes of the member that `next` gave. Raises MalformedArchive."""
        while self._size:
            piece = await self._some(min(self._size, _PIECE))
            self._size -= len(piece)
            yield piece

    def _begin(self, header: tarfile.TarInfo, told: dict[str, str]) -> Member:
        # A kind nobody knows has content as a file has, says POSIX.
        size = 0 if header.type in _EMPTY else _number(told.get("size"), header.size)
        self._size, self._padding = size, -size % _BLOCK
        return Member(
            told.get("path", header.name),
            tarfile.REGTYPE if header.isreg() else header.type,
            size,
            header.mode & 0o7777,
            _moment(told.get("mtime", ""), header.mtime),
            _number(told.get("uid"), header.uid),
            _number(told.get("gid"), header.gid),
            told.get("linkpath", header.linkname),
        )

    async def _extended(self, size: int) -> bytes:
        if size > _MAX_EXTENDED:
            raise MalformedArchive(f"an extended header of {size} bytes")
        content = await self._exactly(size)
        await self._skip(-size % _BLOCK)
        return content

    async def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            parts.append(await self._some(size))
            size -= len(parts[-1])
        return b"".join(parts)

    async def _skip(self, size: int) -> None:
        while size:
            size -= len(await self._some(size))

    async def _some(self, most: int) -> bytes:
        while not self._have:
            try:
                self._have = await anext(self._body)
            except StopAsyncIteration:
                raise MalformedArchive("the archive is cut") from None
            self.read += len(self._have)
        piece, self._have = self._have[:most], self._have[most:]
        return piece


def _header(block: bytes) -> tarfile.TarInfo:
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "replace")
    except (tarfile.HeaderError, ValueError) as error:
        raise MalformedArchive(f"not a header of an archive: {error}") from error
    if not 0 <= header.size <= _MOST:
        raise MalformedArchive(f"a member of {header.size} bytes")
    return header


def _pax(content: bytes) -> dict[str, str]:
    """Records `length keyword=value newline`."""
    found = {}
    while content.strip(b"\0"):
        digits, _, _ = content.partition(b" ")
        if not digits.isdigit() or len(digits) > 8 or int(digits) <= len(digits) + 1:
            raise MalformedArchive("a malformed extended header")
        record, content = content[len(digits) + 1 : int(digits)], content[int(digits) :]
        name, _, value = record.removesuffix(b"\n").partition(b"=")
        found[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    return found


def _moment(text: str, otherwise: float) -> float:
    try:
        found = float(text or otherwise)
    except (ValueError, OverflowError):
        return 0.0
    return found if 0 <= found < _LAST_SECOND else 0.0


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return max(otherwise, 0)
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise MalformedArchive(f"not a number: {text[:20]!r}")
    return int(text)


def _text(content: bytes) -> str:
    return content.partition(b"\0")[0].decode("utf-8", "replace")
