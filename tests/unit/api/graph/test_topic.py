"""What can be watched."""

from __future__ import annotations

import re

import pytest

from promscope_api.graph.topic import Topic
from promscope_api.query.syntax import BadQuery


def test_filters_that_mean_the_same_are_one_topic() -> None:
    assert Topic.of("hosts", "a  b") == Topic.of("hosts", "(a AND b)")
    assert Topic.of("hosts", "  ") == Topic("hosts")


def test_tags_differ_and_are_safe_in_a_header() -> None:
    assert Topic("hosts").tag == "hosts"
    tags = {Topic.of("hosts", text).tag for text in ("a", "b", "☃")}
    assert len(tags) == 3
    assert all(re.fullmatch(r"hosts-[0-9a-f]{12}", tag) for tag in tags)


def test_what_is_no_query_is_no_topic() -> None:
    with pytest.raises(BadQuery):
        Topic.of("hosts", "(")


def test_two_sights_of_one_view_have_two_tags() -> None:
    tags = {Topic("hosts").tag, Topic("hosts", "", "a=b").tag, Topic("hosts", "a=b").tag}
    assert len(tags) == 3
