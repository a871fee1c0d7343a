"""X5: two objects with one id, and labels that pose as those of the target."""

from prometheus_client.parser import text_string_to_metric_families

from tests.hostile.exposition import container_page, labels_of, promtool_accepts, text
from tests.unit.exporter.fakes import ID, record


def test_one_id_twice_gives_no_duplicate_sample(tmp_path):
    twin = record(ID[:12] + "f" * 52)
    page = container_page(tmp_path, record(), record("b" * 64), twin)
    lines = [line for line in text(page).splitlines() if not line.startswith("#")]
    names = [line.rpartition(" ")[0] for line in lines]
    assert len(names) == len(set(names))
    promtool_accepts(text(page))


def test_labels_cannot_pose_as_the_target(tmp_path):
    labels = {"instance": "other", "job": "other", "container_id": "other"}
    page = container_page(tmp_path, record(labels=labels))
    (info,) = labels_of(
        text_string_to_metric_families(text(page)), "promscope_container_label_info"
    )
    assert info["container_id"] == ID[:12]
    assert not {"instance", "job"} & set(info)
