"""Opening a stream: what is recorded when it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.audit.log import AuditLog, AuditUnavailable
from tests.trust.engines import LogEngine
from tests.trust.probe import NODE
from tests.trust.stream import stream
from tests.trust.watched import watched


async def test_nothing_is_opened_that_cannot_be_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = LogEngine()
    async with watched(tmp_path, engine) as here:

        def full(*_: object) -> None:
            raise AuditUnavailable("the disk is full")

        with monkeypatch.context() as broken:
            broken.setattr(AuditLog, "append", full)
            reply = await here.logs()
            assert (reply.status, reply.json["detail"]) == (
                503, "Nothing was done, because it could not be recorded: the disk is full",
            )  # fmt: skip
            async with stream(here.web, here.headers, NODE, "logs") as client:
                assert (await client.end())["problem"]["kind"] == "audit-unavailable"
        assert engine.asked == []
        assert here.phases("container-logs") == []


async def test_the_record_has_the_wish_and_the_container(tmp_path: Path) -> None:
    async with watched(tmp_path, LogEngine(), labels={"team": "shop"}) as here:
        await here.logs("tail=7")
        await here.recorded(2)
        intent, outcome = here.web.records()[-2:]
        assert intent["event.reason"] == '{"tail":7}'
        assert intent["container.name"] == outcome["container.name"] == "web"
        assert intent["promscope.operation.id"] == outcome["promscope.operation.id"]
        assert intent["promscope.node"] == NODE
