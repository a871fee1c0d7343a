"""Reverse DNS: beside the rounds, bounded, and never trusted to be a name."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from promscope_api.graph import reverse_dns as module
from promscope_api.graph.reverse_dns import ReverseDns, look_up
from tests.acceptance.patience import until


def known(dns: ReverseDns, ip: str) -> Callable[[], bool]:
    return lambda: ip in dns.names([ip])


def test_name_is_there_in_a_later_round_and_asked_for_once() -> None:
    asked: list[str] = []

    def name(ip: str) -> str:
        asked.append(ip)
        return "db.example."

    dns = ReverseDns(name)
    assert dns.names(["192.0.2.1"]) == {}
    until(known(dns, "192.0.2.1"), "a name")
    assert dns.names(["192.0.2.1"]) == {"192.0.2.1": "db.example"}
    assert asked == ["192.0.2.1"]


def test_server_that_never_answers_holds_up_nobody_and_is_asked_little() -> None:
    never = threading.Event()
    dns = ReverseDns(lambda _ip: str(never.wait()))
    many = [f"192.0.{n // 250}.{n % 250}" for n in range(2 * module.MAX_WAITING)]
    for _ in range(3):
        assert dns.names(many) == {}
    assert dns._queue.qsize() <= module.MAX_WAITING
    never.set()


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "a b", "x" * 300, "\x1b[2J", "", "ü.example"]
)
def test_what_is_no_host_name_is_no_name(name: str) -> None:
    answers = {"192.0.2.1": name, "192.0.2.2": "good.example"}
    dns = ReverseDns(answers.__getitem__)
    dns.names(answers)
    until(known(dns, "192.0.2.2"), "the good name")
    until(lambda: not dns._wanted, "all answers")
    assert dns.names(answers) == {"192.0.2.2": "good.example"}


def test_old_names_are_asked_for_again_and_shown_meanwhile() -> None:
    names = iter(("one.example", "two.example"))
    moment = [0.0]
    dns = ReverseDns(lambda _ip: next(names), lambda: moment[0])
    dns.names(["192.0.2.1"])
    until(known(dns, "192.0.2.1"), "a name")
    moment[0] = module.REMEMBERED_SECONDS + 1
    assert dns.names(["192.0.2.1"]) == {"192.0.2.1": "one.example"}
    until(lambda: dns.names(["192.0.2.1"]) == {"192.0.2.1": "two.example"}, "the new name")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 10)
    dns = ReverseDns(lambda ip: f"host-{ip}.example")
    dns.names([f"192.0.2.{n}" for n in range(100)])
    until(lambda: not dns._wanted, "all answers")
    assert len(dns._known) == 10


def test_address_without_a_name() -> None:
    assert look_up("") == ""
