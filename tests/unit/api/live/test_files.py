"""Files of a container behind a scripted engine, over REST."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.live import files as module
from tests.trust.engines import ArchiveEngine
from tests.trust.watched import watched
from tests.unit.exporter.tunnel.test_files import folder

FILES = ("files",)
ARCHIVES = {
    "/.": folder("./", "./b", "./a/", "./a/x"),
    "/b": folder("b"),
    "/a": folder("a/", "a/x"),
}


async def test_a_folder_a_file_and_an_archive(tmp_path: Path) -> None:
    async with watched(tmp_path, ArchiveEngine(ARCHIVES), role="admin", control=FILES) as here:
        reply = await here.get("files?path=/")
        assert reply.status == 200
        assert [(one["name"], one["kind"]) for one in reply.json["entries"]] == [
            ("a", "directory"), ("b", "file"),
        ]  # fmt: skip
        assert (reply.json["path"], reply.json["truncated"]) == ("/", False)
        content = await here.get("files/content?path=/b")
        assert (content.status, content.body) == (200, b"content")
        assert content.headers["content-type"] == "application/octet-stream"
        assert content.headers["content-disposition"] == 'attachment; filename="b"'
        archive = await here.get("files/archive?path=/a")
        assert (archive.status, archive.body) == (200, ARCHIVES["/a"])
        assert archive.headers["content-disposition"] == 'attachment; filename="a.tar"'
        await here.recorded(6, "container-files")
        assert sorted(here.phases("container-files")) == [
            *[("intent", "unknown", "")] * 3, *[("outcome", "success", "read")] * 3,
        ]  # fmt: skip
        reasons = [one.get("event.reason", "") for one in here.web.records()]
        assert '{"operation":"content","path":"/b"}' in reasons


async def test_what_cannot_be_had_is_said(tmp_path: Path) -> None:
    async with watched(tmp_path, ArchiveEngine(ARCHIVES), role="admin", control=FILES) as here:
        for what, status, words in (
            ("files?path=/none", 404, "There is no /none."),
            ("files?path=/file/x", 409, "/file/x is not a folder."),
            ("files/content?path=/a", 409, "a folder can be had as an archive"),
            ("files?path=etc", 400, "path is absolute"),
            ("files?path=/%00", 400, "path is absolute"),
            ("files?paths=/", 400, "one parameter, path"),
        ):
            reply = await here.get(what)
            assert (reply.status, words in reply.json["detail"]) == (status, True), what
        assert (await here.get("files", "container:ffffffffffff")).status == 404


async def test_an_archive_that_breaks_off_does_not_look_whole(tmp_path: Path) -> None:
    archives = {"/b": folder("b")[:514], "/.": b"no archive"}
    async with watched(tmp_path, ArchiveEngine(archives), role="admin", control=FILES) as here:
        with pytest.raises(Exception, match="IncompleteRead"):
            await here.get("files/content?path=/b")
        reply = await here.get("files")
        assert (reply.status, reply.json["title"]) == (502, "The engine's archive is malformed")


async def test_files_are_a_permission_of_their_own_and_the_probe_may_veto(tmp_path: Path) -> None:
    async with watched(tmp_path, ArchiveEngine(ARCHIVES)) as here:
        reply = await here.get("files")
        assert (reply.status, reply.json["detail"]) == (
            403, "Your role (operator) does not include files.",
        )  # fmt: skip
        here.headers = here.web.sign_in("admin")
        reply = await here.get("files")
        assert reply.status == 403
        assert "--control=files" in reply.json["detail"]


async def test_a_container_may_opt_out_and_readers_have_a_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = {"promscope.files": "false"}
    engine = ArchiveEngine(ARCHIVES)
    async with watched(tmp_path, engine, role="admin", control=FILES, labels=labels) as here:
        assert "opted out" in (await here.get("files")).json["detail"]
        monkeypatch.setattr(module, "MAX_READERS", 0)
        assert (await here.get("files")).status == 503
