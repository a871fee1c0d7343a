import os

import psutil

from promscope_exporter.collectors.self import SelfCollector
from promscope_exporter.exposition.page import Page
from tests.unit.exporter.fakes import FakeClock, collect, context


def test_tells_what_the_status_knows(tmp_path):
    clock = FakeClock()
    one = context(tmp_path, clock)
    one.status.capability("docker", True)
    one.status.capability("conntrack", False, "no")
    one.status.tunnel("https://a", True)
    one.status.events_lost("docker")
    one.status.answered(503)
    collector = SelfCollector(one)
    found = collect(collector, clock)
    assert found['promscope_exporter_capability{capability="docker"}'] == 1
    assert found['promscope_exporter_capability{capability="conntrack"}'] == 0
    assert found['promscope_exporter_tunnel_connected{api="https://a"}'] == 1
    assert found['promscope_exporter_events_lost_total{source="docker"}'] == 0
    assert found['promscope_exporter_http_requests_total{code="503"}'] == 0
    clock.pass_time(15)
    assert collect(collector, clock)['promscope_exporter_events_lost_total{source="docker"}'] == 1
    collector.close()


def test_own_cost_against_psutil(tmp_path):
    clock = FakeClock()
    found = collect(SelfCollector(context(tmp_path, clock)), clock)
    own = psutil.Process()
    assert found["process_resident_memory_bytes"] > own.memory_info().rss / 2
    assert abs(found["process_open_fds"] - len(os.listdir("/proc/self/fd"))) <= 2
    assert 0 < found["process_cpu_seconds_total"] <= sum(own.cpu_times()[:2]) + 1
    assert found["process_start_time_seconds"] == clock.wall()


def test_version_is_one_series(tmp_path):
    page = Page(0, 15, 100)
    SelfCollector(context(tmp_path)).collect(page)
    text = b"".join(page.render()).decode()
    assert text.count("promscope_exporter_build_info{") == 1


def test_it_fits_on_a_page_that_is_full(tmp_path):
    clock = FakeClock()
    one = context(tmp_path, clock)
    one.ladder.scrapes_per_read = 4
    found = collect(SelfCollector(one), clock, limit=0)
    assert found["promscope_exporter_scrapes_per_read"] == 4
