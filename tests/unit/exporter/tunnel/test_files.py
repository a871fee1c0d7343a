"""Files of a container from a scripted engine into a stream."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from promscope_exporter.sources.engine import EngineError
from promscope_exporter.tunnel import files as module
from promscope_exporter.tunnel.files import Files
from promscope_exporter.tunnel.streams import Session, StreamRefused
from promscope_exporter.tunnel.targets import Target
from promscope_wire.stream import Stream
from promscope_wire.streams import Credit, unpack
from tests.trust.engines import ArchiveEngine, hung_engine
from tests.trust.probe import FULL_ID, record


class Reader:
    def __init__(self) -> None:
        self.data = b""
        self.details: list[dict[str, Any]] = []
        self.session = Session(Stream(1, self._post, 1000, 10_000_000), self.details.append)

    async def _post(self, message: bytes | Credit) -> None:
        assert isinstance(message, bytes)
        self.data += unpack(message)[1]

    @property
    def names(self) -> list[str]:
        return [json.loads(line)["name"] for line in self.data.splitlines()]


def folder(*names: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE if name.endswith("/") else kind
            info.linkname = link
            content = b"" if info.type != tarfile.REGTYPE else b"content"
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


async def ask(address: str, operation: str, path: str, files: Files | None = None) -> Reader:
    reader = Reader()
    wish = {"operation": operation, "path": path}
    end = await (files or Files())(Target(record(), address), wish, reader.session)
    reader.details.append(end)
    return reader


@pytest.mark.parametrize("base", ["./", "etc/", "/"])
async def test_a_folder_has_what_is_in_it_and_not_what_is_below(tmp_path: Path, base: str) -> None:
    inside = ("hosts", "ssl/", "ssl/certs/", "ssl/certs/ca", "passwd")
    engine = ArchiveEngine({"/etc/.": folder(base, *[base + name for name in inside])})
    async with engine.serving(tmp_path) as address:
        reader = await ask(address, "list", "/etc/")
    assert reader.names == ["hosts", "ssl", "passwd"]
    assert [json.loads(line)["kind"] for line in reader.data.splitlines()] == [
        "file", "directory", "file",
    ]  # fmt: skip
    assert reader.details == [{}, {"truncated": 0}]
    assert engine.asked == [f"GET /containers/{FULL_ID}/archive?path=%2Fetc%2F. HTTP/1.0"]


async def test_f_names_that_lead_out_of_the_folder_are_not_told(tmp_path: Path) -> None:
    names = ("x/", "../../etc/passwd", "x/../y", "x/..", "/root/key", "x/good", "x//./fine")
    async with ArchiveEngine({"/x/.": folder(*names)}).serving(tmp_path) as address:
        assert (await ask(address, "list", "/x")).names == ["good", "fine"]


async def test_a_listing_has_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENTRIES", 2)
    archive = folder("./", "./a", "./b", "./c")
    async with ArchiveEngine({"/.": archive}).serving(tmp_path) as address:
        reader = await ask(address, "list", "/")
        assert (reader.names, reader.details[-1]) == (["a", "b"], {"truncated": 1})
    held = ArchiveEngine({"/.": archive[:1600]}, hold=True)
    async with held.serving(tmp_path) as address:
        reader = await ask(address, "list", "/", Files(list_seconds=0.2))
        assert reader.details[-1] == {"truncated": 1}


async def test_a_file_as_it_is_and_a_folder_as_an_archive(tmp_path: Path) -> None:
    archive = folder("hosts")
    async with ArchiveEngine({"/etc/hosts": archive}).serving(tmp_path) as address:
        reader = await ask(address, "content", "/etc/hosts")
        assert (reader.data, reader.details) == (b"content", [{"size": 7}, {}])
        assert (await ask(address, "archive", "/etc/hosts")).data == archive


@pytest.mark.parametrize(
    ("archive", "title"),
    [
        (folder("l", kind=tarfile.SYMTYPE, link="/etc/shadow"), "A link"),
        (folder("etc/"), "Not a file"),
        (folder("p", kind=tarfile.FIFOTYPE), "Not a file"),
        (folder(), "No such file"),
        (b"no archive", "The engine's archive is malformed"),
    ],
)
async def test_what_has_no_content_is_refused(tmp_path: Path, archive: bytes, title: str) -> None:
    async with ArchiveEngine({"/x": archive}).serving(tmp_path) as address:
        with pytest.raises(StreamRefused) as refused:
            await ask(address, "content", "/x")
    assert refused.value.problem.title == title


@pytest.mark.parametrize(
    ("path", "kind"), [("/none", "not-found"), ("/file/", "conflict"), ("etc", "invalid"),
                       ("/a\0b", "invalid"), ("/" + "x" * 5000, "invalid")],
)  # fmt: skip
async def test_what_is_not_there_is_refused(tmp_path: Path, path: str, kind: str) -> None:
    async with ArchiveEngine({}).serving(tmp_path) as address:
        with pytest.raises(StreamRefused) as refused:
            await ask(address, "list", path)
    assert refused.value.problem.kind == kind


async def test_what_is_too_large_ends_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 3)
    async with ArchiveEngine({"/x": folder("x")}).serving(tmp_path) as address:
        for operation in ("content", "archive"):
            with pytest.raises(StreamRefused, match="Too large"):
                await ask(address, operation, "/x")


async def test_r3_a_hung_engine_ends_the_wait(tmp_path: Path) -> None:
    async with hung_engine(tmp_path) as address:
        with pytest.raises(EngineError, match="did not answer"):
            await ask(address, "list", "/", Files(0.05))
