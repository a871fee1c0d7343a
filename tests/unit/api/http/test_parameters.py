from __future__ import annotations

from promscope_api.http.parameters import AT, FILTER, NODE, VIEW


def test_only_what_is_in_the_path_must_be_given() -> None:
    assert {one.name: one.place for one in (AT, FILTER, NODE, VIEW)} == {
        "at": "query",
        "filter": "query",
        "node": "path",
        "view": "path",
    }


def test_every_text_has_a_longest_one() -> None:
    assert all(one.schema["maxLength"] > 0 for one in (AT, FILTER, NODE, VIEW))
