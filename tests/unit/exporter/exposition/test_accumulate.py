from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.accumulate import Accumulated
from promscope_exporter.exposition.page import Page
from promscope_exporter.exposition.series import series
from tests.unit.exporter.fakes import samples

FAMILY = catalogue.CONTAINER_CPU
NAME = 'promscope_container_cpu_seconds_total{container_id="4f",name="web"}'


def make():
    return Accumulated(
        lambda family, newborn, *labels: series(family, "4f", "web", *labels, newborn=newborn)
    )


def value(counters, now=0.0):
    page = Page(now, 15.0, 100)
    counters.write(page)
    return samples(page).get(NAME)


def test_a_value_that_falls_is_no_new_start():
    counters = make()
    for told, wanted in ((10, 10), (12, 12), (3, 12), (4, 13)):
        counters.tell(told, False, FAMILY)
        assert value(counters) == wanted


def test_parts_that_go_keep_what_they_counted():
    counters = make()
    for parts, wanted in (
        ({"eth0": 10, "eth1": 5}, 15),
        ({"eth1": 6}, 16),
        ({"eth0": 1, "eth1": 6}, 16),
        ({"eth0": 3, "eth1": 6}, 18),
    ):
        counters.tell_parts(parts, False, FAMILY)
        assert value(counters) == wanted
    counters.restart()
    counters.tell_parts({"eth0": 4}, False, FAMILY)
    assert value(counters) == 22


def test_restart_counts_even_when_the_new_value_is_higher():
    counters = make()
    counters.tell(10, False, FAMILY)
    counters.restart()
    assert value(counters) == 10
    counters.tell(11, False, FAMILY)
    assert value(counters) == 21


def test_stays_while_the_kernel_says_nothing():
    counters = make()
    counters.tell(10, False, FAMILY)
    counters.restart()
    assert value(counters) == value(counters) == 10


def test_renamed_continues_in_another_series():
    counters = make()
    counters.tell(10, True, FAMILY)
    assert value(counters) == 0
    counters.rename(
        lambda family, newborn, *labels: series(family, "4f", "shop", *labels, newborn=newborn)
    )
    page = Page(1.0, 15.0, 100)
    counters.write(page)
    assert samples(page) == {NAME.replace("web", "shop"): 10}


def test_never_told_never_written():
    assert value(make()) is None


def test_another_witness_only_raises():
    counters = make()
    counters.tell(2, False, FAMILY)
    counters.at_least(1, True, FAMILY)
    assert value(counters) == 2
    counters.at_least(5, True, FAMILY)
    assert value(counters) == 5
    counters.tell(5, False, FAMILY)
    assert value(counters) == 5
