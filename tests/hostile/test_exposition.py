"""X1 to X5: names, labels and numbers of objects meant to break the exposition."""

import os
import subprocess

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from promscope_exporter.collectors.container import ContainerCollector
from promscope_exporter.collectors.process import ProcessCollector
from promscope_exporter.exposition.labels import AllowList
from promscope_exporter.exposition.page import OPENMETRICS, Page
from promscope_exporter.exposition.series import MAX_VALUE_CHARACTERS
from tests.unit.exporter.fakes import ID, FakeClock, Tree, collect, context, record

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


def page_of(folder, *records, allowed=("*",), limit=100_000):
    clock = FakeClock()
    one = context(folder, clock, label_allow_list=allowed)
    Tree(folder / "proc").write("uptime", "1 1\n")
    for container in records:
        one.inventory.update("sync", container)
    page = Page(clock.monotonic(), 15.0, limit)
    ContainerCollector(one).collect(page)
    return page


def text(page, *form):
    return b"".join(page.render(*form)).decode()


def labels_of(families, name):
    return [
        sample.labels for family in families for sample in family.samples if sample.name == name
    ]


def promtool_accepts(exposition):
    subprocess.run(
        ["promtool", "check", "metrics"],
        input=exposition,
        text=True,
        capture_output=True,
        check=True,
    )


@pytest.mark.parametrize("evil", EVIL)
def test_x1_values_arrive_as_they_are(tmp_path, evil):
    page = page_of(tmp_path, record(name=evil, image=evil, labels={"team": evil}))
    promtool_accepts(text(page))
    plain = page_of(tmp_path, record(labels={"team": "a"}))
    assert len(page) == len(plain)
    families = list(openmetrics_families(text(page, OPENMETRICS)))
    (info,) = labels_of(families, "promscope_container_label_info")
    assert info["label_team"] == evil
    assert info["name"] == evil
    assert not labels_of(families, "promscope_fake_total")


def test_x1_a_megabyte_is_cut_with_a_mark(tmp_path):
    page = page_of(tmp_path, record(labels={"team": "x" * 1_000_000}))
    promtool_accepts(text(page))
    (info,) = labels_of(
        text_string_to_metric_families(text(page)), "promscope_container_label_info"
    )
    assert info["label_team"] == "x" * (MAX_VALUE_CHARACTERS - 1) + "…"


@pytest.mark.parametrize(
    "comm", [b"\xff\xfe", b"\xed\xa0\x80", b"a\xc3", b"caf\xc3\xa9", b"\x1b[2J"]
)
def test_x2_bytes_that_are_no_text(tmp_path, comm):
    proc = Tree(tmp_path / "proc")
    proc.write("uptime", "1000000 1\n")
    proc.process(10, comm, cmdline=comm)
    proc.process(11, "nginx")
    clock = FakeClock()
    page = Page(clock.monotonic(), 15.0, 1000)
    ProcessCollector(context(tmp_path, clock)).collect(page)
    promtool_accepts(text(page))
    names = {
        labels["process"]
        for labels in labels_of(
            openmetrics_families(text(page, OPENMETRICS)), "promscope_process_instances"
        )
    }
    assert names == {"nginx", comm.decode("utf-8", "backslashreplace")}


def test_x2_surrogates_in_a_container_name(tmp_path):
    page = page_of(tmp_path, record(name=os.fsdecode(b"web-\xff")), record("b" * 64))
    promtool_accepts(text(page))
    infos = labels_of(text_string_to_metric_families(text(page)), "promscope_container_info")
    assert {info["name"] for info in infos} == {"web-\ufffd", "web"}


def test_x3_names_of_labels(tmp_path):
    labels = {
        "__name__": "1", "le": "2", "a-b": "3", "a.b": "4", "": "5", "größe": "6", "job": "7",
        'x"} 1\n': "8", "0": "9",
    }  # fmt: skip
    picked = AllowList(("*",)).pick(labels)
    assert "5" not in picked.values()
    assert sorted(picked.values()) == list("12346789")
    assert picked["label___name__"] == "1"
    assert all(name.isidentifier() and name.isascii() for name in picked)
    assert all(name.startswith("label_") for name in picked)
    assert {name[:10] for name, value in picked.items() if value in "34"} == {"label_a_b_"}
    assert picked == AllowList(("*",)).pick(dict(reversed(labels.items())))
    promtool_accepts(text(page_of(tmp_path, record(labels=labels))))


def test_x4_ten_thousand_containers_and_commands(tmp_path):
    many = [record(f"{number:012x}" + "a" * 52, name=f"c{number}") for number in range(10_000)]
    page = page_of(tmp_path, *many, limit=20_000)
    assert len(page) == 20_000
    assert page.dropped["limit"] > 60_000


def test_x4_a_scan_of_commands_is_other(tmp_path):
    proc = Tree(tmp_path / "proc")
    proc.write("uptime", "1000000 1\n")
    for number in range(400):
        proc.process(10 + number, f"scan{number}")
    found = collect(ProcessCollector(context(tmp_path)), FakeClock())
    instances = {name: value for name, value in found.items() if "_instances{" in name}
    assert len(instances) == 65
    assert sum(instances.values()) == 400


def test_x5_one_id_twice_gives_no_duplicate_sample(tmp_path):
    twin = record(ID[:12] + "f" * 52)
    page = page_of(tmp_path, record(), record("b" * 64), twin)
    lines = [line for line in text(page).splitlines() if not line.startswith("#")]
    names = [line.rpartition(" ")[0] for line in lines]
    assert len(names) == len(set(names))
    promtool_accepts(text(page))


def test_x5_labels_cannot_pose_as_the_target(tmp_path):
    labels = {"instance": "other", "job": "other", "container_id": "other"}
    page = page_of(tmp_path, record(labels=labels))
    (info,) = labels_of(
        text_string_to_metric_families(text(page)), "promscope_container_label_info"
    )
    assert info["container_id"] == ID[:12]
    assert not {"instance", "job"} & set(info)
