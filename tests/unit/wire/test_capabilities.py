import re
from pathlib import Path

import pytest

from promscope_wire.capabilities import LOST, lost

SOURCES = Path(__file__).parents[3] / "exporter" / "promscope_exporter"


def test_every_capability_the_probe_tells_of_has_its_words() -> None:
    told = {
        name
        for file in SOURCES.rglob("*.py")
        for name in re.findall(r'\.capability\(\s*"(\w+)"', file.read_text())
    }
    assert told | {"conntrack_bytes", "bridge_netfilter"} == set(LOST)


@pytest.mark.parametrize("name", LOST)
def test_the_words_say_what_is_lost_and_the_remedy(name: str) -> None:
    loss, remedy = lost(name).split("; ", 1)
    assert loss
    assert re.match(r"(start|boot|run|allow|set|load) ", remedy)


def test_a_newer_probes_capability_is_named() -> None:
    assert "telepathy" in lost("telepathy")
