"""What the exporter answers at which path: metrics, health, landing page, its own profile."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Collection
from contextlib import suppress

from promscope_exporter import __version__
from promscope_exporter.collectors.runner import Runner
from promscope_exporter.exposition.negotiate import content_type, gzip
from promscope_exporter.reply import HTML, Reply
from promscope_exporter.request import Request
from promscope_wire.profiling import MAX_SECONDS, Busy, Profiler

#: Seconds for which a scrape waits until the sources have answered for the first time.
SETTLE_SECONDS = 3.0
PROFILE_PATH = "/debug/profile"
_LANDING = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Promscope exporter</title>
<h1>Promscope exporter</h1>
<p>Hosts, containers, processes and their connections, for Prometheus.</p>
<p>Version {version}</p>
<ul>
<li><a href="{metrics}">Metrics</a></li>
<li><a href="/-/healthy">Health</a></li>
<li><a href="/-/ready">Readiness</a></li>
{profile}</ul>
<p>Collectors: {collectors}. Some only: <code>{metrics}?collect[]=NAME</code>, all but some:
<code>{metrics}?exclude[]=NAME</code>.</p>
</html>
"""
_PROFILE = """\
<li>Profile of the exporter itself: <a href="{path}?seconds=10">CPU</a>,
<a href="{path}?type=memory&amp;seconds=10">memory</a></li>
"""


class Pages:
    """Serves `runner` at `telemetry_path`, `/`, `/-/healthy`, `/-/ready` and, with a
    `profiler`, `/debug/profile`.

    `settled` are all set once the sources were asked for the first time: readiness, and what
    an early scrape waits for.
    """

    def __init__(
        self,
        runner: Runner,
        telemetry_path: str = "/metrics",
        settled: Collection[asyncio.Event] = (),
        profiler: Profiler | None = None,
    ) -> None:
        self._runner = runner
        self._settled = settled
        self._profiler = profiler
        self.telemetry_path = telemetry_path

    async def answer(self, request: Request, reply: Reply) -> None:
        """Answer everything but the metrics."""
        if request.path == "/-/healthy":
            await reply.text(200, "Promscope exporter is healthy.\n")
        elif request.path == "/-/ready":
            if all(one.is_set() for one in self._settled):
                await reply.text(200, "Promscope exporter is ready.\n")
            else:
                await reply.text(503, "Promscope exporter is starting.\n")
        elif request.path == "/":
            policy = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
            await reply.text(200, self._landing(), HTML, policy)
        elif request.path == PROFILE_PATH:
            await self._profile(request, reply)
        else:
            await reply.text(404, f"nothing is here; metrics are at {self.telemetry_path}\n")

    async def metrics(self, request: Request, reply: Reply) -> None:
        """Answer one scrape."""
        # a scrape before the containers are known counts their processes to the host
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS):
                for source in self._settled:
                    await source.wait()
        try:
            names = self._chosen(request)
        except ValueError as error:
            await reply.text(400, f"{error}\n")
            return
        page = await self._runner.collect(names)
        media = content_type(request.headers.get("accept", ""))
        if gzip(request.headers.get("accept-encoding", "")):
            await reply.chunks(media, page.render_gzip(media), {"Content-Encoding": "gzip"})
        else:
            await reply.chunks(media, page.render(media))

    def _chosen(self, request: Request) -> Collection[str]:
        """The collectors of `collect[]` and `exclude[]`, as node_exporter has them."""
        wanted, unwanted = request.query.get("collect[]", ()), request.query.get("exclude[]", ())
        names = self._runner.names
        known = ", ".join(sorted(names))
        if wanted and unwanted:
            raise ValueError("collect[] and exclude[] cannot be combined; use one of them")
        for name in wanted:
            if name not in names:
                raise ValueError(f"no collector {name[:80]!r} is on; there are {known}")
        left = names.difference(unwanted)
        if not left:
            raise ValueError(f"exclude[] leaves no collector; there are {known}")
        return wanted or left

    async def _profile(self, request: Request, reply: Reply) -> None:
        if self._profiler is None:
            await reply.text(403, "profiles are off; --web.enable-profile turns them on\n")
            return
        kind = request.query.get("type", ["cpu"])[-1]
        text = request.query.get("seconds", ["10"])[-1]
        if kind not in ("cpu", "memory") or not text.isascii() or not text.isdecimal():
            await reply.text(400, "write ?type=cpu or memory, and &seconds= a whole number\n")
            return
        seconds = min(int(text[:9]), MAX_SECONDS)
        try:
            await reply.text(200, await self._profiler.profile(kind, seconds))
        except Busy as error:
            await reply.text(503, f"{error}\n")

    def _landing(self) -> str:
        return _LANDING.format(
            version=html.escape(__version__),
            metrics=html.escape(self.telemetry_path),
            profile=_PROFILE.format(path=PROFILE_PATH) if self._profiler else "",
            collectors=html.escape(", ".join(sorted(self._runner.names))),
        )
