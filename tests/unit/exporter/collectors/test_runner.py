import asyncio
import logging
import threading

import pytest

from promscope_exporter.collectors.registry import Partial, Registration
from promscope_exporter.collectors.runner import Runner
from promscope_exporter.exposition import catalogue
from promscope_exporter.exposition.series import series
from tests.unit.exporter.fakes import FakeClock, context, samples

LOAD = series(catalogue.HOST_LOAD1)
FREE = series(catalogue.HOST_MEMORY_FREE)


class Steady:
    def __init__(self, _):
        self.closed = False

    def collect(self, page):
        page.write(LOAD, 1)

    def close(self):
        self.closed = True


class Acting:
    """Does what the test says."""

    def __init__(self, act):
        self.act = act
        self.closed = False

    def collect(self, page):
        page.write(FREE, 2)
        self.act(page)

    def close(self):
        self.closed = True


def runner(tmp_path, *acting, clock=None, **settings):
    made = {"steady": Registration("steady", Steady, True, 10)}
    for number, one in enumerate(acting):
        made[f"acting{number}"] = Registration(f"acting{number}", lambda _, one=one: one, True, 5)
    found = context(tmp_path, clock or FakeClock(), **settings)
    return Runner(found, dict(reversed(made.items())), collector_deadline=1, pass_deadline=30)


def success(page):
    found = samples(page)
    prefix = "promscope_scrape_collector_success"
    return {name.split('"')[1]: value for name, value in found.items() if name.startswith(prefix)}


async def test_collects_and_tells_about_it(tmp_path):
    page = await runner(tmp_path).collect()
    found = samples(page)
    assert found["promscope_host_load1"] == 1
    assert success(page) == {"steady": 1}
    assert 'promscope_scrape_collector_duration_seconds{collector="steady"}' in found


@pytest.mark.parametrize(
    "error", [RuntimeError("no"), OSError("no"), Partial("half"), KeyError("k")]
)
async def test_a_failing_collector_costs_itself_only(tmp_path, caplog, error):
    def fail(page):
        raise error

    one = runner(tmp_path, Acting(fail))
    for _ in range(3):
        page = await one.collect()
        assert success(page) == {"acting0": 0, "steady": 1}
        assert samples(page)["promscope_host_memory_free_bytes"] == 2
        assert samples(page)["promscope_host_load1"] == 1
    assert len([entry for entry in caplog.records if "acting0" in entry.message]) == 1


async def test_one_that_cannot_be_made(tmp_path):
    def fail(_):
        raise RuntimeError("no socket")

    registrations = {
        "bad": Registration("bad", fail, True, 1),
        "steady": Registration("steady", Steady, True, 2),
    }
    page = await Runner(context(tmp_path), registrations).collect()
    assert success(page) == {"bad": 0, "steady": 1}


async def test_recovery_is_told(tmp_path, caplog):
    state = {"fails": True}

    def act(page):
        if state["fails"]:
            raise RuntimeError("no")

    one = runner(tmp_path, Acting(act))
    await one.collect()
    state["fails"] = False
    with caplog.at_level(logging.INFO):
        assert success(await one.collect())["acting0"] == 1
    assert "works again" in caplog.text


async def test_a_hanging_collector_is_left_out_until_it_comes_back(tmp_path):
    release = threading.Event()
    threads = set()

    def act(page):
        threads.add(threading.get_ident())
        release.wait(30)
        page.write(series(catalogue.HOST_LOAD5), 3)

    one = runner(tmp_path, Acting(act))
    first = await one.collect()
    assert success(first) == {"acting0": 0, "steady": 1}
    assert success(await one.collect())["acting0"] == 0
    assert len(threads) == 1
    before = samples(first)
    release.set()
    async with asyncio.timeout(60):
        while success(await one.collect())["acting0"] == 0:
            await asyncio.sleep(0.01)
    assert samples(first) == before
    assert "promscope_host_load5" not in before
    await one.close()


async def test_scrapes_at_one_time_share_a_collection(tmp_path):
    calls = []
    one = runner(tmp_path, Acting(calls.append))
    pages = await asyncio.gather(*(one.collect() for _ in range(20)))
    assert len(calls) <= 2
    assert all(samples(page) for page in pages)


async def test_named_collectors_only(tmp_path):
    one = runner(tmp_path, Acting(lambda _: None))
    assert set(success(await one.collect(["steady"]))) == {"steady"}
    with pytest.raises(KeyError, match="nothing"):
        await one.collect(["steady", "nothing"])


async def test_drops_are_counted_over_collections(tmp_path):
    def act(page):
        for number in range(5):
            page.write(series(catalogue.HOST_CPU_SECONDS, str(number)), 1)

    clock = FakeClock()
    one = runner(tmp_path, Acting(act), clock=clock, series_limit=3)
    name = 'promscope_series_dropped_total{reason="limit"}'
    assert samples(await one.collect())[name] == 0
    clock.pass_time(15)
    assert samples(await one.collect())[name] == 8


async def test_close_closes_every_collector(tmp_path):
    acting = Acting(lambda _: None)
    one = runner(tmp_path, acting)
    await one.collect()
    await one.close()
    assert acting.closed


async def test_close_does_not_wait_for_a_hanging_one(tmp_path):
    release = threading.Event()
    acting = Acting(lambda _: release.wait(30))
    one = runner(tmp_path, acting)
    await one.collect()
    async with asyncio.timeout(60):
        await one.close()
    assert not acting.closed
    release.set()


async def test_a_client_that_goes_away_does_not_end_the_collection_of_others(tmp_path):
    one = runner(tmp_path)
    first, second = (asyncio.create_task(one.collect()) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert samples(await second)["promscope_host_load1"] == 1


@pytest.mark.parametrize("offset", [0.1, 7.5, 13.6, 14.9])
async def test_every_server_that_scrapes_sees_a_newborn_at_zero_first(tmp_path, offset):
    born = series(catalogue.HOST_CPU_SECONDS, "new", newborn=True)
    alive = []
    acting = Acting(lambda page: page.write(born, 5) if alive else None)
    clock = FakeClock()
    one = runner(tmp_path, acting, clock=clock)
    seen = {"first": [], "second": []}
    for turn in range(5):
        for server, pause in (("first", offset), ("second", 15 - offset)):
            found = samples(await one.collect())
            seen[server] += [value for name, value in found.items() if 'mode="new"' in name]
            clock.pass_time(pause)
        if turn == 1:
            alive.append(True)
    assert [values[0] for values in seen.values()] == [0, 0]
    assert [values[-1] for values in seen.values()] == [5, 5]


async def test_one_server_alone_sees_the_zero_once(tmp_path):
    born = series(catalogue.HOST_CPU_SECONDS, "new", newborn=True)
    clock = FakeClock()
    one = runner(tmp_path, Acting(lambda page: page.write(born, 5)), clock=clock)
    seen = []
    for _ in range(3):
        found = samples(await one.collect())
        seen += [value for name, value in found.items() if 'mode="new"' in name]
        clock.pass_time(14.5)
    assert seen == [0, 5, 5]
