"""Matchers: whatever a value holds, it stays a value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_api.prometheus.matchers import Matcher, equal, none_of, one_of, quote, selector


def test_selector_with_and_without_matchers() -> None:
    assert selector("promscope_host_info") == "promscope_host_info"
    text = selector("up", (equal("job", "a"), one_of("instance", ("b", "c.d"))))
    assert text == r'up{job="a",instance=~"b|c\\.d"}'


def test_negated_and_prefix_matchers() -> None:
    assert str(none_of("mode", ("idle",))) == 'mode!="idle"'
    assert str(none_of("mode", ("idle", "iowait"))) == 'mode!~"idle|iowait"'
    veth = Matcher("device", ("veth", "br-"), negated=True, prefix=True)
    assert str(veth) == 'device!~"veth.*|br-.*"'


@pytest.mark.parametrize("label", ["", "a-b", "1a", 'a="', "__näme__", "a\n"])
def test_only_label_names_are_label_names(label: str) -> None:
    with pytest.raises(ValueError, match="label name"):
        equal(label, "x")


def test_no_value_matches_nothing_that_can_be_said() -> None:
    with pytest.raises(ValueError, match="no value"):
        one_of("job", ())


@given(st.text())
def test_quoted_value_reads_back_as_itself(value: str) -> None:
    # Go reads every escape that JSON writes, but for \/ which json.dumps never writes.
    assert json.loads(quote(value)) == value
    assert "\n" not in quote(value)


def test_lone_surrogates_become_the_replacement_character() -> None:
    assert quote("a\udcffb") == '"a\ufffdb"'
    quote("\ud800").encode()
