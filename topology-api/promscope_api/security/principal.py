"""Who asks: the identity every decision and every audit record is about."""

from __future__ import annotations

from typing import Literal

import msgspec

Method = Literal["session", "token", "grafana", "local-viewer", "probe", "operator"]


class Principal(msgspec.Struct, frozen=True, omit_defaults=True):
    """An authenticated (or deliberately anonymous) caller.

    `method` says how it was recognised: a browser session, an API token, a user of Grafana behind
    one, the anonymous local viewer, a probe by its tunnel secret, or the operator's command line.
    `session` or `token` is the id (not the secret) of those. `scopes`: the permissions it is
    limited to, of those its roles grant; None: all of them. `until`: Unix time at which its
    streams end.
    """

    name: str
    roles: tuple[str, ...]
    method: Method
    session: str = ""
    token: str = ""
    scopes: tuple[str, ...] | None = None
    until: float | None = None

    @property
    def anonymous(self) -> bool:
        return self.method == "local-viewer"


#: Everyone on this machine, where `--auth.local-viewer` lets them watch.
LOCAL_VIEWER = Principal("anonymous", ("viewer",), "local-viewer", scopes=("view", "processes"))
