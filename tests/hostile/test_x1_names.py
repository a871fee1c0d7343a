"""X1: names, labels, images and commands meant to break out of their line of the exposition."""

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from promscope_exporter.exposition.page import OPENMETRICS
from promscope_exporter.exposition.series import MAX_VALUE_CHARACTERS
from tests.hostile.exposition import (
    container_page,
    labels_of,
    process_page,
    promtool_accepts,
    text,
)
from tests.unit.exporter.fakes import record

EVIL = [
    'quote " backslash \\ newline \n end',
    "# TYPE promscope_container_info counter",
    '"} 1\npromscope_fake_total 5\n# HELP x',
    "nul \x00 cr \r tab \t",
    "line separators \u2028 \u2029 \u0085",
    '\\n \\\\ \\"',
    "<img src=x onerror=alert(1)>",
    "\u202ebidi\u202c 🐳 é",
]


@pytest.mark.parametrize("evil", EVIL)
def test_values_arrive_as_they_are(tmp_path, evil):
    page = container_page(tmp_path, record(name=evil, image=evil, labels={"team": evil}))
    promtool_accepts(text(page))
    plain = container_page(tmp_path, record(labels={"team": "a"}))
    assert len(page) == len(plain)
    families = list(openmetrics_families(text(page, OPENMETRICS)))
    (info,) = labels_of(families, "promscope_container_label_info")
    assert info["label_team"] == evil
    assert info["name"] == evil
    assert not labels_of(families, "promscope_fake_total")


def test_a_megabyte_is_cut_with_a_mark(tmp_path):
    page = container_page(tmp_path, record(labels={"team": "x" * 1_000_000}))
    promtool_accepts(text(page))
    (info,) = labels_of(
        text_string_to_metric_families(text(page)), "promscope_container_label_info"
    )
    assert info["label_team"] == "x" * (MAX_VALUE_CHARACTERS - 1) + "…"


@pytest.mark.parametrize("comm", [b'"} 1\n# X', b"a\\", b"a) S 1 (b", b"\x00\r\t", b") ) ("])
def test_commands_arrive_as_they_are(tmp_path, comm):
    """The kernel cuts names at 15 bytes and allows any byte in them but NUL."""
    page = process_page(tmp_path, comm, "nginx")
    promtool_accepts(text(page))
    families = openmetrics_families(text(page, OPENMETRICS))
    found = labels_of(families, "promscope_process_instances")
    assert {labels["process"] for labels in found} == {comm.decode().strip(), "nginx"}
