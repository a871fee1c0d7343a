"""Files of /proc, given to their parsers and, below a whole /proc, to the collectors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from promscope_exporter import masking
from promscope_exporter.collectors.host import HostCollector
from promscope_exporter.collectors.process import ProcessCollector
from promscope_exporter.collectors.registry import Partial
from promscope_exporter.exposition.page import Page
from promscope_exporter.live.processes import LiveProcesses
from promscope_exporter.sources import machine, udp_table
from promscope_exporter.sources.processes import ProcessFiles, parse_stat
from promscope_exporter.sources.procfs import Procfs
from promscope_wire import frames
from tests.fuzz.exposed import sound
from tests.fuzz.folder import scratch
from tests.fuzz.target import Target
from tests.unit.exporter.fakes import HOST, FakeClock, Tree, context

#: What the parsers say they raise.
_REFUSALS = (ValueError, IndexError, OverflowError)

_MACHINE = {
    "stat": b"cpu  10 2 30 400 5 6 7 8 0 0\ncpu0 10 2 30 400 5 6 7 8 0 0\nintr 5 0 0\n"
    b"ctxt 99\nbtime 1900000000\nprocesses 7\n",
    "meminfo": b"MemTotal:       24000000 kB\nMemFree: 100 kB\nMemAvailable:   2000 kB\n"
    b"SwapTotal: 0 kB\nHugePages_Total:       0\n",
    "loadavg": b"0.10 1.20 3.40 2/300 4567\n",
    "1/net/dev": b"Inter-|   Receive                    |  Transmit\n face |bytes packets\n"
    b"    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n  eth0: 55 1 0 0 0 0 0 0 66 1 0 0 0 0 0 0\n",
    "diskstats": b"   8       0 sda 1 2 16 4 5 6 32 8 0 10 11\n   8 1 sda1 1 2 3 4 5 6 7 8\n",
    "1/mounts": b"/dev/sda1 / ext4 rw 0 0\nproc /proc proc rw 0 0\n/dev/sdb /a\\040b xfs rw 0 0\n",
    "pressure/cpu": b"some avg10=0.00 avg60=0.00 avg300=0.00 total=123456\n"
    b"full avg10=0.00 avg60=0.00 avg300=0.00 total=77\n",
    "uptime": b"1000000.55 200.10\n",
}
_PROCESS = {
    "stat": b"10 (a) S 1 10 10 0 -1 4194560 1 0 0 0 50 20 0 0 20 0 3 0 100 8192 12 0 0 0 0 0 0 0\n",
    "io": b"rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 4096\nwrite_bytes: 8192\n"
    b"cancelled_write_bytes: 0\n",
    "cgroup": b"12:pids:/docker/" + b"a" * 64 + b"\n1:name=systemd:/x\n0::/docker/" + b"a" * 64,
    "cmdline": b"/usr/bin/thing\0--password=secret\0-x\0https://user:word@host/\0",
    "status": b"Name:\ta\nState:\tS\nUid:\t1\t2\t3\t4\nGid:\t1\t2\t3\t4\n",
}

_UDP = (
    b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
    b" inode ref pointer drops\n"
    b"   1: 0100007F:9C40 0100007F:0035 01 00000000:00000000 00:00000000 00000000 0 0 4321 2 0 0\n"
    b"   2: 00000000000000000000000001000000:0035 00000000000000000000000001000000:9C40 01"
    b" 00000000:00000000 00:00000000 00000000 0 0 4322 2 0 0\n"
)

_FOLDER = scratch()


def _world(name: str) -> tuple[str, Tree]:
    root = f"{_FOLDER}/{name}"
    tree = Tree(f"{root}/proc")
    for path, content in _MACHINE.items():
        tree.write(path, content)
    tree.process(10, "a")
    tree.process(11, "nginx")
    Path(root, "sys/block/sda").mkdir(parents=True)
    return root, tree


def _host(path: str) -> Target:
    root, tree = _world(f"host-{path.replace('/', '-')}")

    def call(data: bytes) -> object:
        tree.write(path, data)
        page = Page(1.0, 15.0, 10_000)
        try:
            HostCollector(context(root)).collect(page)
        except Partial as missing:
            return sound(page), str(missing)[:20]
        return sound(page)

    return Target(call, [_MACHINE[path]])


def _process(name: str) -> Target:
    root, tree = _world(f"process-{name}")

    def call(data: bytes) -> object:
        tree.write(f"10/{name}", data)
        one = context(root, FakeClock())
        collector = ProcessCollector(one)
        counts = []
        for now in (1.0, 100.0):
            page = Page(now, 15.0, 10_000)
            collector.collect(page)
            counts.append(sound(page))
            text = b"".join(page.render())
            # the neighbour of a process that lies is counted all the same
            assert b'process="nginx"} 1\n' in text
        return tuple(counts)

    return Target(call, [_PROCESS[name]])


def _live(name: str) -> Target:
    root, tree = _world(f"live-{name}")

    def call(data: bytes) -> object:
        tree.write(f"10/{name}", data)
        found = LiveProcesses(context(root, FakeClock()))(HOST.node)
        assert any(one.pid == 11 for one in found)
        answer = frames.Answer("1", tuple(found))
        assert frames.decode_from_probe(frames.encode(answer)) == answer
        return len(found)

    return Target(call, [_PROCESS[name]])


def _files(name: str, read: Callable[[ProcessFiles], object]) -> Target:
    root, tree = _world(f"files-{name}")
    files = ProcessFiles(Procfs(f"{root}/proc"))

    def call(data: bytes) -> object:
        tree.write(f"10/{name}", data)
        return read(files)

    return Target(call, [_PROCESS[name]], (*_REFUSALS, OSError))


def _masked(files: ProcessFiles) -> int:
    line = masking.command_line(files.command_line(10))
    line.encode()
    return len(line) // 100


def _counted(parse: Callable[[bytes], object]) -> Callable[[bytes], object]:
    def call(data: bytes) -> object:
        found = parse(data)
        return len(found) if isinstance(found, (dict, list)) else type(found)

    return call


TARGETS = {
    "machine-stat": Target(_counted(machine.stat), [_MACHINE["stat"]], _REFUSALS),
    "meminfo": Target(_counted(machine.meminfo), [_MACHINE["meminfo"]], _REFUSALS),
    "network": Target(_counted(machine.network), [_MACHINE["1/net/dev"]], _REFUSALS),
    "diskstats": Target(_counted(machine.diskstats), [_MACHINE["diskstats"]], _REFUSALS),
    "mounts": Target(_counted(machine.mounts), [_MACHINE["1/mounts"]], _REFUSALS),
    "pressure": Target(_counted(machine.pressure), [_MACHINE["pressure/cpu"]], _REFUSALS),
    "udp": Target(_counted(udp_table.connected), [_UDP]),
    "process-stat": Target(_counted(parse_stat), [_PROCESS["stat"]], _REFUSALS),
    "process-io": _files("io", lambda files: files.io(10) and 0),
    "process-status": _files("status", lambda files: files.user_id(10) and 0),
    "process-cmdline": _files("cmdline", _masked),
    **{f"host-with-{Path(path).name}": _host(path) for path in _MACHINE},
    **{f"processes-with-{name}": _process(name) for name in _PROCESS},
    **{f"live-with-{name}": _live(name) for name in _PROCESS},
}
