"""What must hold of what leaves the probe, whatever was collected."""

from __future__ import annotations

import re

from promscope_exporter.exposition.page import OPENMETRICS, Page
from promscope_wire import frames
from promscope_wire.frames import ContainerRecord

_LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
_SAMPLE = re.compile(
    rf"promscope_[a-z0-9_]+(?:\{{{_LABEL}(?:,{_LABEL})*\}})? -?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?"
)


def sound(page: Page) -> int:
    """Check every line of both formats; the number of series. Raises AssertionError."""
    text = b"".join(page.render()).decode()
    for line in text.split("\n"):
        assert not line or line.startswith(("# HELP ", "# TYPE ")) or _SAMPLE.fullmatch(line), line
    assert b"".join(page.render(OPENMETRICS)).endswith(b"# EOF\n")
    return len(page)


def through_the_tunnel(*records: ContainerRecord) -> None:
    """The API understands what is sent, as it was meant. Raises AssertionError or InvalidFrame."""
    frame = frames.Inventory("epoch", 1, records)
    assert frames.decode_from_probe(frames.encode(frame)) == frame
