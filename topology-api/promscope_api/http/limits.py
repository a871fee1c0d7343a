"""How often one caller may ask: a budget that no page comes near and no loop gets past."""

from __future__ import annotations

import flask

from promscope_api.security.guard import caller, current_request
from promscope_api.security.ratelimit import Limiter, peer_key
from promscope_api.security.refusal import Refused

#: Requests at once, and one more each so many seconds after that.
BURST, PERIOD_SECONDS = 600, 0.01
_FREE = ("/-/", "/metrics", "/assets/")


def install(app: flask.Flask, limiter: Limiter | None = None) -> None:
    """Answer 429 with Retry-After to who asks more often. Install it after the gate, which tells
    who asks: each user has a budget, and each address for whoever did not sign in.
    """
    limits = limiter or Limiter(BURST, PERIOD_SECONDS)

    @app.before_request
    def limit() -> None:
        if flask.request.path.startswith(_FREE):
            return
        principal = caller()
        signed_in = principal is not None and not principal.anonymous
        key = f"user {principal.name}" if principal and signed_in else _address()
        if not limits.allow(key):
            wait = max(1, limits.wait_seconds(key))
            detail = f"You ask too often: at most {1 / PERIOD_SECONDS:.0f} requests a second."
            raise Refused(429, "too-many-requests", detail, retry_after=wait)


def _address() -> str:
    return f"address {peer_key(current_request().peer)}"
