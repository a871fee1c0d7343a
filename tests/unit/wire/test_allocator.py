import subprocess
import sys

import pytest

from promscope_wire import allocator

MEGABYTE = 1 << 20
PROGRAM = """
import os
from promscope_wire.allocator import keep_little
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE")
if {kept}:
    keep_little()
bytes(30 << 20)  # from now on the C library has a heap for buffers of that size
before = resident()
buffers = [bytearray(b"x" * (1 << 20)) for _ in range(40)]
del buffers[:-1]
print(resident() - before)
"""


def left(*, kept: bool) -> int:
    """Resident bytes that stay when of 40 MB all but the last has been freed."""
    program = [sys.executable, "-c", PROGRAM.format(kept=kept)]
    return int(subprocess.run(program, check=True, capture_output=True, text=True).stdout)


def test_what_is_free_is_given_back():
    assert left(kept=True) < 10 * MEGABYTE


def test_another_c_library_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda _: object())
    allocator.keep_little()
