"""`POST /api/v1/nodes/{id}/actions/{action}`: start, stop, pause, unpause, restart,
kill, rename, remove, update."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import flask
import msgspec

from promscope_api.control.dispatch import Dispatch
from promscope_api.http.body import read_body
from promscope_api.security.guard import caller, current_request


class ActionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`timeout_seconds`: how long a stop or restart waits before the engine kills the
    container (absent: the container's own setting). `force`: remove it though it runs;
    `volumes`: with its anonymous volumes. `signal`: what to kill it with (absent: SIGKILL);
    `name`: the new one. For update `cpu_limit_cores`, `memory_limit_bytes` (with as much swap),
    `restart_policy` and, with on-failure, `restart_maximum_retries`: what is absent stays.
    """

    timeout_seconds: Annotated[int, msgspec.Meta(ge=0, le=600)] | None = None
    force: bool | None = None
    volumes: bool | None = None
    signal: Annotated[str, msgspec.Meta(max_length=16)] | None = None
    name: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    cpu_limit_cores: Annotated[float, msgspec.Meta(ge=0.01, le=4096)] | None = None
    memory_limit_bytes: Annotated[int, msgspec.Meta(ge=6 * 2**20, le=2**50)] | None = None
    restart_policy: Literal["no", "always", "unless-stopped", "on-failure"] | None = None
    restart_maximum_retries: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None


def parameters(body: ActionRequest) -> dict[str, Any]:
    """Those of the action that were given."""
    given = {name: getattr(body, name) for name in ActionRequest.__struct_fields__}
    return {name: value for name, value in given.items() if value is not None}


def blueprint(dispatch: Dispatch) -> flask.Blueprint:
    """The route. Permission is decided by `dispatch`, which records denied attempts too."""
    routes = flask.Blueprint("actions", __name__)

    @routes.post("/api/v1/nodes/<node>/actions/<action>")
    def act(node: str, action: str) -> flask.Response:
        body = read_body(ActionRequest)
        done = dispatch.act(caller(), node, action, parameters(body), current_request())
        return flask.Response(
            msgspec.json.encode(done),
            200 if done.status == "done" else 202,
            {"Cache-Control": "no-store"},
            content_type="application/json",
        )

    return routes
