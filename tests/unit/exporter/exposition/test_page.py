import gzip

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.page import OPENMETRICS, Page
from promscope_exporter.exposition.series import series
from tests.unit.exporter.fakes import samples

USER = 'promscope_host_cpu_seconds_total{mode="user"}'


def page(now=0.0, limit=100):
    return Page(now, 15.0, limit)


def cpu(mode="user", newborn=False):
    return series(catalogue.HOST_CPU_SECONDS, mode, newborn=newborn)


def text(one, *form):
    return b"".join(one.render(*form)).decode()


def test_header_once_per_family_however_samples_arrive():
    one = page()
    one.write(cpu("user"), 1)
    one.write(series(catalogue.HOST_LOAD1), 0.5)
    one.write(cpu("system"), 2)
    lines = text(one).splitlines()
    assert [line for line in lines if line.startswith("# TYPE")] == [
        "# TYPE promscope_host_cpu_seconds_total counter",
        "# TYPE promscope_host_load1 gauge",
    ]
    assert lines.index(USER + " 1") < lines.index("# TYPE promscope_host_load1 gauge")


def test_newborn_is_0_for_one_interval_by_time_and_then_true():
    handle = cpu(newborn=True)
    values = []
    for now in (0.0, 5.0, 13.0, 14.9, 16.0):
        one = page(now)
        one.write(handle, 7)
        values.append(samples(one)[USER])
    assert values == [0, 0, 0, 7, 7]


def test_what_existed_before_is_told_at_once():
    one = page()
    one.write(cpu(), 7)
    assert samples(one)[USER] == 7


def test_limit_drops_and_counts_but_not_the_last_words():
    one = page(limit=2)
    for mode in ("user", "system", "idle"):
        one.write(cpu(mode), 1)
    assert len(one) == 2
    assert one.dropped == {"limit": 1}
    one.lift_limit()
    one.write(series(catalogue.HOST_LOAD1), 1)
    assert len(one) == 3


def test_first_of_two_values_of_one_series_stays():
    one = page()
    one.write(cpu(), 1)
    one.write(cpu(), 2)
    assert samples(one) == {USER: 1}
    assert one.dropped == {"duplicate": 1}


def test_no_nan_no_infinity():
    one = page()
    for value in (float("nan"), float("inf"), float("-inf")):
        one.write(cpu(), value)
    assert len(one) == 0
    assert one.dropped == {"not-a-number": 3}


def test_sealed_page_does_not_change():
    one = page()
    one.seal()
    one.write(cpu(), 1)
    assert len(one) == 0


def test_openmetrics_names_counters_without_total_and_ends():
    one = page()
    one.write(cpu(), 1.5)
    one.write(series(catalogue.EDGE_RTT, *"abcdef", None, None, suffix="_sum"), 0.25)
    one.write(series(catalogue.EDGE_RTT, *"abcdef", None, None, suffix="_count"), 2)
    assert text(one, OPENMETRICS).endswith("# EOF\n")
    families = {
        found.name: found for found in text_string_to_metric_families(text(one, OPENMETRICS))
    }
    assert families["promscope_host_cpu_seconds"].type == "counter"
    assert families["promscope_host_cpu_seconds"].samples[0].value == 1.5
    assert families["promscope_edge_rtt_seconds"].type == "summary"


def test_chunks_and_gzip_are_the_same_page():
    one = page(limit=5000)
    for number in range(1800):
        one.write(cpu(str(number)), number)
    assert len(list(one.render())) > 3
    assert gzip.decompress(b"".join(one.render_gzip())) == b"".join(one.render())
