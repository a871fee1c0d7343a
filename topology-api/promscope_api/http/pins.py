"""`/api/v1/topology/{view}/pins`: where users put nodes of the map, for everybody who looks."""

from __future__ import annotations

from typing import Annotated

import flask
import msgspec

from promscope_api.graph.sight import EVERYTHING
from promscope_api.http.body import read_body
from promscope_api.http.forward import forward
from promscope_api.http.seen import Seen
from promscope_api.http.wanted import wanted
from promscope_api.live.pin_keeper import PinKeeper
from promscope_api.security.guard import caller, needs
from promscope_api.security.refusal import Refused
from promscope_api.store.pins import MAX_PER_VIEW, TooManyPins

_Coordinate = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]


class PinBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to, in the world coordinates of `position`."""

    x: _Coordinate
    y: _Coordinate


class Pin(msgspec.Struct, frozen=True):
    """A node that stays where it was put."""

    node: str
    x: float
    y: float


class PinList(msgspec.Struct, frozen=True):
    """The pins of a view, by node."""

    items: list[Pin]


def blueprint(seen: Seen, pins: PinKeeper) -> flask.Blueprint:
    """The routes. The map looks the same to everybody, so whoever moves it must have signed in."""
    routes = flask.Blueprint("pins", __name__)

    @routes.get("/api/v1/topology/<view>/pins")
    @needs("view")
    def listed(view: str) -> flask.Response:
        known = wanted(view).view
        found = sorted(x for x in pins.of(known).items() if _shows(seen, known, x[0]))
        return _answer(PinList([Pin(node, x, y) for node, (x, y) in found]))

    @routes.put("/api/v1/topology/<view>/pins/<node>")
    @needs("view")
    def put(view: str, node: str) -> flask.Response:
        signed_in()
        body, known = read_body(PinBody), wanted(view).view
        there = seen.ask("has", view=known, node=node)
        if there.status != 200:
            return forward(there)
        try:
            pins.put(known, node, (body.x, body.y))
        except TooManyPins as error:
            detail = f"This view has {MAX_PER_VIEW} pins: take some away first."
            raise Refused(409, "too-many-pins", detail) from error
        return _answer(Pin(node, body.x, body.y))

    @routes.delete("/api/v1/topology/<view>/pins/<node>")
    @needs("view")
    def remove(view: str, node: str) -> flask.Response:
        signed_in()
        known = wanted(view).view
        if not _shows(seen, known, node) or not pins.remove(known, node):
            raise Refused(404, "not-found", "This node is not pinned in this view.")
        return flask.Response(status=204, headers={"Cache-Control": "no-store"})

    return routes


def signed_in() -> None:
    """The map looks the same to everybody. Raises Refused for a caller without a name."""
    principal = caller()
    if principal is None or principal.anonymous:
        raise Refused(403, "denied", "Sign in to move the map: it moves for everybody.")


def _shows(seen: Seen, view: str, node: str) -> bool:
    """Whether the caller may know of this node's pin, which outlives the node."""
    if seen.sight == EVERYTHING:
        return True
    return seen.ask("has", view=view, node=node).status == 200


def _answer(body: msgspec.Struct) -> flask.Response:
    return flask.Response(
        msgspec.json.encode(body),
        headers={"Cache-Control": "no-store"},
        content_type="application/json",
    )
