"""`promscope ctl` against a real API with a probe at a scripted engine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from promscope_api.operator import main
from promscope_exporter.sources.engine_log import STDOUT, frame
from tests.trust.engines import ArchiveEngine, LogEngine
from tests.trust.probe import NODE
from tests.trust.watched import Watched, watched
from tests.unit.exporter.tunnel.test_files import folder

AT = "2026-11-30T12:00:00.000000000Z"
LINE = frame(STDOUT, f"{AT} \x1b[31mhello\x1b]0;x\x07\n".encode())


async def ctl(here: Watched, *arguments: str, roles: tuple[str, ...] = ("operator",)) -> int:
    secret, _ = here.web.trust.tokens.create(
        "ctl", "tester", roles, ("view", "logs", "lifecycle", "files", "update")
    )
    file = Path(here.web.folder) / "token"
    file.touch(mode=0o600)
    file.write_text(secret)
    reach = (f"--api.url={here.web.url}", f"--token-file={file}")
    return await asyncio.to_thread(main, ("ctl", *arguments, *reach))


async def test_logs_as_harmless_text(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    engine = LogEngine([LINE, LINE])
    async with watched(tmp_path, engine) as here:
        assert await ctl(here, "logs", NODE, "--tail=2", "--output=stdout") == 0
        assert capfdbinary.readouterr().out == f"{AT} hello\n{AT} hello\n".encode()
        assert "tail=2" in engine.asked[1]


async def test_actions_with_an_outcome_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with watched(tmp_path, LogEngine(), control=("lifecycle",)) as here:
        assert await ctl(here, "start", NODE, "--rehearse") == 1
        assert capsys.readouterr().out == f"{NODE} impossible: the container is running\n"
        assert await ctl(here, "stop", NODE, "--timeout-seconds=1") == 0
        assert capsys.readouterr().out == f"{NODE} done\n"


async def test_an_update_is_a_permission_and_a_consent_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    limits = ("update", NODE, "--cpu-limit-cores=0.5", "--restart-policy=always")
    admin = ("admin",)
    async with watched(tmp_path, LogEngine(), control=("lifecycle",)) as here:
        assert await ctl(here, *limits, roles=admin) == 1
        assert "--control=update" in capsys.readouterr().out
    (tmp_path / "allowed").mkdir()
    async with watched(tmp_path / "allowed", LogEngine(), control=("update",)) as here:
        assert await ctl(here, *limits) == 1
        assert "does not include update" in capsys.readouterr().out
        assert await ctl(here, *limits, roles=admin) == 0
        assert capsys.readouterr().out == f"{NODE} done\n"
        assert here.phases("container-update")[-1] == ("outcome", "success", "")


async def test_files_are_listed_and_had(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    archives = {"/etc/.": folder("./", "./a\x1b[2Jb", "./ssl/"), "/etc/b": folder("b")}
    engine = ArchiveEngine(archives)
    admin = ("admin",)
    async with watched(tmp_path, engine, control=("files",)) as here:
        assert await ctl(here, "ls", NODE, "/etc", roles=admin) == 0
        assert capfdbinary.readouterr().out.splitlines() == [
            b"-0644 0:0 7 1970-01-01T00:00:00Z ab",
            b"d0644 0:0 0 1970-01-01T00:00:00Z ssl",
        ]
        assert await ctl(here, "cat", NODE, "/etc/b", roles=admin) == 0
        assert capfdbinary.readouterr().out == b"content"
        assert await ctl(here, "tar", NODE, "/etc/b", roles=admin) == 0
        assert capfdbinary.readouterr().out == archives["/etc/b"]
        assert await ctl(here, "cat", NODE, "/none", roles=admin) == 1
        assert b"There is no /none." in capfdbinary.readouterr().err


async def test_what_does_not_work_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with watched(tmp_path, LogEngine()) as here:
        assert await ctl(here, "logs", NODE, roles=("viewer",)) == 1
        assert "Your role (viewer) does not include logs." in capsys.readouterr().err
        assert await ctl(here, "logs", "container:ffffffffffff") == 1
        assert "known to a connected probe" in capsys.readouterr().err
    assert main(["ctl", "logs", NODE]) == 1
    assert "--token-file" in capsys.readouterr().err
    token = tmp_path / "token"
    assert main(["ctl", "stop", NODE, f"--token-file={token}", "--api.url=http://127.0.0.1:1"]) == 1
    assert "cannot be reached" in capsys.readouterr().err
