"""Archives as they arrive, whole and hostile."""

from __future__ import annotations

import io
import tarfile
from collections.abc import AsyncIterator

import pytest

from promscope_exporter.sources.archive import Archive, MalformedArchive, Member


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


async def read(data: bytes, size: int = 700) -> list[tuple[Member, bytes]]:
    archive = Archive(pieces(data, size))
    found = []
    while (member := await archive.next()) is not None:
        found.append((member, b"".join([piece async for piece in archive.content()])))
    return found


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize("size", [1, 512, 100_000])
async def test_names_contents_and_links_of_any_length(form: int, size: int) -> None:
    long = "d/" + "n" * 300
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "../" + "t" * 200
    file = tarfile.TarInfo(long)
    file.mtime, file.mode, file.uid = 1_600_000_000, 0o640, 1000
    found = await read(tar((file, b"x" * 1500), (link, b""), form=form), size)
    assert [(one.name, one.size, one.link, content) for one, content in found] == [
        (long, 1500, "", b"x" * 1500), ("link", 0, "../" + "t" * 200, b""),
    ]  # fmt: skip
    assert (found[0][0].mode, found[0][0].mtime, found[0][0].uid) == (0o640, 1_600_000_000, 1000)


async def test_what_is_not_read_is_skipped() -> None:
    data = tar((tarfile.TarInfo("a"), b"1" * 5000), (tarfile.TarInfo("b"), b"2"))
    archive = Archive(pieces(data, 333))
    first, second = await archive.next(), await archive.next()
    names = [one.name if one else "" for one in (first, second)]
    assert (names, await archive.next()) == (["a", "b"], None)


async def test_names_that_would_do_harm_are_only_told() -> None:
    names = ["../../etc/passwd", "/etc/shadow", "a\x1b[2Jb"]
    found = await read(tar(*[(tarfile.TarInfo(name), b"") for name in names]))
    assert [member.name for member, _ in found] == names


def block(**fields: object) -> bytes:
    info = tarfile.TarInfo("x")
    for name, value in fields.items():
        setattr(info, name, value)
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive at all",
        b"x" * 512,
        tar((tarfile.TarInfo("a"), b"1" * 5000))[:2000],
        block(size=-5),
        block(size=2**70),
        block(type=tarfile.XHDTYPE, size=10**9),
        block(type=tarfile.XHDTYPE, size=5) + b"99999".ljust(512, b"\0"),
        block(type=tarfile.XHDTYPE, size=5) + b"1 a=b".ljust(512, b"\0"),
        block(type=tarfile.XHDTYPE, size=12) + b"12 size=-10\n".ljust(512, b"\0") + block(),
    ],
)
async def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedArchive):
        await read(data)


async def test_numbers_beyond_all_bounds_are_cut() -> None:
    [(member, _)] = await read(block(uid=-5, mtime=2**60) + bytes(1024))
    assert (member.uid, member.mtime) == (0, 0.0)
