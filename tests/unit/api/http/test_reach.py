from __future__ import annotations

import pytest

from promscope_api.http.reach import reach
from promscope_api.security.policy import Policy
from promscope_api.security.principal import LOCAL_VIEWER, Principal


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (Principal("ada", ("viewer",), "session", "1"), "ada"),
        (Principal("root", ("admin",), "session", "2"), None),
        (Principal("root", ("admin",), "token", token="3", scopes=("view",)), "root"),
        (LOCAL_VIEWER, ""),
        (None, ""),
    ],
)
def test_everybody_reaches_their_own(who: Principal | None, name: str | None) -> None:
    assert reach(Policy(), who) == name
