import threading

import pytest

from promscope_exporter.collectors.worker import Worker


async def test_calls_run_one_after_the_other_in_one_thread():
    worker = Worker()
    threads = [await worker.run(threading.get_ident) for _ in range(3)]
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()
    worker.end()


async def test_exceptions_come_back():
    worker = Worker()
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 / 0)
    assert await worker.run(lambda: 7) == 7
    worker.end()


async def test_a_cancelled_future_harms_nothing():
    worker = Worker()
    release = threading.Event()
    held = worker.run(release.wait)
    held.cancel()
    release.set()
    assert await worker.run(lambda: 7) == 7
    worker.end()


async def test_end_lets_the_thread_go():
    worker = Worker()
    thread = await worker.run(threading.current_thread)
    worker.end()
    thread.join(60)
    assert not thread.is_alive()
