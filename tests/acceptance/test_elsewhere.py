"""The exporter on a system that is not Linux: this machine with the platform switched off."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.child import Process, healthy, tail
from tests.acceptance import elsewhere
from tests.acceptance.client import Client
from tests.acceptance.patience import until
from tests.acceptance.product import free_port
from tests.acceptance.scratch import Scratch

pytestmark = pytest.mark.docker


@pytest.fixture
def exporter(docker_engine: None, tmp_path: Path) -> Iterator[Client]:
    url = f"127.0.0.1:{free_port()}"
    secret = tmp_path / "secret"
    secret.touch(mode=0o600)
    secret.write_text("a-secret-of-some-length")
    process = Process(
        "exporter",
        [
            *(sys.executable, elsewhere.__file__, f"--web.listen-address={url}"),
            # nobody is there: what a tunnel needs is started all the same
            *(f"--api.url=http://127.0.0.1:{free_port()}", f"--api.secret-file={secret}"),
            *("--scrape.interval=1s", "--path.procfs=/nonexistent", "--path.sysfs=/nonexistent"),
        ],
        tmp_path / "exporter.log",
        f"http://{url}/-/healthy",
    )
    process.start()
    try:

        def is_up() -> bool:
            if process.ended():
                raise RuntimeError(tail(process.log))
            return healthy(process.health)

        until(is_up, "an exporter", 60)
        yield Client(f"http://{url}")
    finally:
        process.stop()


def test_what_psutil_and_the_engine_know_and_nothing_else(
    exporter: Client, scratch: Scratch, tmp_path: Path
) -> None:
    name, node = scratch.run(command="while :; do :; done")
    mine = f'container_id="{node.removeprefix("container:")}",name="{name}"'

    def used() -> str:
        page = exporter.text("/metrics")
        return page if f"promscope_container_cpu_seconds_total{{{mine}}}" in page else ""

    page = until(used, "what the container used", 90)
    families = set(re.findall(r"^# TYPE (\S+)", page, re.MULTILINE))
    assert {
        "promscope_host_info", "promscope_host_memory_total_bytes", "promscope_host_load1",
        "promscope_host_filesystem_size_bytes", "promscope_host_network_receive_bytes_total",
        "promscope_process_cpu_seconds_total", "promscope_process_resident_memory_bytes",
        "promscope_container_info", "promscope_container_state",
        "promscope_container_memory_working_set_bytes",
        "promscope_container_network_receive_bytes_total",
        "process_resident_memory_bytes", "promscope_exporter_build_info",
    } <= families  # fmt: skip
    absent = ("promscope_edge_", "promscope_inbound_", "promscope_listen_", "promscope_endpoint_")
    assert not [one for one in families if one.startswith(absent) or "pressure" in one]
    success = dict(
        re.findall(r'^promscope_scrape_collector_success\{collector="(\w+)"\} (\d)', page, re.M)
    )
    assert success == dict.fromkeys(("identity", "host", "container", "process", "self"), "1")
    assert f'promscope_container_state{{{mine},state="running"}} 1' in page
    assert "promscope_exporter_tunnel_connected{" in page
    log = (tmp_path / "exporter.log").read_text()
    assert "level=error" not in log
    assert "Traceback" not in log
