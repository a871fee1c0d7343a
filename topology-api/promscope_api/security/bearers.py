"""`Authorization: Bearer`: an API token, and behind a data source's the user of Grafana."""

from __future__ import annotations

from promscope_api.security.grafana import HEADER, GrafanaUsers
from promscope_api.security.principal import Principal
from promscope_api.security.refusal import Refused
from promscope_api.security.request import Request
from promscope_api.security.tokens import PREFIX, Tokens


class Bearers:
    def __init__(self, tokens: Tokens, grafana: GrafanaUsers) -> None:
        self._tokens = tokens
        self._grafana = grafana

    def principal(self, request: Request) -> Principal:
        """Whom the Authorization header stands for. Raises Refused or StoreUnavailable."""
        scheme, _, secret = (request.header("authorization") or "").partition(" ")
        token = None
        if scheme.lower() == "bearer" and secret.startswith(PREFIX):
            token = self._tokens.find(secret.strip())
        if token is None:
            raise Refused(
                401,
                "unknown-credential",
                "This API takes API tokens only (Authorization: Bearer pst_…), and this is none"
                " that is valid: it may be revoked or expired.",
            )
        if token.grafana is None:
            return token.principal()
        return self._grafana.principal(token.principal(), token.grafana, request.header(HEADER))
