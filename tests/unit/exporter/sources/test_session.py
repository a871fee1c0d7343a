"""The processes of a session, found and signalled."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from promscope_exporter.sources.session import signal_session


def test_a_session_ends_as_a_whole_and_no_other_process() -> None:
    script = "sleep 600 & sleep 600 & echo ready; wait"
    with (
        subprocess.Popen(
            ["sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True
        ) as one,
        subprocess.Popen(["sleep", "600"], start_new_session=True) as other,
    ):
        try:
            assert one.stdout is not None
            assert one.stdout.readline() == b"ready\n"
            # Here everything is in one control group: its path stands for a container's.
            group = Path(f"/proc/{one.pid}/cgroup").read_text()
            assert signal_session(one.pid, "0" * 64, signal.SIGKILL) == 0
            assert signal_session(one.pid, group, signal.SIGKILL) == 3
            one.wait(60)
            assert other.poll() is None
        finally:
            for process in (one, other):
                process.kill()
