import time

from promscope_exporter.sources.clock import Clock


def test_clocks_are_the_machines():
    clock = Clock()
    assert clock.monotonic() <= clock.monotonic()
    assert abs(clock.wall() - time.time()) < 60
