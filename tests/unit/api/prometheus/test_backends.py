"""The file of backends: what it may say, and that what it says reaches every request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from promscope_api.prometheus.answer import BadAnswer, Sample, decoder, parse
from promscope_api.prometheus.backends import (
    Backend,
    Backends,
    Federation,
    UnusableBackends,
    backend,
    load,
    open_source,
)
from promscope_api.prometheus.client import Client, Unreachable
from promscope_api.prometheus.labels import TargetLabels
from tests.unit.api.prometheus.test_client import ANSWER, Server, respond, serving


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "prometheus.yml"
        path.write_text(text)
        return path

    return write


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def strict(handler: Any) -> None:
    """As Mimir behind an authenticating proxy: 400 without tenant, token or deduplication."""
    _, form, headers = handler.server.asked[-1]
    right = (
        headers.get("X-Scope-OrgID") == "team-a"
        and headers.get("Authorization") == "Bearer s3cret"
        and form.get("dedup") == ["true"]
    )
    error = b'{"status":"error","errorType":"bad_data","error":"no org id"}'
    (respond(200, ANSWER) if right else respond(400, error))(handler)


def test_headers_token_and_parameters_go_with_every_request(
    server: Server, file: Callable[[str], Path], tmp_path: Path
) -> None:
    server.behave = strict
    (tmp_path / "token").write_text("s3cret\n")
    chosen = load(
        file(
            f"""
            matchers: {{cluster: eu}}
            backends:
              - url: {server.url}/prometheus
                headers: {{X-Scope-OrgID: team-a}}
                parameters: {{dedup: "true"}}
                bearer_token_file: {tmp_path}/token
            """
        )
    )
    source = open_source(chosen, 5.0)
    assert parse(source.query("up"), decoder(Sample[TargetLabels])) == []
    assert source.query_range("up", 1, 2, 1) == ANSWER
    assert [path for path, *_ in server.asked] == [
        "/prometheus/api/v1/query", "/prometheus/api/v1/query_range",
    ]  # fmt: skip
    source.close()
    plain = Client(server.url, 5.0)
    with pytest.raises(BadAnswer, match="no org id"):
        parse(plain.query("up"), decoder(Sample[TargetLabels]))
    plain.close()
    assert [str(matcher) for matcher in chosen.bounds()] == ['cluster="eu"']


def test_token_is_read_anew(server: Server, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("one")
    source = open_source(Backends((Backend(server.url, bearer_token_file=str(token)),)), 5.0)
    source.query("up")
    token.write_text("two")
    source.query("up")
    token.unlink()
    with pytest.raises(Unreachable, match="token"):
        source.query("up")
    source.close()
    said = [headers["Authorization"] for *_, headers in server.asked]
    assert said == ["Bearer one", "Bearer two"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "object"),
        ("backends: []", "no backend"),
        ("backends: [{url: 'ftp://x'}]", "URL"),
        ("backends: [{url: 'http://user:pw@x'}]", "credentials"),
        ("backends: [{url: 'http://x', colour: red}]", "colour"),
        ("backends: [{url: 'http://x', headers: {A: \"b\\r\\nC: d\"}}]", "header"),
        ("backends: [{url: 'http://x', parameters: {query: up}}]", "query"),
        ("backends: [{url: 'http://x', ca_file: /nonexistent}]", "ca_file"),
        ("backends: [{url: 'http://x', cert_file: /etc/hostname}]", "together"),
        ("matchers: {'a b': c}\nbackends: [{url: 'http://x'}]", "label"),
        ("metrics: {hosts: {source: x}}\nbackends: [{url: 'http://x'}]", "source"),
        ("backends: [", "prometheus.yml"),
        ("backends: [{url: 'http://x'}]\n" + "#" * 300_000, "over"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(
    file: Callable[[str], Path], text: str, wrong: str
) -> None:
    with pytest.raises(UnusableBackends, match=wrong):
        load(file(text))


def test_file_that_is_not_there() -> None:
    with pytest.raises(UnusableBackends, match="nowhere"):
        load(Path("/nowhere.yml"))


@pytest.mark.parametrize("text", ["127.0.0.1:9090", "http://", "http://x/?a=b", "file:///etc"])
def test_what_is_no_url(text: str) -> None:
    with pytest.raises(ValueError, match=r"URL"):
        backend(text)


class Shard:
    def __init__(self, *instances: str, error: str = "") -> None:
        result = [{"metric": {"instance": one}, "value": [0, "1"]} for one in instances]
        self.body = json.dumps(
            {"status": "error", "error": error} if error
            else {"status": "success", "data": {"resultType": "vector", "result": result}}
        ).encode()  # fmt: skip

    def query(self, *_: Any) -> bytes:
        return self.body

    query_range = query

    def close(self) -> None: ...


def test_several_backends_answer_as_one() -> None:
    both = Federation([Shard("a"), Shard("b", "c")])
    for body in (both.query("up"), both.query_range("up", 0, 1, 1)):
        found = parse(body, decoder(Sample[TargetLabels]))
        assert [sample.metric.instance for sample in found] == ["a", "b", "c"]


def test_failure_of_one_backend_is_the_answer() -> None:
    with pytest.raises(BadAnswer, match="too many"):
        parse(Federation([Shard("a"), Shard(error="too many")]).query("up"),
              decoder(Sample[TargetLabels]))  # fmt: skip
    odd = Shard()
    odd.body = b"<html>"
    with pytest.raises(BadAnswer):
        Federation([Shard("a"), odd]).query("up")
