from __future__ import annotations

from promscope_api.http.session_examples import SESSION_EXAMPLES
from promscope_api.http.tokens import NewToken
from promscope_api.security.tokens import PREFIX


def test_the_secret_that_is_shown_is_none() -> None:
    secret = SESSION_EXAMPLES[NewToken].secret
    assert secret.startswith(PREFIX)
    assert len(secret) < 8
