from __future__ import annotations

import pytest

from promscope_api.security.selector import Selector

LABELS = {"team": "shop", "tier": "web", "com.docker.compose.project": "demo", "empty": ""}


@pytest.mark.parametrize(
    "text",
    [
        "team=shop",
        "team == shop",
        "team=shop,tier in (web, api)",
        "com.docker.compose.project=demo",
        "team",
        "!owner",
        "team!=bank",
        "owner!=eve",
        "owner notin (eve, bob), tier notin (db)",
        "empty=",
        " team = shop , tier ",
    ],
)
def test_what_holds(text: str) -> None:
    assert Selector(text).matches(LABELS)


@pytest.mark.parametrize(
    "text",
    ["team=bank", "team=Shop", "team=sho", "owner", "!team", "team=shop,tier=db", "tier in (db)",
     "tier notin (web)", "team!=shop", "owner="],
)  # fmt: skip
def test_what_does_not(text: str) -> None:
    assert not Selector(text).matches(LABELS)


@pytest.mark.parametrize(
    "text",
    ["", ",", "team=shop,", "=x", "team=~shop.*", "team=a b", "team in a", "team in (a", "a;b",
     "team=shop) or (1", "team>1"],
)  # fmt: skip
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no requirement"):
        Selector(text)


def test_of_what_is_not_known_whole_nothing_holds_for_being_absent() -> None:
    for text in ("!legacy", "legacy!=yes", "legacy notin (yes)"):
        assert Selector(text).matches({})
        assert not Selector(text).matches({}, whole=False)
        assert Selector("team=shop").matches({"team": "shop"}, whole=False)
    assert Selector("legacy!=yes").matches({"legacy": "no"}, whole=False)
