import os
import time

import pytest

from promscope_exporter.portable.container import PortableContainerCollector
from promscope_exporter.sources.docker_record import from_inspect
from tests.unit.exporter.containers import Containers, docker
from tests.unit.exporter.fakes import collect, context

pytestmark = pytest.mark.docker

ENGINE = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")


def test_a_container_without_its_control_group(tmp_path):
    with Containers() as containers:
        busy = containers.run("print('ready')\nwhile True: pass", network="bridge")
        one = context(tmp_path, scrape_interval=0.2)
        record = from_inspect(docker("inspect", busy.name)[1:-1].encode())
        one.inventory.update("start", record, ENGINE)
        made = PortableContainerCollector(one)
        labels = f'{{container_id="{record.id[:12]}",name="{record.name}"}}'
        wanted = f"promscope_container_memory_working_set_bytes{labels}"
        try:
            end = time.monotonic() + 90
            while wanted not in (found := collect(made, one.clock)):
                assert time.monotonic() < end, found
                time.sleep(0.1)
        finally:
            made.close()
    assert f"promscope_container_cpu_seconds_total{labels}" in found
    assert f"promscope_container_network_receive_bytes_total{labels}" in found
    assert any(name.startswith("promscope_container_info{") for name in found)
