import pytest

from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.series import MAX_VALUE_CHARACTERS, escape, series


def test_prefix_has_labels_in_the_order_of_the_family():
    handle = series(catalogue.HOST_PRESSURE, "cpu", "some")
    assert handle.prefix == 'promscope_host_pressure_seconds_total{resource="cpu",stall="some"} '


def test_no_labels_no_braces():
    assert series(catalogue.HOST_LOAD1).prefix == "promscope_host_load1 "


def test_unknown_optional_label_is_left_out():
    values = ["container:4f1c2a9b7d3e", "web", "nginx", "10.0.0.1", "80", "tcp", None, None]
    assert "service_ip" not in series(catalogue.EDGE_CONNECTIONS, *values).prefix


def test_unknown_required_label_is_refused():
    with pytest.raises(ValueError, match="not optional"):
        series(catalogue.HOST_PRESSURE, None, "some")


def test_number_of_values_must_fit():
    with pytest.raises(ValueError, match="labels"):
        series(catalogue.HOST_PRESSURE, "cpu")


def test_suffix_only_for_summaries():
    values = ["a", "b", "c", "d", "e", "tcp", None, None]
    assert series(catalogue.EDGE_RTT, *values, suffix="_sum").prefix.startswith(
        "promscope_edge_rtt_seconds_sum{"
    )
    for family, arguments, suffix in (
        (catalogue.EDGE_RTT, values, ""),
        (catalogue.HOST_LOAD1, [], "_sum"),
    ):
        with pytest.raises(ValueError, match="no sample"):
            series(family, *arguments, suffix=suffix)


def test_further_labels_only_where_open():
    handle = series(catalogue.CONTAINER_LABEL_INFO, "4f", "web", extra={"label_a": "1"})
    assert handle.prefix.endswith('name="web",label_a="1"} ')
    with pytest.raises(ValueError, match="further"):
        series(catalogue.HOST_LOAD1, extra={"label_a": "1"})


def test_gauges_are_never_newborn():
    assert not series(catalogue.HOST_LOAD1, newborn=True).newborn
    assert series(catalogue.HOST_CPU_SECONDS, "user", newborn=True).newborn


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('a"b', r"a\"b"),
        ("a\\b", r"a\\b"),
        ("a\nb", r"a\nb"),
        ("# TYPE x counter", "# TYPE x counter"),
        ("\udcff", "\ufffd"),
        ("x" * 2000, "x" * (MAX_VALUE_CHARACTERS - 1) + "…"),
    ],
)
def test_escape(value, written):
    assert escape(value) == written
