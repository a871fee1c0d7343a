import subprocess

import pytest

from promscope_exporter.sources.procevents import ProcEvent, ProcEvents
from tests.unit.exporter.namespaces import needs_root, until


@pytest.fixture
def events():
    made = ProcEvents()
    yield made
    made.close()


@needs_root
def test_a_program_that_begins_and_its_end_are_told(events):
    heard = []

    def told(event):
        heard.extend(events.read())
        return event in heard

    with subprocess.Popen(["sleep", "1000"]) as process:
        until(lambda: told(ProcEvent("exec", process.pid)), 60)
        assert ProcEvent("exit", process.pid) not in heard
        process.kill()
    until(lambda: told(ProcEvent("exit", process.pid)), 60)


@needs_root
@pytest.mark.parametrize("length", [0, 16, 40, 75])
def test_what_is_no_event_is_left_out(events, length, monkeypatch):
    class Said:
        overruns = 0

        def read(self):
            return [(None, bytes(length))]

        def close(self):
            pass

    events.close()
    monkeypatch.setattr(events, "_events", Said())
    assert events.read() == []
