"""The records' fields: ECS names, nothing empty, nothing endless."""

from __future__ import annotations

import json

from promscope_api.audit.event import MAX_TEXT, Event
from promscope_api.security.principal import Principal
from promscope_api.security.request import Request
from promscope_wire.frames import ContainerRecord

REQUEST = Request(
    "http",
    "POST",
    "http",
    "/api/v1/x",
    "secret=1",
    {"user-agent": "ua", "cookie": "c"},
    "192.0.2.1",
)
CONTAINER = ContainerRecord("container:0123456789ab", "0" * 64, "web", "shop:1", "", "running")


def test_an_action_is_told_in_ecs_words() -> None:
    event = Event(
        action="container-stop",
        outcome="success",
        phase="outcome",
        principal=Principal("ada", ("operator",), "session", "s1"),
        request=REQUEST,
        operation_id="op",
        node="container:0123456789ab",
        host_id="host-a",
        container=CONTAINER,
    )
    assert event.fields(0.5) == {
        "@timestamp": "1970-01-01T00:00:00.500Z",
        "ecs.version": "8.11.0",
        "event.kind": "event",
        "event.category": ["process"],
        "event.type": ["change"],
        "event.action": "container-stop",
        "event.outcome": "success",
        "promscope.operation.id": "op",
        "promscope.operation.phase": "outcome",
        "promscope.node": "container:0123456789ab",
        "host.id": "host-a",
        "user.name": "ada",
        "user.roles": ["operator"],
        "promscope.authentication": "session",
        "promscope.session.id": "s1",
        "source.ip": "192.0.2.1",
        "user_agent.original": "ua",
        "http.request.method": "POST",
        "url.path": "/api/v1/x",
        "promscope.transport": "http",
        "container.id": "0" * 64,
        "container.name": "web",
        "container.image.name": "shop:1",
    }


def test_what_is_denied_is_of_that_type() -> None:
    fields = Event("container-stop", "failure", "denied", "why", "denied").fields(0)
    assert fields["event.type"] == ["denied"]
    assert fields["event.reason"] == "why"


def test_query_and_cookies_are_never_recorded() -> None:
    fields = Event("request-refused", "failure", request=REQUEST).fields(0)
    assert "secret" not in json.dumps(fields)
    assert "cookie" not in json.dumps(fields)


def test_endless_text_is_cut_and_lone_surrogates_are_escaped() -> None:
    fields = Event("code-create", "success", reason="\udcff" + "x" * 10**6).fields(0)
    assert len(fields["event.reason"]) < MAX_TEXT + 20
    assert fields["event.reason"].startswith("\\udcffx")
    fields["event.reason"].encode()
