"""The reference of all metrics (docs/metrics/README.md), made from the catalogue.

`python -m promscope_exporter.exposition.reference docs/metrics/README.md` writes it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from promscope_exporter.exposition.catalogue import Family, families

_SECTIONS = (
    ("promscope_host_", "Host"),
    ("promscope_container_", "Containers"),
    ("promscope_process_", "Processes, summed per command"),
    ("promscope_endpoint_", "Addresses and listeners"),
    ("promscope_listen_", "Addresses and listeners"),
    ("promscope_edge_", "Connections, client side"),
    ("promscope_inbound_", "Connections, server side, from peers that this host does not own"),
    ("", "The exporter about itself"),
)
_INTRODUCTION = """\
# Metrics of promscope-exporter

Made from the exporter's catalogue: change `exposition/catalogue.py`, then run
`python -m promscope_exporter.exposition.reference docs/metrics/README.md`.

- A label in brackets is left out where its value is not known; labels are never empty.
- What is not known has no series: 0 means that nothing was counted, never that nothing is known.
- Counters of objects that appear while the exporter runs are 0 for one scrape interval, because
  Prometheus never counts the first sample of a series; then they tell the truth.
- Objects that are gone stay for at least two collections and two and a half scrape intervals
  (a container with the state `removed`); a command, and an edge, for ten minutes after its last
  process or connection.
- `owner`, `source`, `target`: a node id, such as `container:4f1c2a9b7d3e` or
  `host:6ca545a05b0d478e`.
- Label values longer than 1,024 characters are cut and end in `…`.
"""


def render() -> str:
    """The whole page as Markdown."""
    return _INTRODUCTION + "".join(_sections())


def _sections() -> Iterator[str]:
    title = ""
    for family in families():
        section = next(name for beginning, name in _SECTIONS if family.name.startswith(beginning))
        if section != title:
            title = section
            yield f"\n## {title}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n"
        yield f"| `{family.name}` | {family.type} | {_labels(family)} | {_cell(family.help)} |\n"


def _labels(family: Family) -> str:
    names = [f"[{name}]" if name in family.optional else name for name in family.labels]
    if family.open_labels:
        names.append("label_…")
    return ", ".join(f"`{name}`" for name in names)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
