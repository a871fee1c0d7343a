import os

from promscope_exporter.sources import machine
from promscope_exporter.sources.machine import Mount

TICKS = os.sysconf("SC_CLK_TCK")


def test_stat():
    text = (
        f"cpu  {TICKS} 0 {2 * TICKS} 0 0 0 0 {3 * TICKS} 0 0\n"
        "cpu0 1 2 3 4\ncpu1 1 2 3 4\nintr 5 6\nbtime 1700000000\n"
    )
    found = machine.stat(text.encode())
    assert (found.cores, found.boot_time) == (2, 1_700_000_000)
    assert found.cpu_seconds["user"] == 1
    assert found.cpu_seconds["system"] == 2
    assert found.cpu_seconds["steal"] == 3
    assert "guest" not in found.cpu_seconds


def test_meminfo_is_in_bytes():
    assert machine.meminfo(b"MemTotal:   4 kB\nHugePages_Total:   7\n") == {
        "MemTotal": 4096,
        "HugePages_Total": 7,
    }


def test_network_even_without_a_blank_behind_the_colon():
    text = b"Inter-|\n face |\n  eth0:1000 1 0 0 0 0 0 0 2000 2 0 0 0 0 0 0\nbad: 1\n"
    assert machine.network(text) == {"eth0": (1000, 2000)}


def test_diskstats_counts_sectors_of_512():
    text = b"   8  0 sda 10 0 4 0 20 0 6 0 0 0 0\n   short\n"
    assert machine.diskstats(text) == {"sda": (2048, 3072)}


def test_whole_disks(tmp_path):
    for name in ("sda", "loop0", "ram1", "cciss!c0d0", "dm-0"):
        (tmp_path / "block" / name).mkdir(parents=True)
    assert machine.whole_disks(str(tmp_path)) == {"sda", "cciss/c0d0", "dm-0"}


def test_mounts_that_hold_data_once_each():
    text = (
        b"/dev/sda1 / ext4 rw 0 0\n"
        b"proc /proc proc rw 0 0\n"
        b"tmpfs /run tmpfs rw 0 0\n"
        b"server:/x /mnt/nfs nfs4 rw 0 0\n"
        b"overlay /var/lib/docker/overlay2/a/merged overlay rw 0 0\n"
        b"/dev/sda1 /bind ext4 rw 0 0\n"
        b"/dev/sdb1 /with\\040blank xfs rw 0 0\n"
        b"/dev/sdc1 /var/lib/docker/volumes/x ext4 rw 0 0\n"
        b"broken\n"
    )
    assert machine.mounts(text) == [
        Mount("/dev/sda1", "ext4", "/"),
        Mount("/dev/sdb1", "xfs", "/with blank"),
    ]


def test_pressure():
    text = (
        b"some avg10=0.00 avg60=0.05 avg300=0.05 total=1500000\n"
        b"full avg10=0.00 avg60=0.00 avg300=0.00 total=2000\n"
    )
    assert machine.pressure(text) == {"some": 1.5, "full": 0.002}
    assert machine.pressure(b"") == {}


def test_operating_system(tmp_path):
    assert machine.operating_system(str(tmp_path)) == os.uname().sysname
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('NAME=x\nPRETTY_NAME="Debian 12"\n')
    assert machine.operating_system(str(tmp_path)) == "Debian 12"
