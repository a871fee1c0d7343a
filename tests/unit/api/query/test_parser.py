"""The grammar: what queries mean, and where a text stops being one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_api.query.parser import MAX_DEPTH, MAX_TERMS, parse
from promscope_api.query.syntax import And, BadQuery, Expression, Has, Not, Or, Term, Text
from promscope_api.query.tokens import MAX_TEXT

A, B, C = Text("a"), Text("b"), Text("c")


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None),
        ("   ", None),
        ("a", A),
        ("a b", And((A, B))),
        ("a AND b", And((A, B))),
        ("a OR b c", Or((A, And((B, C))))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("NOT a b", And((Not(A), B))),
        ("NOT (a b)", Not(And((A, B)))),
        ("NOT NOT a", Not(Not(A))),
        ('"a b"', Text("a b")),
        (r'"a \" b\\"', Text('a " b\\')),
        ("and or not", And((Text("and"), Text("or"), Text("not")))),
        ("web-1_x/y", Text("web-1_x/y")),
        ("name:web", Term("name", ":", "web")),
        ("NAME : web", Term("name", ":", "web")),
        ("label.app=shop", Term("label.app", "=", "shop")),
        ("label.app.kubernetes.io/name = x", Term("label.app.kubernetes.io/name", "=", "x")),
        ("label.App != shop", Term("label.App", "!=", "shop")),
        ("kind:container", Term("kind", "=", "container")),
        ("status:CRITICAL", Term("status", "=", "critical")),
        ("cpu > 40%", Term("cpu", ">", "40%", 40.0, True)),
        ("cpu>=0.5", Term("cpu", ">=", "0.5", 0.5)),
        ("memory < 10MB", Term("memory", "<", "10mb", 10e6)),
        ("memory<1gib", Term("memory", "<", "1gib", 2.0**30)),
        ("connections:0", Term("connections", "=", "0", 0.0)),
        ('image ~ "redis.*"', Term("image", "~", "redis.*")),
        (r'image ~ "v\d+"', Term("image", "~", r"v\d+")),
        ("image !~ ^redis", Term("image", "!~", "^redis")),
        ("pod:*", Has("pod")),
        ("pod != *", Not(Has("pod"))),
        ('name:"*"', Term("name", ":", "*")),
        ("address:10.0.0.1", Term("address", ":", "10.0.0.1")),
        ("id:container:0123456789ab", Term("id", ":", "container:0123456789ab")),
        ("container:0123456789ab", Text("container:0123456789ab")),
        ('x"} or up{a="', And((Text("x"), Text("} or up{a=")))),
    ],
)
def test_queries_mean(text: str, meaning: Expression | None) -> None:
    assert parse(text) == meaning


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("(a", 1, "never closed"),
        ("a)", 2, "closes nothing"),
        ("a (b", 3, "never closed"),
        ("a OR", 5, "ends where"),
        ("OR a", 1, "before this OR"),
        ("a AND AND b", 7, "before this AND"),
        ("()", 2, "before this"),
        ("NOT", 4, "ends where"),
        ('a "b', 3, "no other one"),
        ("name:", 6, "a value is missing after name :"),
        ("name: (a)", 7, "a value is missing"),
        (": a", 1, "field is missing"),
        ("stauts:critical", 1, "did you mean status"),
        ("10.0.0.1:80", 1, "put it in quotes"),
        ("a nofield=1", 3, "there is no field 'nofield'"),
        ("status:fine", 8, "one of healthy, warning, critical, unknown"),
        ("status ~ h", 8, "compared by : = !="),
        ("name > 5", 6, "compared by"),
        ("cpu ~ 5", 5, "compared by"),
        ("cpu > much", 7, "is no such number"),
        ("connections > 5%", 15, "is no such number"),
        ('image ~ "("', 9, "RE2 does not take"),
        (r'image ~ "(a)\1"', 9, "RE2 does not take"),
        ("image ~ " + "a" * 501, 9, "at most 500"),
        ("name ~ *", 6, "field:*"),
        ('{__name__=~".+"}', 1, "there is no field"),
    ],
)
def test_errors_point_at_the_column_and_name_the_remedy(text: str, column: int, words: str) -> None:
    with pytest.raises(BadQuery) as error:
        parse(text)
    assert words in str(error.value)
    assert error.value.column == column


@pytest.mark.parametrize(
    "text",
    ["a" * (MAX_TEXT + 1), "a " * (MAX_TERMS + 1), "(" * 500 + "a" + ")" * 500, "NOT " * 400 + "a"],
)
def test_p1_queries_without_end_are_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        parse(text)


def test_nesting_up_to_the_limit_is_taken() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH) == A


@given(st.text(max_size=200))
def test_any_text_is_a_query_or_a_bad_one_with_a_column_in_it(text: str) -> None:
    assert 1 <= _column(text) <= len(text) + 1


def _column(text: str) -> int:
    """Of the mistake in a text; 1 where there is none."""
    try:
        parse(text)
    except BadQuery as error:
        return error.column
    return 1


_TEXTS = st.text(max_size=20)
_LEAVES = st.one_of(
    st.builds(Text, _TEXTS),
    st.builds(
        Term, st.sampled_from(["name", "label.x"]), st.sampled_from([":", "=", "!="]), _TEXTS
    ),
    st.sampled_from(
        [
            Has("pod"),
            Term("cpu", ">", "40%", 40.0, True),
            Term("memory", "<=", "1.5gib", 1.5 * 2**30),
            Term("status", "=", "critical"),
        ]
    ),
)
_EXPRESSIONS = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=10,
)


@given(_EXPRESSIONS)
def test_canonical_text_means_the_same(expression: Expression) -> None:
    text = str(expression)
    if len(text) <= MAX_TEXT:
        assert parse(text) == expression
