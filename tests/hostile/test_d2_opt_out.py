"""D2: a real container that opted out is in no metric and in no answer, asked by its id too."""

import asyncio
import os

import pytest

from promscope_exporter.collectors.registry import discover
from promscope_exporter.live.answers import answers
from promscope_exporter.probe import Probe
from promscope_exporter.settings import Settings
from promscope_exporter.sources.clock import Clock
from promscope_exporter.tunnel.control import Controls
from promscope_exporter.tunnel.lifecycle import Lifecycle
from promscope_exporter.tunnel.operations import Operations
from promscope_wire.frames import LIFECYCLE_ACTIONS, Control
from promscope_wire.web.address import Address
from tests.hostile.test_exporter import scrape
from tests.unit.exporter.containers import SERVER, Containers, docker
from tests.unit.exporter.fakes import until

pytestmark = pytest.mark.docker

ENGINE = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
OUT = ("--label", "promscope.enable=false")


async def test_metrics_questions_and_actions(tmp_path):
    with Containers() as containers:
        # in the host's network its sockets are among those of the host
        hidden = await asyncio.to_thread(
            containers.run, SERVER, 0, network="host", options=(*OUT, "-v", "/data")
        )
        settings = Settings(
            listen=(Address("127.0.0.1", 0),),
            docker_hosts=(ENGINE,),
            collectors=frozenset(discover()),
        )
        probe = Probe(settings, discover())
        (address,) = await probe.start()
        try:
            context = probe.context
            await until(lambda: context.inventory.hidden(hidden.node), 60)
            short, pid = hidden.node.removeprefix("container:"), hidden.inspected["State"]["Pid"]
            for _ in range(2):
                page = await scrape(address)
                assert short not in page
                assert hidden.name not in page
            live = answers(context)
            for question in (live.processes, live.connections, live.inspection):
                with pytest.raises(LookupError):
                    await asyncio.to_thread(question, hidden.node)
            host = context.host.node
            assert pid not in {one.pid for one in await asyncio.to_thread(live.processes, host)}
            assert pid not in {one.pid for one in await asyncio.to_thread(live.connections, host)}

            controls = Controls(
                ("lifecycle",), context.inventory, {ENGINE: Lifecycle(ENGINE)},
                Operations(Clock()), Clock(),
            )  # fmt: skip
            for action in LIFECYCLE_ACTIONS:
                heard = asyncio.Queue()
                controls.take(Control(action, action, hidden.node, 8.0), heard.put_nowait)
                outcome = await asyncio.wait_for(heard.get(), 60)
                assert (outcome.status, outcome.problem.kind) == ("failed", "not-found"), action
            await controls.close()
            assert docker("inspect", "-f", "{{.State.Running}}", hidden.name) == "true"
        finally:
            await probe.close()
