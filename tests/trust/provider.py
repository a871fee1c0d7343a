"""An identity provider whose every word the test chooses: discovery, keys, tokens, userinfo."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

KEYS_PATH = "/api/signing-keys/keys"
AUDIENCE = "promscope"


class FakeProvider:
    """`with FakeProvider() as provider:`; `answers` maps a path to (status, JSON value); `asked`
    has the forms that were posted."""

    def __enter__(self) -> Self:
        self.key = ECKey.generate_key("P-256", {"kid": "one"})
        self.asked: list[tuple[str, dict[str, str]]] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                provider._answer(self, dict(parse_qsl(body)))

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.answers: dict[str, tuple[int, Any]] = {
            "/.well-known/openid-configuration": (
                200,
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/auth",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/me",
                    "jwks_uri": f"{self.issuer}/keys",
                },
            ),
        }
        self.publish(self.key)
        self.answers[KEYS_PATH] = self.answers["/keys"]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def keys_url(self) -> str:
        return f"{self.issuer}/keys"

    def publish(self, *keys: ECKey) -> None:
        """These are the keys now."""
        self.answers["/keys"] = (200, KeySet(list(keys)).as_dict(private=False))

    def claims(self, **more: Any) -> dict[str, Any]:
        """Those of a good token; None takes one away."""
        made = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": "user:7",
            "exp": int(time.time()) + 300,
            "iat": int(time.time()),
            **more,
        }
        return {name: value for name, value in made.items() if value is not None}

    def sign(self, key: ECKey | None = None, **more: Any) -> str:
        """A token of this provider with these claims."""
        used = key or self.key
        return jwt.encode({"alg": "ES256", "kid": used.kid}, self.claims(**more), used)

    def _answer(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        path = urlsplit(handler.path).path
        self.asked.append((path, form))
        status, value = self.answers.get(path, (404, {}))
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        handler.send_response(status)
        if 300 <= status < 400:
            handler.send_header("Location", f"{self.issuer}/keys")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
