from promscope_exporter.portable.itself import PortableSelfCollector
from tests.unit.exporter.fakes import collect, context


def test_its_own_cost(tmp_path):
    one = context(tmp_path)
    found = collect(PortableSelfCollector(one), one.clock)
    assert found["process_cpu_seconds_total"] > 0
    assert found["process_resident_memory_bytes"] > 1 << 20
    assert found["process_open_fds"] > 3
