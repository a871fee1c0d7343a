"""What only a probe can tell, through the whole product: API, tunnel, kernel and engine."""

from __future__ import annotations

import pytest

from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch

pytestmark = pytest.mark.docker

#: A server and a client of its own, over loopback: nobody else has to be there.
TALK = (
    "import socket, time\n"
    "one = socket.create_server(('127.0.0.1', 7001))\n"
    "two = socket.create_connection(('127.0.0.1', 7001))\n"
    "two.sendall(bytes(1234))\n"
    "three = one.accept()[0]\n"
    "time.sleep(1000)\n"
)


def test_connections_and_inspection_of_a_container(product: Product, scratch: Scratch) -> None:
    name, node = scratch.run("-e", "TOKEN=hunter2", command=f'exec python3 -c "{TALK}"')
    client = product.client()

    def connections() -> list[dict[str, object]]:
        answer = client.json(f"/api/v1/nodes/{node}/connections")
        return [one for one in answer["items"] if one.get("sent_bytes") == 1234]

    (one,) = until(connections, "the container's own connection", 60)
    assert (one["owner"], one["protocol"], one["state"]) == (node, "tcp", "established")
    assert (one["local_ip"], one["remote_ip"], one["remote_port"]) == (
        "127.0.0.1", "127.0.0.1", 7001,
    )  # fmt: skip
    assert str(one["process"]).startswith("python")

    inspection = client.json(f"/api/v1/nodes/{node}/inspection")
    assert inspection["Name"] == f"/{name}"
    assert "TOKEN=***" in inspection["Config"]["Env"]
    assert "hunter2" not in str(inspection)
    details = client.json(f"/api/v1/nodes/{node}")
    assert "python" in {one["command"][:6] for one in details["processes"]["items"]}
