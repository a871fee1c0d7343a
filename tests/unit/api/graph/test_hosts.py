"""Hosts, their probes and their scrape targets."""

from __future__ import annotations

from promscope_api.graph.answers import Recalled
from promscope_api.graph.hosts import hosts
from promscope_api.prometheus.labels import TargetLabels
from tests.fleet.answers import HOST, HOST_ID, INSTANCE, JOB, Answers

PLACE = {"job": JOB, "instance": INSTANCE}


def test_host_with_its_numbers() -> None:
    answers = Answers().target().add("host_cpu", 1.5, **PLACE).add("host_cores", 4, **PLACE)
    answers.add("host_memory_total", 100, **PLACE).add("host_memory_available", 30, **PLACE)
    found, of_target = hosts(answers.round())
    host = found[HOST]
    assert (host.metrics.cpu, host.cores) == (1.5, 4)
    assert (host.metrics.memory, host.memory_total) == (70, 100)
    assert host.up
    assert of_target[JOB, INSTANCE] is host


def test_host_that_is_down_has_no_numbers_though_its_rates_last() -> None:
    found, _ = hosts(Answers().target(up=0).add("host_cpu", 1.5, **PLACE).round())
    assert found[HOST].metrics.cpu is None


def test_numbers_of_others_find_their_host_by_address_or_name() -> None:
    answers = Answers().target(instance="10.0.0.5:10180", hostname="box")
    answers.target("00000000000000ff", instance="[::1]:10180", hostname="other")
    answers.add("place_cpu", 1.5, place="10.0.0.5").add("place_load1", 0.5, place="box")
    answers.add("place_cpu", 2.5, place="[::1]").add("place_cpu", 9, place="nobody")
    found, _ = hosts(answers.round())
    assert (found[HOST].metrics.cpu, found[HOST].load1) == (1.5, 0.5)
    assert found["host:00000000000000ff"].metrics.cpu == 2.5
    assert found["host:00000000000000ff"].load1 is None


def test_memory_in_use_needs_both_numbers() -> None:
    found, _ = hosts(Answers().target().add("host_memory_total", 100, **PLACE).round())
    assert found[HOST].metrics.memory is None


def test_target_carries_what_its_scrape_reached() -> None:
    found, _ = hosts(Answers().target(epoch="e9", sequence=77, at=1234.5).round())
    target = found[HOST].latest
    assert (target.epoch, target.sequence, target.scraped_at) == ("e9", 77, 1234.5)


def test_failing_scrape_and_vanished_target_say_why() -> None:
    found, _ = hosts(Answers().target(up=0).round())
    assert not found[HOST].up
    assert "scrape of this probe failed" in found[HOST].latest.down_reason
    found, _ = hosts(Answers().target(up=None).round())
    assert not found[HOST].up
    assert "does not scrape" in found[HOST].latest.down_reason


def test_host_is_up_while_one_of_its_targets_is() -> None:
    found, _ = hosts(Answers().target(up=0).target(instance="other:1", at=1.0).round())
    assert found[HOST].up
    assert found[HOST].latest.instance == "other:1"


def test_a_target_is_the_host_it_says_it_is_now() -> None:
    former = {"host_id": "00000000000000ff", "hostname": "former", **PLACE}
    answers = Answers().add("probes", 1, **former).target()
    found, of_target = hosts(answers.round())
    assert list(found) == [HOST]
    assert of_target[JOB, INSTANCE].id == HOST


def test_facts_are_those_of_now_after_a_kernel_upgrade() -> None:
    answers = Answers().add("probes", 1, host_id=HOST_ID, kernel="6.1", **PLACE)
    answers.add("identities", 1, host_id=HOST_ID, kernel="6.18", **PLACE).target()
    assert hosts(answers.round())[0][HOST].kernel == "6.18"


def test_target_that_is_down_keeps_what_its_last_scrape_reached() -> None:
    past = Answers().add("sequence", 41, epoch="e4", **PLACE)
    labels = TargetLabels(JOB, INSTANCE)
    answers = (
        Answers().target(up=0).round(Recalled(labels, past.samples), last_scrapes={labels: 900.0})
    )
    target = hosts(answers)[0][HOST].latest
    assert (target.epoch, target.sequence, target.scraped_at) == ("e4", 41, 900.0)


def test_two_live_probes_with_one_host_id_are_shown() -> None:
    answers = Answers().target(epoch="e1").target(instance="clone:10180", epoch="e2")
    (only,) = hosts(answers.round())[0].values()
    (said,) = [item for item in only.degraded if item.capability == "host id"]
    assert INSTANCE in said.reason
    assert "clone:10180" in said.reason
    assert "--host.id" in said.reason


def test_one_probe_by_two_jobs_is_no_duplicate() -> None:
    answers = Answers().target().target(job="other")
    assert not hosts(answers.round())[0][HOST].degraded


def test_what_a_probe_cannot_do_is_listed() -> None:
    answers = Answers().target()
    answers.add("incapable", 0, capability="conntrack_bytes", **PLACE)
    answers.add("failed", 0, collector="edge", **PLACE)
    answers.add("build", 1, version="0.1.0", **PLACE)
    host = hosts(answers.round())[0][HOST]
    names = [item.capability for item in host.degraded]
    assert names == ["collector edge", "conntrack_bytes"]
    assert host.version == "0.1.0"


def test_series_without_a_host_id_are_no_host() -> None:
    assert hosts(Answers().target(host_id="").round())[0] == {}


def test_two_hosts_are_two() -> None:
    answers = Answers().target().target("00000000000000bb", "b:1")
    assert set(hosts(answers.round())[0]) == {HOST, "host:00000000000000bb"}
    assert HOST_ID in HOST
