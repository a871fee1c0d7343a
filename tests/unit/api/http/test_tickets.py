from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.trust.web import Web


def test_who_may_watch_gets_one(tmp_path: Path) -> None:
    with Web(tmp_path, local_viewer=True) as web:
        wanted = {"action": "watch", "node": "containers"}
        for headers in ({}, web.sign_in("viewer")):
            reply = web.ask("POST", "/api/v1/tickets", wanted, **headers)
            assert (reply.status, reply.json["expires_seconds"]) == (201, 30)
            assert len(reply.json["ticket"]) >= 43
            assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [{}, {"action": "fly", "node": "x"}, {"action": "watch"}])
def test_for_what_there_is(tmp_path: Path, body: dict[str, Any]) -> None:
    with Web(tmp_path, local_viewer=True) as web:
        assert web.ask("POST", "/api/v1/tickets", body).status == 400
