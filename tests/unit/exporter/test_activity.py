from promscope_exporter.activity import MAX_OPEN, Activities
from promscope_wire.frames import EdgeState, ProcessEvent

STARTED = ProcessEvent("exec", "container:0123456789ab", 7, "sh")


def edge(number=1, *, is_open=True):
    return EdgeState("container:0123456789ab", "192.0.2.1", number, "tcp", is_open)


class Listener:
    def __init__(self, activities):
        self.heard = []
        self.stop = activities.listen(lambda *batch: self.heard.append(batch))


def test_nobody_is_told_until_somebody_listens():
    activities = Activities()
    assert not activities.watched
    activities.tell([edge()])
    one = Listener(activities)
    assert activities.watched
    assert one.heard == []
    assert activities.open_edges() == (edge(),)
    one.stop()
    assert not activities.watched
    activities.tell([edge(2)], [STARTED])
    assert one.heard == []


def test_what_is_as_it_was_is_no_news():
    activities = Activities()
    one, other = Listener(activities), Listener(activities)
    activities.tell([edge()])
    activities.tell([edge()])
    activities.tell([edge(2, is_open=False)])
    activities.tell([edge(is_open=False)])
    activities.tell()
    assert one.heard == [([edge()], (), 0), ([edge(is_open=False)], (), 0)]
    assert other.heard == one.heard
    assert activities.open_edges() == ()


def test_processes_and_losses_are_passed_on():
    activities = Activities()
    one = Listener(activities)
    activities.tell(processes=[STARTED], lost=3)
    activities.tell(lost=1)
    assert one.heard == [([], [STARTED], 3), ([], (), 1)]


def test_open_edges_have_a_limit():
    activities = Activities()
    activities.tell([edge(number) for number in range(MAX_OPEN + 50)])
    assert len(activities.open_edges()) == MAX_OPEN
    activities.tell([edge(0, is_open=False), edge(9999)])
    assert edge(9999) in activities.open_edges()
