"""X3: names of container labels that no metric label can have, or that collide."""

from promscope_exporter.exposition.labels import AllowList
from tests.hostile.exposition import container_page, promtool_accepts, text
from tests.unit.exporter.fakes import record

LABELS = {
    "__name__": "1", "le": "2", "a-b": "3", "a.b": "4", "": "5", "größe": "6", "job": "7",
    'x"} 1\n': "8", "0": "9",
}  # fmt: skip


def test_each_gets_a_name_of_its_own():
    picked = AllowList(("*",)).pick(LABELS)
    assert "5" not in picked.values()
    assert sorted(picked.values()) == list("12346789")
    assert picked["label___name__"] == "1"
    assert all(name.isidentifier() and name.isascii() for name in picked)
    assert all(name.startswith("label_") for name in picked)
    assert {name[:10] for name, value in picked.items() if value in "34"} == {"label_a_b_"}


def test_the_order_of_labels_changes_nothing():
    allowed = AllowList(("*",))
    assert allowed.pick(LABELS) == allowed.pick(dict(reversed(LABELS.items())))


def test_prometheus_accepts_them(tmp_path):
    promtool_accepts(text(container_page(tmp_path, record(labels=LABELS))))
