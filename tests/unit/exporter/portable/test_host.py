import psutil
import pytest

from promscope_exporter.collectors.registry import Partial
from promscope_exporter.portable.host import PortableHostCollector
from tests.unit.exporter.fakes import collect, context


def test_this_machine(tmp_path):
    one = context(tmp_path)
    found = collect(PortableHostCollector(one), one.clock)
    assert found["promscope_host_cpu_cores"] == psutil.cpu_count()
    assert found["promscope_host_memory_total_bytes"] == psutil.virtual_memory().total
    assert found['promscope_host_cpu_seconds_total{mode="idle"}'] > 0
    assert abs(found["promscope_host_boot_time_seconds"] - psutil.boot_time()) < 5
    names = {name.partition("{")[0] for name in found}
    assert {
        "promscope_host_load1", "promscope_host_swap_total_bytes",
        "promscope_host_network_receive_bytes_total", "promscope_host_disk_read_bytes_total",
    } <= names  # fmt: skip
    assert "promscope_host_pressure_seconds_total" not in names
    assert not any('device="lo"' in name for name in found)


def test_a_part_that_fails_costs_only_itself(tmp_path, monkeypatch):
    def refused(**_):
        raise psutil.AccessDenied(0)

    monkeypatch.setattr(psutil, "net_io_counters", refused)
    one = context(tmp_path)
    with pytest.raises(Partial, match="network"):
        collect(PortableHostCollector(one), one.clock)
