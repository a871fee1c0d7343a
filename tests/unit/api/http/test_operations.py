"""The declared operations."""

from __future__ import annotations

from promscope_api.http.operations import OPERATIONS


def test_only_the_page_health_and_signing_in_are_public() -> None:
    public = {f"{one.method} {one.path}" for one in OPERATIONS if one.public}
    assert public == {
        "get /",
        "get /assets/{name}",
        "get /{name}",
        "get /-/healthy",
        "get /-/ready",
        "get /api/v1/session",
        "post /api/v1/session",
        "get /api/v1/session/oidc",
        "get /api/v1/session/oidc/callback",
    }


def test_state_is_not_changed_by_get() -> None:
    changing = {one.id for one in OPERATIONS if one.method != "get"}
    assert changing == {
        "act",
        "actMany",
        "signIn",
        "signOut",
        "endSession",
        "createToken",
        "revokeToken",
        "inviteProbe",
        "revokeProbe",
        "relayout",
        "ticket",
        "saveFilter",
        "changeFilter",
        "deleteFilter",
        "pin",
        "unpin",
    }


def test_everything_that_needs_a_permission_may_be_refused() -> None:
    for one in OPERATIONS:
        if not one.public:
            assert {401, 403} <= set(one.problems), one.id


def test_no_two_have_one_name_or_one_address() -> None:
    assert len({one.id for one in OPERATIONS}) == len(OPERATIONS)
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
