import io
import json
import logging
from collections.abc import Iterator

import pytest
from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from promscope_wire import log


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root, sockets = logging.getLogger(), logging.getLogger("websockets")
    handlers, level, sockets_level = root.handlers[:], root.level, sockets.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    sockets.setLevel(sockets_level)


def test_json_lines_carry_the_extra_fields(stream: io.StringIO) -> None:
    log.configure("json", "info", stream)
    logging.getLogger("promscope.edge").warning("lost %d", 3, extra={"source": "conntrack"})
    line = json.loads(stream.getvalue())
    assert line["ts"].endswith("Z")
    assert (line["level"], line["logger"], line["msg"]) == ("warn", "promscope.edge", "lost 3")
    assert line["source"] == "conntrack"


def test_logfmt_quotes_what_needs_quotes(stream: io.StringIO) -> None:
    log.configure("logfmt", "info", stream)
    logging.getLogger("promscope").info("two words", extra={"path": 'a"b', "plain": "x/y"})
    assert 'msg="two words"' in stream.getvalue()
    assert 'path="a\\"b"' in stream.getvalue()
    assert "plain=x/y" in stream.getvalue()


def test_lines_have_the_id_of_the_request_that_is_answered(stream: io.StringIO) -> None:
    log.configure("json", "info", stream)
    token = log.request.set("abc")
    logging.getLogger("promscope").info("within")
    log.request.reset(token)
    logging.getLogger("promscope").info("without")
    within, without = map(json.loads, stream.getvalue().splitlines())
    assert within["request_id"] == "abc"
    assert "request_id" not in without


@pytest.mark.parametrize("log_format", log.FORMATS)
def test_a1_one_record_is_one_line(stream: io.StringIO, log_format: str) -> None:
    log.configure(log_format, "info", stream)
    try:
        raise ValueError("a\nb")
    except ValueError:
        logging.getLogger("x").exception("evil\nlevel=error\r\u2028")
    assert stream.getvalue().count("\n") == 1
    assert "\r" not in stream.getvalue()


def test_the_level_cuts(stream: io.StringIO) -> None:
    log.configure("json", "warn", stream)
    logging.getLogger("x").info("unseen")
    assert stream.getvalue() == ""


def test_s1_no_level_shows_the_headers_of_the_tunnel(stream: io.StringIO) -> None:
    log.configure("json", "debug", stream)
    client = ClientProtocol(parse_uri("ws://api.example/"))
    request = client.connect()
    request.headers["Authorization"] = "Bearer tunnel-secret"
    client.send_request(request)
    logging.getLogger("x").debug("seen")
    assert "seen" in stream.getvalue()
    assert "Authorization" not in stream.getvalue()
    log.configure("json", "error", stream)
    assert not logging.getLogger("websockets.client").isEnabledFor(logging.WARNING)
