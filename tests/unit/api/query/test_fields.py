"""The fields that can be asked for."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from promscope_api.graph.model import Metrics, NodeKind, Status
from promscope_api.query import parser, pattern, tokens
from promscope_api.query.fields import FIELDS, field, similar


def test_every_number_of_a_node_is_a_field() -> None:
    numbers = {name for name, one in FIELDS.items() if one.kind == "number"}
    assert numbers == set(Metrics.__struct_fields__)


def test_choices_are_those_of_the_model() -> None:
    assert FIELDS["kind"].choices == get_args(NodeKind)
    assert FIELDS["status"].choices == get_args(Status)


def test_names_in_any_case_and_labels_by_any_name() -> None:
    assert field("CPU") is FIELDS["cpu"]
    label = field("label.Com.Example/x-y")
    assert label is not None
    assert (label.name, label.kind) == ("label.Com.Example/x-y", "text")
    assert field("label.") is None
    assert field("nothing") is None


def test_a_slip_of_the_pen_is_understood() -> None:
    assert similar("stauts") == "status"
    assert similar("memry") == "memory"
    assert similar("xyzzy") == ""


def test_every_field_is_described() -> None:
    assert all(one.description for one in FIELDS.values())


def test_fields_and_limits_are_documented() -> None:
    page = " ".join((Path(__file__).parents[4] / "docs" / "query.md").read_text().split())
    for one in FIELDS.values():
        assert f"| `{one.name}` | {one.description}" in page
        assert all(f"`{choice}`" in page for choice in one.choices)
    assert f"at most {tokens.MAX_TEXT:,} characters, {parser.MAX_TERMS} terms" in page
    assert f"{parser.MAX_DEPTH} levels of parentheses" in page
    assert f"expression {pattern.MAX_PATTERN} characters" in page
