import os
import resource

from promscope_exporter.collectors.process_groups import ProcessGroup
from promscope_exporter.exposition.page import Page
from tests.unit.exporter.fakes import samples

LABELS = '{owner="host:1",owner_name="machine",process="nginx"}'


def written(group, now=0.0):
    page = Page(now, 15.0, 100)
    group.write(page)
    return samples(page)


def test_sums_in_base_units():
    group = ProcessGroup("host:1", "machine", "nginx", newborn=False)
    group.instances, group.cpu, group.resident = 3, 2 * os.sysconf("SC_CLK_TCK"), 5
    group.threads, group.open_fds, group.read, group.written = 7, 9, 11, 13
    assert written(group) == {
        f"promscope_process_instances{LABELS}": 3,
        f"promscope_process_cpu_seconds_total{LABELS}": 2,
        f"promscope_process_resident_memory_bytes{LABELS}": 5 * resource.getpagesize(),
        f"promscope_process_threads{LABELS}": 7,
        f"promscope_process_open_fds{LABELS}": 9,
        f"promscope_process_read_bytes_total{LABELS}": 11,
        f"promscope_process_written_bytes_total{LABELS}": 13,
    }


def test_what_is_not_known_is_absent():
    group = ProcessGroup("host:1", "machine", "nginx", newborn=False)
    group.fds = group.storage = False
    assert not any("fds" in name or "bytes_total" in name for name in written(group))


def test_begin_clears_sums_not_totals():
    group = ProcessGroup("host:1", "machine", "nginx", newborn=False)
    group.instances, group.cpu = 3, 100
    group.begin()
    assert (group.instances, group.cpu) == (0, 100)


def test_renamed_owner_continues_the_counters():
    group = ProcessGroup("host:1", "machine", "nginx", newborn=True)
    group.cpu = os.sysconf("SC_CLK_TCK")
    assert written(group)[f"promscope_process_cpu_seconds_total{LABELS}"] == 0
    group.rename("other")
    name = f"promscope_process_cpu_seconds_total{LABELS.replace('machine', 'other')}"
    assert written(group)[name] == 1
