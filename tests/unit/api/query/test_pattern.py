"""Regular expressions on RE2."""

from __future__ import annotations

import pytest

from promscope_api.query.pattern import MAX_PATTERN, BadPattern, pattern


def test_a_pattern_is_looked_for_anywhere() -> None:
    assert pattern("redis.*7")("docker.io/redis:7")
    assert not pattern("^redis")("docker.io/redis:7")
    assert pattern("(?i)REDIS")("redis")


def test_any_text_can_be_looked_at() -> None:
    assert not pattern("a")("\udcff")
    assert pattern("é☃")("xé☃")


def test_p1_evil_patterns_take_no_time() -> None:
    assert not pattern("^(a+)+$")("a" * 5000 + "b")
    assert pattern("(.*)*")("anything")


@pytest.mark.parametrize("text", ["(", "[a", r"(a)\1", "(?=a)", "a{1001}", "a" * (MAX_PATTERN + 1)])
def test_what_re2_does_not_take_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadPattern, match="regular expression"):
        pattern(text)
