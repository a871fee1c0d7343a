import json
import os
import subprocess
import time

import pytest

from promscope_exporter.sources.engine_stats import EngineStats, devices, usage
from tests.unit.exporter.containers import Containers

ENGINE = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")

STATS = {
    "networks": {"eth0": {"rx_bytes": 5338, "tx_bytes": 648}, "eth1": {"rx_bytes": 1}},
    "memory_stats": {"stats": {"total_inactive_file": 1000}, "usage": 6_000_000},
    "blkio_stats": {
        "io_service_bytes_recursive": [
            {"major": 8, "minor": 0, "op": "Read", "value": 100},
            {"major": 8, "minor": 0, "op": "write", "value": 20},
            {"major": 8, "minor": 0, "op": "Total", "value": 120},
        ]
    },
    "cpu_stats": {
        "cpu_usage": {"total_usage": 2_500_000_000},
        "throttling_data": {"periods": 4, "throttled_periods": 2, "throttled_time": 500_000_000},
    },
}


def test_the_words_of_the_engine():
    found = usage(STATS)
    assert (found.cpu_seconds, found.memory_working_set) == (2.5, 5_999_000)
    assert (found.cpu_periods, found.cpu_throttled_periods, found.cpu_throttled_seconds) == (
        4, 2, 0.5,
    )  # fmt: skip
    assert (found.disk_read, found.disk_written) == ({"8:0": 100}, {"8:0": 20})
    assert devices(STATS) == {"eth0": (5338, 648)}


def test_cgroup_v2_calls_the_cache_otherwise():
    assert (
        usage({"memory_stats": {"usage": 9, "stats": {"inactive_file": 4}}}).memory_working_set == 5
    )


@pytest.mark.parametrize("nonsense", [None, [], "x", -1, True, {"a": []}, {"cpu_usage": None}])
def test_r1_nonsense_is_not_known(nonsense):
    stats = dict.fromkeys((*STATS, "networks"), nonsense)
    found = usage(stats)
    assert (found.cpu_seconds, found.memory_working_set, found.disk_read) == (None, None, None)
    assert devices(stats) == {}
    json.dumps(stats)


@pytest.mark.docker
def test_of_a_real_container_by_the_sdk():
    with Containers() as containers:
        busy = containers.run("print('ready')\nwhile True: pass", network="bridge")
        container_id = busy.inspected["Id"]
        stats = EngineStats(lambda: {container_id: ENGINE, "f" * 64: ENGINE}, 0.2)
        try:
            end = time.monotonic() + 90
            while not (found := stats.latest(container_id)) or not found[0].cpu_seconds:
                assert time.monotonic() < end, found
                time.sleep(0.1)
            assert found[0].memory_working_set > 0
            assert "eth0" in found[1]
            assert stats.latest("f" * 64) is None
        finally:
            stats.close()


def test_an_engine_that_is_away_is_not_waited_for(unused_tcp_port):
    # not at a Unix socket: the SDK forgets to close one that it cannot connect
    stats = EngineStats(lambda: {"f" * 64: f"tcp://127.0.0.1:{unused_tcp_port}"}, 0.01)
    assert stats.latest("f" * 64) is None
    stats.close()


def test_the_sdk_is_imported_only_where_it_is_needed():
    program = (
        "import sys; from promscope_exporter.cli import main; import promscope_exporter.probe;"
        " from promscope_exporter.collectors.registry import discover; discover();"
        " print([name for name in ('docker', 'psutil') if name in sys.modules])"
    )
    done = subprocess.run(
        [os.sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
