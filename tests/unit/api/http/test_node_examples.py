from __future__ import annotations

from promscope_api.http.node_examples import HOST, WEB
from promscope_wire import ids


def test_the_node_of_the_examples_has_real_ids() -> None:
    assert ids.parse(WEB.id).kind == "container"
    assert (ids.parse(HOST).kind, WEB.parents) == ("host", (HOST,))
