"""The routes of the API about itself, and of the page it serves."""

from __future__ import annotations

from typing import Any

from promscope_api.http.operation import ANY, CSS, HTML, TEXT, Operation, Parameter
from promscope_api.http.parts import Health
from promscope_api.http.profile import KINDS as PROFILE_KINDS
from promscope_api.http.profile import PROCESSES

_NAME = Parameter("name", "path", "Name of the file.", {"type": "string"})

ITSELF_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/api/v1/openapi.json", "openapi", "This document.", dict[str, Any], tag="itself"
    ),
    Operation(
        "get", "/api/v1/tunnel", "tunnel",
        "The WebSocket that probes dial, with `Authorization: Bearer` and their credential.",
        status=101, errors=(400, 503), messages=((), ()), tag="itself", audit="probe-join",
    ),
    Operation(
        "get", "/api/v1/health", "health",
        "How each part of the API is (graph, prometheus, store, audit), with the reason where it is"
        " not well.",
        Health, tag="itself",
    ),
    Operation(
        "get", "/metrics", "metrics", "The API's own metrics, for Prometheus.",
        str, TEXT, tag="itself",
    ),
    Operation(
        "get", "/debug/profile", "profile",
        "A profile of the API itself, where --web.enable-profile is on, for who has the permission"
        " users: folded stacks of CPU time, or what memory holds.",
        str, TEXT,
        parameters=(
            Parameter("type", "query", "What of.", {"enum": list(PROFILE_KINDS), "default": "cpu"}),
            Parameter("process", "query", "Of which.", {"enum": list(PROCESSES), "default": "web"}),
            Parameter(
                "seconds", "query", "How long.", {"type": "integer", "minimum": 0, "maximum": 45}
            ),
        ),
        errors=(400, 503), tag="itself",
        permission="users",
    ),
    Operation(
        "get", "/-/healthy", "healthy", "Whether the API runs.",
        str, TEXT, public=True, tag="itself",
    ),
    Operation(
        "get", "/-/ready", "ready",
        "Whether the map can be asked for; 503 with the reason in plain text while it cannot.",
        str, TEXT, also=(503,), public=True, tag="itself",
    ),
    Operation(
        "get", "/api/docs", "reference", "This document as a page to read.",
        str, HTML, tag="itself",
    ),
    Operation(
        "get", "/api/docs/style.css", "referenceStyle", "The style sheet of that page.",
        str, CSS, tag="itself",
    ),
    Operation(
        "get", "/", "page", "The page.", str, HTML, also=(503,), public=True, tag="page"
    ),
    Operation(
        "get", "/assets/{name}", "pageAsset", "A part of the page.",
        bytes, ANY, parameters=(_NAME,), errors=(404,), public=True, tag="page",
    ),
    Operation(
        "get", "/{name}", "pageFile", "A file beside the page, such as its icon.",
        bytes, ANY, parameters=(_NAME,), errors=(404,), public=True, tag="page",
    ),
)  # fmt: skip
