from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.web import Web


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    with Web(tmp_path) as web:
        yield web


def test_who_may_reads_what_was_done(web: Web) -> None:
    admin = web.sign_in("admin")
    web.ask("GET", "/api/v1/audit", **web.sign_in("operator"))
    page = web.ask("GET", "/api/v1/audit?action=request-refused", **admin).json
    (record,) = page["records"]
    assert (record["user.name"], record["url.path"]) == ("tester", "/api/v1/audit")
    assert page["next"] is None
    first = web.ask("GET", "/api/v1/audit?limit=1", **admin).json
    older = web.ask("GET", f"/api/v1/audit?before={first['next']}", **admin).json
    assert first["records"][0]["event.sequence"] > older["records"][0]["event.sequence"]


@pytest.mark.parametrize("limit", ["0", "501", "x", "-1", "9" * 5000])
def test_a_limit_is_a_number(web: Web, limit: str) -> None:
    assert web.ask("GET", f"/api/v1/audit?limit={limit}", **web.sign_in("admin")).status == 400
