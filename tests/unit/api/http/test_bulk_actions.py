"""The body of a bulk action; what it does is in tests/unit/api/control/test_bulk.py."""

from __future__ import annotations

import msgspec

from promscope_api.http.actions import parameters
from promscope_api.http.bulk_actions import BulkRequest


def test_the_parameters_are_those_of_one_action() -> None:
    body = msgspec.json.decode(
        b'{"action":"remove","nodes":["container:0123456789ab"],"force":true}', type=BulkRequest
    )
    assert parameters(body) == {"force": True}
    assert (body.parallel, body.rehearse) == (8, False)
