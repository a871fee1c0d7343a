"""A user of the API: REST with a cookie session as a browser has it, and the live socket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self

import requests
from websockets.sync.client import connect

from tests.acceptance.patience import StillNot

Json = dict[str, Any]


class Client:
    """One visitor. Nothing is retried and no status is hidden."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path: str, **parameters: str) -> requests.Response:
        return self._session.get(f"{self.url}{path}", params=parameters, timeout=60)

    def json(self, path: str, **parameters: str) -> Json:
        """The body of a 200. Raises AssertionError with the problem otherwise."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        body: Json = answer.json()
        return body

    def text(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.text

    def post(self, path: str, body: Json | None = None, **headers: str) -> requests.Response:
        """As the page sends it: JSON, and the Origin of this site."""
        return self._session.post(
            f"{self.url}{path}",
            json=body or {},
            headers={"Origin": self.url, **headers},
            timeout=60,
        )

    def share(self, other: Client) -> None:
        """Be the same browser at another address of the API."""
        self._session.cookies = other._session.cookies

    def sign_in(self, code: str) -> None:
        answer = self.post("/api/v1/session", {"code": code})
        assert answer.status_code == 200, answer.text

    def act(self, node: str, action: str, **parameters: Any) -> requests.Response:
        return self.post(f"/api/v1/nodes/{node}/actions/{action}", parameters)

    def topology(self, view: str) -> Json:
        return self.json(f"/api/v1/topology/{view}")

    def nodes(self, view: str) -> dict[str, Json]:
        return {node["id"]: node for node in self.topology(view)["nodes"]}

    def containers(self) -> dict[str, Json]:
        """Label → node of the containers view; only containers."""
        return {
            node["label"]: node
            for node in self.topology("containers")["nodes"]
            if node["kind"] == "container"
        }

    def put(self, path: str, body: Json) -> requests.Response:
        return self._session.put(
            f"{self.url}{path}", json=body, headers={"Origin": self.url}, timeout=60
        )

    def live(self, view: str) -> Live:
        return Live(self._socket(view))

    def watch(self, view: str) -> Live:
        """As the page of a signed-in user does: with a ticket beside the cookie."""
        taken = self.post("/api/v1/tickets", {"action": "watch", "node": view})
        assert taken.status_code == 201, taken.text
        protocols = ["promscope", f"ticket.{taken.json()['ticket']}"]
        cookies = "; ".join(f"{one.name}={one.value}" for one in self._session.cookies)
        return Live(
            self._socket(view),
            subprotocols=protocols,
            origin=self.url,
            additional_headers={"Cookie": cookies},
        )

    def _socket(self, view: str) -> str:
        return self.url.replace("http", "ws", 1) + f"/api/v1/topology/{view}/ws"


class Live:
    """An open live socket that keeps the view as the messages tell it, like the page does."""

    def __init__(self, url: str, **how: Any) -> None:
        self._connection = connect(url, max_size=None, open_timeout=60, **how)
        self.nodes: dict[str, Json] = {}
        self.edges: dict[str, Json] = {}
        self.version: Any = None
        self.seen: list[Json] = []

    def __enter__(self) -> Self:
        with ExitStack() as on_failure:
            self._socket = on_failure.enter_context(self._connection)
            assert self._take(60), "no first message"
            assert self.seen[0]["type"] == "full", self.seen[0]
            on_failure.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def until(self, wanted: Callable[[dict[str, Json]], bool], what: str, seconds: float) -> None:
        """Follow the messages until the nodes are as wanted. Raises StillNot."""
        end = time.monotonic() + seconds
        while not wanted(self.nodes):
            left = end - time.monotonic()
            if left <= 0 or not self._take(left):
                raise StillNot(f"after {seconds} s the live socket has still not told: {what}")

    def _take(self, seconds: float) -> bool:
        try:
            message = json.loads(self._socket.recv(timeout=seconds))
        except TimeoutError:
            return False
        self.seen.append(message)
        match message["type"]:
            case "full":
                self.nodes = {node["id"]: node for node in message["nodes"]}
                self.edges = {edge["id"]: edge for edge in message["edges"]}
            case "delta":
                assert message["base"] == self.version, "a gap in the deltas"
                for known, part in ((self.nodes, "nodes"), (self.edges, "edges")):
                    changes = message.get(part) or {}
                    for one in changes.get("remove", ()):
                        known.pop(one, None)
                    known |= {one["id"]: one for one in changes.get("upsert", ())}
            case "metrics":
                assert message["base"] == self.version, "a gap in the deltas"
        self.version = message["version"]
        return True
