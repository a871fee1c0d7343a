"""`/api/v1/filters`: filters that a user named and keeps; their ids make links to share."""

from __future__ import annotations

from typing import Annotated

import flask
import msgspec

from promscope_api.http.body import read_body
from promscope_api.http.wanted import wanted
from promscope_api.query.tokens import MAX_TEXT
from promscope_api.security.guard import caller, needs
from promscope_api.security.refusal import Refused
from promscope_api.store.saved_filters import (
    MAX_PER_OWNER,
    NameTaken,
    SavedFilter,
    SavedFilters,
    TooMany,
)


class FilterBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a user keeps: a name, and a query in a view."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]
    view: Annotated[str, msgspec.Meta(max_length=60)]
    query: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]


class FilterList(msgspec.Struct, frozen=True):
    """The filters of the caller, by name."""

    items: list[SavedFilter]


def blueprint(saved: SavedFilters) -> flask.Blueprint:
    """The routes. Everybody who may watch may open a filter whose id they have; only its owner
    sees it listed, changes it or deletes it.
    """
    routes = flask.Blueprint("filters", __name__)

    @routes.get("/api/v1/filters")
    @needs("view")
    def listed() -> flask.Response:
        return _answer(FilterList(saved.of(_user())))

    @routes.post("/api/v1/filters")
    @needs("view")
    def add() -> flask.Response:
        owner, body = _user(), _checked()
        try:
            made = saved.add(owner, body.name, body.view, body.query)
        except TooMany as error:
            detail = f"You have {MAX_PER_OWNER} saved filters: delete one first."
            raise Refused(409, "too-many-filters", detail) from error
        except NameTaken as error:
            raise _taken(body.name) from error
        response = _answer(made, 201)
        response.headers["Location"] = f"/api/v1/filters/{made.id}"
        return response

    @routes.get("/api/v1/filters/<filter_id>")
    @needs("view")
    def show(filter_id: str) -> flask.Response:
        return _answer(_known(saved, filter_id))

    @routes.put("/api/v1/filters/<filter_id>")
    @needs("view")
    def change(filter_id: str) -> flask.Response:
        known, body = _own(saved, filter_id), _checked()
        try:
            return _answer(saved.change(known, body.name, body.view, body.query))
        except NameTaken as error:
            raise _taken(body.name) from error

    @routes.delete("/api/v1/filters/<filter_id>")
    @needs("view")
    def remove(filter_id: str) -> flask.Response:
        saved.remove(_own(saved, filter_id).id)
        return flask.Response(status=204, headers={"Cache-Control": "no-store"})

    return routes


def _user() -> str:
    """The name of the caller. Raises Refused for one who did not sign in: nobody could own it."""
    principal = caller()
    if principal is None or principal.anonymous:
        raise Refused(403, "denied", "Sign in to keep filters of your own.")
    return principal.name


def _checked() -> FilterBody:
    """The body, its view and query checked. Raises Refused."""
    body = read_body(FilterBody)
    wanted(body.view, body.query)
    return body


def _known(saved: SavedFilters, filter_id: str) -> SavedFilter:
    found = saved.get(filter_id)
    if found is None:
        raise Refused(404, "not-found", "There is no such saved filter; it may have been deleted.")
    return found


def _own(saved: SavedFilters, filter_id: str) -> SavedFilter:
    user, known = _user(), _known(saved, filter_id)
    if known.owner != user:
        raise Refused(403, "denied", "Only its owner can change or delete a saved filter.")
    return known


def _taken(name: str) -> Refused:
    return Refused(409, "name-taken", f"You have a saved filter named {name[:100]!r} already.")


def _answer(body: msgspec.Struct, status: int = 200) -> flask.Response:
    return flask.Response(
        msgspec.json.encode(body),
        status,
        {"Cache-Control": "no-store"},
        content_type="application/json",
    )
