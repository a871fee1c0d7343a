"""The tunnels of this probe: one link to every `--api.url`."""

from __future__ import annotations

import asyncio
from pathlib import Path

from promscope_exporter.collectors.registry import Context, is_linux
from promscope_exporter.settings import Settings
from promscope_exporter.tunnel.control import Controls
from promscope_exporter.tunnel.credential import Credential, OwnCredential, SharedSecret
from promscope_exporter.tunnel.files import Files
from promscope_exporter.tunnel.lifecycle import Lifecycle
from promscope_exporter.tunnel.link import Link, Self
from promscope_exporter.tunnel.logs import Logs
from promscope_exporter.tunnel.operations import Operations
from promscope_exporter.tunnel.process_news import ProcessNews
from promscope_exporter.tunnel.queries import Live, Queries
from promscope_exporter.tunnel.terminals import Terminals


class TunnelClient:
    """`run` it as a task on the event loop it was made in; cancel the task to end it.

    Whether each tunnel is up is told to the context's status. `live` answers questions.
    """

    def __init__(self, context: Context, live: Live) -> None:
        settings = context.settings
        folder = Path(settings.storage_path) if settings.storage_path else None
        self._controls = Controls(
            settings.control,
            context.inventory,
            {address: Lifecycle(address) for address in settings.docker_hosts},
            Operations(context.clock, folder),
            context.clock,
        )
        self._queries = Queries(live)
        self._context = context
        probe = Self(
            host=context.host,
            activities=context.activities,
            inventory=context.inventory,
            status=context.status,
            clock=context.clock,
            controls=self._controls,
            queries=self._queries,
            streams={"logs": Logs(context.clock), "exec": Terminals(), "files": Files()},
            credential=_credential(settings, folder),
            tls=settings.api_tls,
        )
        self._links = [Link(url, probe) for url in dict.fromkeys(settings.api_urls)]

    async def run(self) -> None:
        """Hold a tunnel to every API, for ever; ends at once where there is none."""
        news = ProcessNews(self._context) if self._links and is_linux() else None
        try:
            await asyncio.gather(*(link.run() for link in self._links))
        finally:
            await self._controls.close()
            await self._queries.close()
            if news is not None:
                await asyncio.to_thread(news.close)


def _credential(settings: Settings, folder: Path | None) -> Credential:
    if settings.api_join_token_file and folder is not None:
        return OwnCredential(folder, settings.api_join_token_file)
    return SharedSecret(settings.api_secret_file)
