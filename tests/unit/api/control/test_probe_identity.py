"""A probe with a credential of its own, from its invitation to its revocation, on a real tunnel."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from promscope_exporter.tunnel import link
from promscope_wire import frames
from tests.trust.probe import HOST_ID, running_probe
from tests.trust.until import until
from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "REFUSED_BACKOFF_SECONDS", 0.1)


def token_file(web: Web, folder: Path) -> Path:
    path = folder / "join.token"
    path.touch(0o600)
    path.write_text(web.trust.probes.invite("web-1"))
    return path


async def test_a_probe_joins_once_and_comes_back_without_its_token(
    web: Web, tmp_path: Path
) -> None:
    file, storage = token_file(web, tmp_path), str(tmp_path / "probe")
    for _ in range(2):
        async with running_probe(
            web.url, "", storage_path=storage, join_token_file=str(file)
        ) as probe:
            await until(lambda: probe.connected, "the tunnel")
        file.unlink(missing_ok=True)
    (known,) = web.trust.probes.all()
    assert (known.name, known.host_id) == ("web-1", HOST_ID)
    (record,) = web.records()
    assert record["event.action"] == "probe-join"
    assert record["promscope.for_probe"] == record["promscope.token.id"] == known.id
    assert record["source.ip"] == "127.0.0.1"


async def test_a_revoked_probe_is_out_and_joins_with_another_token(
    web: Web, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = token_file(web, tmp_path)
    async with running_probe(
        web.url, "", storage_path=str(tmp_path / "probe"), join_token_file=str(file)
    ) as probe:
        await until(lambda: probe.connected, "the tunnel")
        web.trust.probes.revoke(web.trust.probes.all()[0].id)
        await web.trust.lifelines.check()
        await until(lambda: "promscope probes invite" in caplog.text, "the refusal")
        assert web.tunnels_ended == ["revoked"]
        assert not probe.connected
        file.write_text(web.trust.probes.invite("web-1"))
        await until(lambda: probe.connected, "the tunnel")


def headers(credential: str, token: str = "") -> dict[str, str]:
    join = {"X-Promscope-Join": token} if token else {}
    return {"Authorization": f"Bearer {credential}", **join}


async def dial(web: Web, headers: dict[str, str]) -> ClientConnection:
    url = f"ws://127.0.0.1:{web.port}/api/v1/tunnel"
    return await connect(url, additional_headers=headers, proxy=None)


async def test_a_credential_speaks_for_one_host_only(web: Web) -> None:
    """Whoever takes a probe's credential cannot pretend to be any other host."""
    mine = f"psp_{secrets.token_urlsafe(32)}"
    for host, ends in (("host-a", False), ("host-b", True), ("host-a", False)):
        async with await dial(web, headers(mine, web.trust.probes.invite("web-1"))) as socket:
            hello = frames.Hello(frames.PROTOCOL, host, host, "1", "epoch", (), 0.0)
            await socket.send(frames.encode(hello))
            if ends:
                with pytest.raises(ConnectionClosed) as closed:
                    await asyncio.wait_for(socket.recv(), 60)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 4403
            else:
                welcome = frames.decode_from_api(await asyncio.wait_for(socket.recv(), 60))
                assert isinstance(welcome, frames.Welcome)


@pytest.mark.parametrize("token", ["", "psj_unknown"])
async def test_nobody_else_is_let_in_and_it_is_recorded(web: Web, token: str) -> None:
    mine = f"psp_{secrets.token_urlsafe(32)}"
    with pytest.raises(InvalidStatus) as refused:
        await dial(web, headers(mine, token))
    assert refused.value.response.status_code == 403
    (record,) = web.records()
    assert (record["event.action"], record["promscope.problem"]) == ("tunnel-open", "unknown-probe")
    assert mine not in str(record)


async def test_without_the_audit_log_nobody_joins(web: Web) -> None:
    web.trust.audit.close()
    mine = f"psp_{secrets.token_urlsafe(32)}"
    with pytest.raises(InvalidStatus) as refused:
        await dial(web, headers(mine, web.trust.probes.invite("web-1")))
    assert refused.value.response.status_code == 503
    assert web.trust.probes.all() == []
