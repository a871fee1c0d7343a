"""One probe, several APIs: each is told the same, and one that fails harms no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

from promscope_exporter.settings import Settings
from promscope_exporter.tunnel.client import TunnelClient
from promscope_exporter.tunnel.queries import Live
from tests.trust.probe import make_context, record
from tests.trust.until import until
from tests.unit.exporter.tunnel.test_link import Api

NOTHING = Live(lambda _: [], lambda _: [], lambda _: {}, lambda _: [])


async def test_without_an_api_there_is_nothing_to_run() -> None:
    await asyncio.wait_for(TunnelClient(make_context(Settings()), NOTHING).run(), 60)


async def test_every_api_is_told_and_one_that_is_away_harms_no_other(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("a-secret-of-some-length")
    one, two = Api(), Api()
    async with one.serving() as first, two.serving() as second:
        away = "http://127.0.0.1:9"
        settings = Settings(api_urls=(first, away, second, first), api_secret_file=str(secret))
        context = make_context(settings)
        client = asyncio.create_task(TunnelClient(context, NOTHING).run())
        await until(lambda: "Inventory" in one.kinds() and "Inventory" in two.kinds(), "both")
        context.inventory.update("start", record())
        await until(lambda: "Change" in one.kinds() and "Change" in two.kinds(), "both")
        assert context.status.tunnels() == {first: True, away: False, second: True}
        client.cancel()
        await asyncio.gather(client, return_exceptions=True)
    assert len(one.sockets) == 1, "an address given twice is dialled once"
    assert context.status.tunnels() == {first: False, away: False, second: False}
