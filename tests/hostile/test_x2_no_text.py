"""X2: bytes that are no text, in names of commands, command lines, folders and containers."""

import os

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from promscope_exporter.exposition.page import OPENMETRICS
from promscope_exporter.live.processes import LiveProcesses
from promscope_wire import frames
from tests.hostile.exposition import (
    container_page,
    labels_of,
    process_page,
    promtool_accepts,
    text,
)
from tests.unit.exporter.fakes import HOST, FakeClock, Tree, context, record

NO_TEXT = [b"\xff\xfe", b"\xed\xa0\x80", b"a\xc3", b"caf\xc3\xa9", b"\x1b[2J"]


@pytest.mark.parametrize("comm", NO_TEXT)
def test_a_command_costs_no_other_process(tmp_path, comm):
    page = process_page(tmp_path, comm, "nginx")
    promtool_accepts(text(page))
    found = labels_of(openmetrics_families(text(page, OPENMETRICS)), "promscope_process_instances")
    names = {labels["process"] for labels in found}
    assert names == {"nginx", comm.decode("utf-8", "backslashreplace")}


def test_surrogates_in_a_container_name(tmp_path):
    page = container_page(tmp_path, record(name=os.fsdecode(b"web-\xff")), record("b" * 64))
    promtool_accepts(text(page))
    infos = labels_of(text_string_to_metric_families(text(page)), "promscope_container_info")
    assert {info["name"] for info in infos} == {"web-\ufffd", "web"}


@pytest.mark.parametrize("raw", NO_TEXT)
def test_command_line_and_folder_go_through_the_tunnel(tmp_path, raw):
    proc = Tree(tmp_path / "proc")
    proc.write("uptime", "1000000 1\n")
    proc.write("stat", "cpu  1 1 1 1 1 1 1 1 0 0\nbtime 1900000000\n")
    proc.process(10, raw, cmdline=b"/bin/x\0" + raw + b"\0")
    (proc.root / "10" / "cwd").symlink_to(os.fsdecode(b"/home/" + raw))
    (one,) = LiveProcesses(context(tmp_path, FakeClock()))(HOST.node)
    answer = frames.Answer("1", (one,))
    assert frames.decode_from_probe(frames.encode(answer)) == answer
    shown = raw.decode("utf-8", "backslashreplace")
    assert shown in one.command_line
    assert one.working_directory == f"/home/{shown}"
