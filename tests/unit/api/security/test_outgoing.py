from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from promscope_api.security import outgoing as module
from promscope_api.security.outgoing import NoAnswer, Outgoing
from tests.trust.provider import FakeProvider


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with FakeProvider() as provider:
        yield provider


def test_an_object_is_an_answer(provider: FakeProvider) -> None:
    provider.answers["/x"] = (200, {"a": 1})
    assert Outgoing().json(f"{provider.issuer}/x", form={"b": "2"}) == {"a": 1}
    assert provider.asked == [("/x", {"b": "2"})]


@pytest.mark.parametrize(
    "answer",
    [(200, []), (200, b"<html>"), (200, b"\xff"), (500, {}), (302, {}), (200, b"[" * 100_000)],
)
def test_everything_else_is_not(provider: FakeProvider, answer: tuple[int, Any]) -> None:
    provider.answers["/x"] = answer
    with pytest.raises(NoAnswer, match="/x"):
        Outgoing().json(f"{provider.issuer}/x")
    assert len(provider.asked) == 1


def test_an_endless_answer_ends(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    provider.answers["/x"] = (200, {"a": "x" * 100_000})
    with pytest.raises(NoAnswer, match="too much"):
        Outgoing().json(f"{provider.issuer}/x")


def test_nobody_there() -> None:
    with pytest.raises(NoAnswer, match="does not answer"):
        Outgoing().json("http://127.0.0.1:1/x")
