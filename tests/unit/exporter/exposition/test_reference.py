from pathlib import Path

from promscope_exporter.exposition.catalogue import families
from promscope_exporter.exposition.reference import render

CHECKED_IN = Path(__file__).parents[4] / "docs/metrics/README.md"


def test_checked_in_reference_is_the_catalogue():
    assert CHECKED_IN.read_text(encoding="utf-8") == render()


def test_every_family_is_in_it():
    page = render()
    assert all(f"| `{family.name}` | {family.type} |" in page for family in families())
