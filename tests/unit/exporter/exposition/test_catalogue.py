"""Names, types and labels cannot change once users have data: `families.txt` pins them all."""

import re
from pathlib import Path

import pytest

from promscope_exporter.exposition.catalogue import TARGET_LABELS, families

PINNED = Path(__file__).with_name("families.txt")


def line(family):
    labels = ",".join(f"{one}?" if one in family.optional else one for one in family.labels)
    return f"{family.name} {family.type} {{{labels}{',*' if family.open_labels else ''}}}"


def test_every_family_is_pinned():
    assert [line(family) for family in families()] == PINNED.read_text().splitlines()


def test_no_name_twice():
    names = [family.name for family in families()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("family", families(), ids=lambda family: family.name)
class TestFamily:
    def test_no_label_equals_a_target_label(self, family):
        assert not TARGET_LABELS & set(family.labels)

    def test_labels_are_well_formed_and_distinct(self, family):
        assert all(re.fullmatch("[a-z][a-z0-9_]*", label) for label in family.labels)
        assert len(set(family.labels)) == len(family.labels)
        assert set(family.optional) <= set(family.labels)

    def test_help_is_there(self, family):
        assert family.help.endswith(".")
        assert f"# HELP {family.name} " in family.header()
        assert f"# TYPE {family.name} {family.type}\n" in family.header()

    def test_name_follows_the_type(self, family):
        assert family.name.startswith(("promscope_", "process_"))
        assert family.name.endswith("_total") == (family.type == "counter")
