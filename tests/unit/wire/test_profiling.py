import asyncio
import threading

import pytest

from promscope_wire.profiling import Busy, Profiler


async def test_cpu_names_who_used_it():
    end = threading.Event()

    def busy_with_nothing():
        while not end.is_set():
            sum(range(1000))

    thread = threading.Thread(target=busy_with_nothing, name="burner")
    thread.start()
    try:
        folded = ""
        async with asyncio.timeout(60):
            while "burner" not in folded:
                folded = await Profiler().profile("cpu", 0.5)
    finally:
        end.set()
        thread.join()
    line = next(line for line in folded.splitlines() if "burner" in line)
    stack, _, microseconds = line.rpartition(" ")
    assert stack.startswith("burner;")
    assert ":busy_with_nothing" in stack
    assert int(microseconds) > 0


async def test_memory_names_what_is_held():
    held = []

    async def hold():
        while True:
            held.append("x" * 100_000 + str(len(held)))
            await asyncio.sleep(0.01)

    holding = asyncio.create_task(hold())
    text = ""
    async with asyncio.timeout(60):
        while "test_profiling.py" not in text:
            text = await Profiler().profile("memory", 0.5)
    holding.cancel()
    assert "resident bytes" in text


async def test_one_at_a_time_and_again_after_one_was_given_up():
    profiler = Profiler()
    first = asyncio.create_task(profiler.profile("cpu", 120.0))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await profiler.profile("cpu", 0.0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await profiler.profile("cpu", 0.0)
