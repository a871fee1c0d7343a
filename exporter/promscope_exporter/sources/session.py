"""The processes of a terminal in a container: found by their session, and ended with it.

Source: proc(5), /proc/PID/stat field 6; pidfd_open(2). It is /proc of this process's own pid
namespace that is read: only there does a number mean the process that a signal would reach.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_SESSION = 6


def signal_session(leader: int, container_id: str, number: signal.Signals) -> int:
    """Send a signal to every process of the leader's session; how many there were.

    Processes that are not of the container are never meant, whatever their numbers.
    """
    reached = 0
    for entry in _PROC.iterdir():
        if not entry.name.isdecimal():
            continue
        with suppress(OSError, ValueError, IndexError):
            handle = os.pidfd_open(int(entry.name))
            try:
                # Looked at after it was opened: the handle stays of this process.
                if _session(entry) == leader and container_id in (entry / "cgroup").read_text():
                    signal.pidfd_send_signal(handle, number)
                    reached += 1
            finally:
                os.close(handle)
    return reached


def _session(process: Path) -> int:
    # The name may have any characters; behind it, fields begin with the third.
    fields = (process / "stat").read_bytes().rpartition(b")")[2].split()
    return int(fields[_SESSION - 3])
