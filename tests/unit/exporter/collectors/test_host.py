import os

import psutil
import pytest

from promscope_exporter.collectors.host import HostCollector
from promscope_exporter.collectors.registry import Partial
from promscope_exporter.exposition.page import Page
from promscope_exporter.settings import Settings
from promscope_exporter.sources.procfs import Procfs
from tests.unit.exporter.fakes import FakeClock, Tree, collect, context, samples

TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture
def proc(tmp_path):
    tree = Tree(tmp_path / "proc")
    tree.write("stat", f"cpu {9 * TICKS} 0 0 0\ncpu0 1 1 1 1\nbtime 1700000000\n")
    tree.write("meminfo", "MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: 500 kB\n")
    tree.write("loadavg", "0.50 1.25 2.00 1/100 4242\n")
    tree.write(
        "1/net/dev",
        "a\nb\n lo: 9 0 0 0 0 0 0 0 9 0 0 0 0 0 0 0\n eth0: 5 0 0 0 0 0 0 0 6 0 0 0 0 0 0 0\n",
    )
    tree.write("1/mounts", f"/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 {tmp_path}/none ext4 rw 0 0\n")
    tree.write("diskstats", " 8 0 sda 1 0 2 0 1 0 4 0 0 0 0\n 8 1 sda1 1 0 2 0 1 0 4 0 0 0 0\n")
    (tmp_path / "sys/block/sda").mkdir(parents=True)
    for resource in ("cpu", "memory", "io"):
        tree.write(f"pressure/{resource}", "some avg10=0.00 total=1000000\n")
    return tree


def test_every_family_of_a_host(proc, tmp_path):
    found = collect(HostCollector(context(tmp_path)), FakeClock())
    assert found["promscope_host_cpu_cores"] == 1
    assert found['promscope_host_cpu_seconds_total{mode="user"}'] == 9
    assert found["promscope_host_boot_time_seconds"] == 1_700_000_000
    assert found["promscope_host_memory_total_bytes"] == 1_024_000
    assert found["promscope_host_memory_available_bytes"] == 512_000
    assert "promscope_host_swap_total_bytes" not in found
    assert found["promscope_host_load5"] == 1.25
    assert found['promscope_host_network_receive_bytes_total{device="eth0"}'] == 5
    assert found['promscope_host_network_transmit_bytes_total{device="eth0"}'] == 6
    assert not any('device="lo"' in name or 'device="sda1"' in name for name in found)
    assert found['promscope_host_disk_read_bytes_total{device="sda"}'] == 1024
    assert found['promscope_host_disk_written_bytes_total{device="sda"}'] == 2048
    assert found['promscope_host_pressure_seconds_total{resource="io",stall="some"}'] == 1
    labels = '{device="/dev/sda1",fstype="ext4",mountpoint="/"}'
    size = os.statvfs(tmp_path)
    assert found["promscope_host_filesystem_size_bytes" + labels] == size.f_blocks * size.f_frsize
    assert not any("/none" in name for name in found)


@pytest.mark.parametrize("path", ["stat", "meminfo", "loadavg", "1/net/dev", "diskstats"])
def test_one_unreadable_file_costs_its_own_series(proc, tmp_path, path):
    whole = len(collect(HostCollector(context(tmp_path)), FakeClock()))
    (proc.root / path).unlink()
    page = Page(0, 15, 1000)
    with pytest.raises(Partial, match="No such file"):
        HostCollector(context(tmp_path)).collect(page)
    assert whole / 2 < len(samples(page)) < whole


def test_kernel_without_psi_is_a_capability(proc, tmp_path):
    (proc.root / "pressure/cpu").unlink()
    one = context(tmp_path)
    found = collect(HostCollector(one), FakeClock())
    assert one.status.capabilities() == {"psi": False}
    assert not any("pressure" in name for name in found)


def test_this_machine_against_psutil(tmp_path):
    one = context(tmp_path)
    real = type(one)(Settings(), one.host, one.clock, Procfs(), one.inventory, one.commands)
    found = collect(HostCollector(real), FakeClock())
    assert found["promscope_host_cpu_cores"] == psutil.cpu_count()
    assert found["promscope_host_memory_total_bytes"] == psutil.virtual_memory().total
    assert found["promscope_host_boot_time_seconds"] == pytest.approx(psutil.boot_time(), abs=2)
    user = found['promscope_host_cpu_seconds_total{mode="user"}']
    assert user == pytest.approx(psutil.cpu_times().user, abs=20)
