from __future__ import annotations

import pytest

from promscope_api.security.ratelimit import MAX_KEYS, Limiter, peer_key


class _Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_one_per_period_for_each_key() -> None:
    clock = _Time()
    limiter = Limiter(3, 10.0, clock)
    assert [limiter.allow("a") for _ in range(4)] == [True, True, True, False]
    assert limiter.allow("b")
    assert limiter.wait_seconds("a") == 10
    clock.now += 10
    assert limiter.wait_seconds("a") == 0
    assert [limiter.allow("a") for _ in range(2)] == [True, False]


def test_never_more_than_the_burst_however_long_nobody_came() -> None:
    clock = _Time()
    limiter = Limiter(2, 1.0, clock)
    limiter.allow("a")
    clock.now += 1e6
    assert [limiter.allow("a") for _ in range(3)] == [True, True, False]


def test_many_keys_use_bounded_memory() -> None:
    limiter = Limiter(1, 1e9)
    for number in range(MAX_KEYS + 10):
        limiter.allow(str(number))
    assert not limiter.allow(str(MAX_KEYS + 9))
    assert limiter.allow("0"), "the oldest is forgotten"


@pytest.mark.parametrize(
    ("peer", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_one_user_is_one_key(peer: str, key: str) -> None:
    assert peer_key(peer) == key
