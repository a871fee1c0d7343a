"""Records to hand out: every person has a name that says nothing, the same throughout."""

from __future__ import annotations

import hmac
import json
import secrets

from promscope_api.audit.chain import Broken, read

#: Each a person, or a session or token of one: replaced.
_NAMES = (
    "user.name",
    "promscope.for_user",
    "promscope.session.id",
    "promscope.for_session",
    "promscope.token.id",
    "promscope.for_token",
    "source.ip",
)
#: Free text that may name anybody: left out.
_TEXTS = ("user_agent.original", "event.reason", "promscope.token_name", "url.path")


class Pseudonyms:
    """Of one export: the key is forgotten with it, so nobody can tell later who was who."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def record(self, line: str) -> str | None:
        """The record as JSON, with the `promscope.chain.hash` of the true one, by which who has
        the log can find it; None for a line that is no record any more."""
        try:
            fields, head = read(line.encode())
        except Broken:
            return None
        for name in _TEXTS:
            fields.pop(name, None)
        for name in _NAMES:
            if name in fields:
                fields[name] = self._of(str(fields[name]))
        fields["promscope.chain.hash"] = head.hash
        return json.dumps(fields, separators=(",", ":"))

    def _of(self, name: str) -> str:
        return f"pseudonym-{hmac.digest(self._key, name.encode(), 'sha256').hex()[:16]}"
