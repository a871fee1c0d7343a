from __future__ import annotations

import flask
import msgspec
import pytest

from promscope_api.http.body import MAX_BYTES, read_body
from promscope_api.security.refusal import Refused


class Shape(msgspec.Struct):
    name: str = "none"


def read(content: bytes) -> Shape:
    with flask.Flask("test").test_request_context("/", method="POST", data=content):
        return read_body(Shape)


def test_it_has_the_declared_shape() -> None:
    assert read(b'{"name":"x"}') == Shape("x")
    assert read(b"") == Shape()


@pytest.mark.parametrize("content", [b"[]", b"nonsense", b'{"name":[]}', b"\xff", b"{" * 9000])
def test_anything_else_is_400(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read(content)
    assert refused.value.status == 400


def test_an_endless_one_is_413() -> None:
    with pytest.raises(Refused) as refused:
        read(b" " * (MAX_BYTES + 1))
    assert refused.value.status == 413
