from promscope_wire.web.bucket import Bucket


def test_a_burst_and_then_one_per_interval() -> None:
    now = [0.0]
    bucket = Bucket(2.0, 3, lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 1.9
    assert not bucket.take()
    now[0] = 2.0
    assert [bucket.take() for _ in range(2)] == [True, False]
    now[0] = 1000.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_no_interval_is_no_limit() -> None:
    bucket = Bucket(0.0, 0)
    assert all(bucket.take() for _ in range(100))
