"""R3: the socket of an engine that is replaced, by another engine or by something else."""

from pathlib import Path

from tests.hostile.test_exporter import probing, scrape
from tests.unit.exporter.fakes import ID, OTHER_ID, FakeEngine, inspected, until

NODE, OTHER = f"container:{ID[:12]}", f"container:{OTHER_ID[:12]}"


def state(probe, node):
    found = probe.context.inventory.containers().get(node)
    return found.record.state if found else ""


async def test_another_engine_at_the_same_place(tmp_path):
    first = FakeEngine(tmp_path)
    async with first:
        first.containers[ID] = inspected()
        async with probing(first) as (probe, address):
            await until(lambda: state(probe, NODE) == "running")
            await first.stop()
            async with FakeEngine(tmp_path) as second:
                second.containers[OTHER_ID] = inspected(OTHER_ID, Name="/db")
                await until(lambda: state(probe, OTHER) == "running", 60)
                assert state(probe, NODE) in ("removed", "")
                text = await scrape(address)
                assert 'collector_success{collector="container"} 1' in text
            first._server = second._server  # the context of the first has nothing left to stop


async def test_what_is_no_socket_costs_the_containers_freshness_only(tmp_path):
    fake = FakeEngine(tmp_path)
    path = Path(fake.address.removeprefix("unix://"))
    async with fake:
        fake.containers[ID] = inspected()
        async with probing(fake) as (probe, address):
            await until(lambda: state(probe, NODE) == "running")
            await fake.stop()
            for make in (path.mkdir, lambda: path.write_text("x"), lambda: path.symlink_to(path)):
                make()
                await until(lambda: probe.context.inventory.stale, 60)
                text = await scrape(address)
                assert f'promscope_container_info{{container_id="{ID[:12]}"' in text
                assert 'collector_success{collector="container"} 0' in text
                assert 'collector_success{collector="process"} 1' in text
                path.rmdir() if path.is_dir() else path.unlink()
            async with FakeEngine(tmp_path) as again:
                again.containers[ID] = inspected()
                await until(lambda: not probe.context.inventory.stale, 60)
            fake._server = again._server


async def test_two_engines_of_which_one_is_away(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    async with FakeEngine(tmp_path / "one") as one, FakeEngine(tmp_path / "two") as two:
        one.containers[ID] = inspected()
        two.containers[OTHER_ID] = inspected(OTHER_ID, Name="/db")
        async with probing(one, docker_hosts=(one.address, two.address)) as (probe, address):
            await until(lambda: state(probe, NODE) == state(probe, OTHER) == "running")
            await two.stop()
            await until(lambda: two.address in probe.context.inventory.stale, 60)
            one.tell("destroy")
            await until(lambda: state(probe, NODE) == "removed")
            assert state(probe, OTHER) == "running", "what one engine lists says nothing of another"
            text = await scrape(address)
            assert 'promscope_exporter_capability{capability="docker"} 0' in text
