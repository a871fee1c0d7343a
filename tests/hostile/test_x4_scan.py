"""X4: a scan must not make the probe's page or memory grow without bounds."""

import tracemalloc

from promscope_exporter.edges.accounting import Ledger
from promscope_exporter.edges.connection import Socket
from promscope_exporter.edges.table import Table, fold_edge, fold_inbound
from promscope_exporter.sources import sockdiag
from promscope_exporter.sources.address import text
from tests.hostile.exposition import container_page, process_page
from tests.unit.exporter.edges.simulation import row
from tests.unit.exporter.fakes import record, samples

LIMIT = 1500


def test_ten_thousand_peers_are_folded_and_counted():
    folded = []
    edges = Table(LIMIT, fold_edge, lambda: folded.append(1))

    def place(connection):
        peer = connection.client.socket.facts
        address = text((0x0A000000 + peer).to_bytes(4, "big"))
        key = ("host:abc", "machine", "nmap", address, "80", "tcp", None, None)
        return edges.at(key, now)

    ledger = Ledger(lambda _, one: Socket(one[6], True, True, one[6]), place)
    now = 0.0
    tracemalloc.start()
    try:
        for scan in range(5):
            for peer in range(10_000):
                one = row(scan * 10_000 + peer, state=sockdiag.CLOSE, acked=12, sent=10, received=1)
                ledger.ended("host", one, now)
            ledger.settle(now)
            now += 0.5
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(edges) == LIMIT + 1
    assert len(folded) == 50_000 - LIMIT
    assert sum(counters.transmitted for _, counters in edges.items()) == 500_000
    assert sum(counters.connects for _, counters in edges.items()) == 50_000
    assert used < 6_000_000


def test_ten_thousand_attempts_that_fail_are_folded_too():
    edges = Table(LIMIT, fold_edge, lambda: None)

    def place(connection):
        port = str(connection.client.socket.facts % 60_000 + 1)
        return edges.at(("host:abc", "machine", "nmap", "10.0.0.1", port, "tcp", None, None), 0.0)

    ledger = Ledger(lambda _, one: Socket(one[6], True, False, one[6]), place)
    for attempt in range(10_000):
        ledger.ended("host", row(attempt, state=sockdiag.CLOSE), 0.0)
        ledger.settle(0.0)
    assert len(edges) == LIMIT + 1
    assert sum(counters.failed for _, counters in edges.items()) == 10_000


def test_ten_thousand_strangers_at_one_port_are_folded():
    inbound = Table(LIMIT, fold_inbound, lambda: None)
    for peer in range(10_000):
        address = text((0x08000000 + peer).to_bytes(4, "big"))
        inbound.at(("host:abc", "machine", "sshd", "22", "tcp", address), 0.0).connects += 1
    assert len(inbound) == LIMIT + 1
    last = [counters for key, counters in inbound.items() if key[5] == "other:public"]
    assert [counters.connects for counters in last] == [10_000 - LIMIT]


def test_ten_thousand_containers_stay_within_the_limit(tmp_path):
    many = [record(f"{number:012x}" + "a" * 52, name=f"c{number}") for number in range(10_000)]
    page = container_page(tmp_path, *many, limit=20_000)
    assert len(page) == 20_000
    assert page.dropped["limit"] > 60_000


def test_a_scan_of_commands_is_other(tmp_path):
    found = samples(process_page(tmp_path, *(f"scan{number}" for number in range(400))))
    instances = {name: value for name, value in found.items() if "_instances{" in name}
    assert len(instances) == 65
    assert sum(instances.values()) == 400
