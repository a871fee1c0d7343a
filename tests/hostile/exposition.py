"""Pages made of hostile containers and processes, and what a reader makes of them."""

import subprocess

from promscope_exporter.collectors.container import ContainerCollector
from promscope_exporter.collectors.process import ProcessCollector
from promscope_exporter.exposition.page import Page
from tests.unit.exporter.fakes import FakeClock, Tree, context


def container_page(folder, *records, allowed=("*",), limit=100_000):
    clock = FakeClock()
    one = context(folder, clock, label_allow_list=allowed)
    Tree(folder / "proc").write("uptime", "1 1\n")
    for container in records:
        one.inventory.update("sync", container)
    page = Page(clock.monotonic(), 15.0, limit)
    ContainerCollector(one).collect(page)
    return page


def process_page(folder, *commands):
    """Of processes 10, 11, … with these names."""
    proc = Tree(folder / "proc")
    proc.write("uptime", "1000000 1\n")
    for number, comm in enumerate(commands):
        proc.process(10 + number, comm)
    clock = FakeClock()
    page = Page(clock.monotonic(), 15.0, 100_000)
    ProcessCollector(context(folder, clock)).collect(page)
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
