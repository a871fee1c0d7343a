import logging

from promscope_exporter.status import Status
from promscope_wire.capabilities import lost


def test_a_loss_is_logged_once_with_its_remedy(caplog):
    status = Status()
    with caplog.at_level(logging.INFO):
        status.capability("conntrack", False, "EPERM")
        status.capability("conntrack", False, "EPERM")
        words = f"without conntrack: {lost('conntrack')} (EPERM)"
        assert [entry.message for entry in caplog.records] == [words]
        status.capability("conntrack", True)
        status.capability("conntrack", True)
    assert [entry.message for entry in caplog.records][1:] == ["conntrack is available again"]
    assert status.capabilities() == {"conntrack": True}


def test_what_works_from_the_start_is_not_logged(caplog):
    with caplog.at_level(logging.INFO):
        Status().capability("docker", True)
    assert not caplog.records


def test_counts():
    status = Status()
    status.dropped("limit", 3)
    status.dropped("limit")
    status.events_lost("docker")
    status.tunnel("https://a", True)
    assert status.dropped_total() == {"limit": 4}
    assert status.events_lost_total() == {"docker": 1}
    status.answered(200)
    status.answered(200)
    assert status.answers_total() == {"200": 2}
    assert status.tunnels() == {"https://a": True}
