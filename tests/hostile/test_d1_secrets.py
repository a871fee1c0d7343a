"""D1: secrets of a container in every place an engine has for them, and where they may turn up."""

import asyncio
import logging

import msgspec

from promscope_exporter.live.answers import answers
from promscope_exporter.tunnel.outbox import Outbox
from promscope_wire.frames import Answer
from tests.hostile.test_exporter import probing, scrape
from tests.unit.exporter.fakes import ID, FakeEngine, inspected, until

SECRET = "hunter2"
NODE = f"container:{ID[:12]}"

HOSTILE = {
    "Path": "mysql",
    "Args": [f"-p{SECRET}", "--host", "db"],
    "Config": {
        "Image": "shop/db",
        "Env": [f"PASSWORD={SECRET}", f"X={SECRET}", f"URL=postgres://u:{SECRET}@db/x"],
        "Cmd": ["mysql", f"-p{SECRET}"],
        "Entrypoint": ["/bin/sh", "-c", f"TOKEN={SECRET} exec serve"],
        "Labels": {
            "db.password": SECRET,
            "com.example.api-key": SECRET,
            "dsn": f"https://user:{SECRET}@example.org",
            "run": f"--secret={SECRET}",
        },
        "Healthcheck": {"Test": ["CMD", "curl", "-u", f"u:{SECRET}", "http://localhost"]},
    },
    "HostConfig": {
        "NetworkMode": "bridge",
        "Annotations": {"vault-token": SECRET},
        "LogConfig": {"Type": "splunk", "Config": {"splunk-token": SECRET}},
    },
    "State": {
        "Status": "running",
        "Pid": 100,
        "StartedAt": "2026-11-23T16:00:01Z",
        "Health": {"Status": "healthy", "Log": [{"Output": f"password: {SECRET}"}]},
    },
}


async def test_in_no_metric_no_frame_no_log_and_no_inspection(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    async with FakeEngine(tmp_path) as fake:
        fake.containers[ID] = inspected(**HOSTILE)
        async with probing(fake, label_allow_list=("*",)) as (probe, address):
            inventory = probe.context.inventory
            await until(inventory.containers)
            page = await scrape(address)
            assert "promscope_container_label_info{" in page
            frame = await Outbox(inventory.snapshot).next(30)
            told = await asyncio.to_thread(answers(probe.context).inspection, NODE)
    assert told["Id"] == ID
    for place, text in (
        ("metrics", page),
        ("frame", frame),
        ("inspection", msgspec.json.encode(told).decode()),
        ("log", caplog.text),
    ):
        assert SECRET not in text, place


async def test_r1_an_inspection_over_the_limit_of_a_frame_is_refused_with_a_reason():
    outbox = Outbox(lambda: None)
    outbox._resync = False
    outbox.answer(Answer("7", inspection={"Config": {"Cmd": ["x" * 9_000_000]}}))
    message = await outbox.next(30)
    assert len(message) < 1000
    assert "8 MiB" in message
