import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promscope_wire import frames

RECORD = frames.ContainerRecord(
    node="container:3f4a8b1c9d0e", id="3f4a8b1c9d0e" + "5" * 52, name="shop-cart-1",
    image="shop:1", image_id="sha256:00", state="running", created=1.5, labels={"a": 'b"\n'},
    ports=(frames.Port(80, "tcp", "0.0.0.0", 8080),),
    networks=(frames.Network("shop", ("172.18.0.2",)),), cpu_limit_cores=0.5)  # fmt: skip

FROM_PROBE = [
    frames.Hello(frames.PROTOCOL, "0123456789abcdef", "web-1", "0.1.0", "e1", ("lifecycle",), 1.0),
    frames.Inventory("e1", 7, (RECORD,)),
    frames.Change("e1", 8, "pause", RECORD.node, RECORD),
    frames.Change("e1", 9, "destroy", RECORD.node),
    frames.Heartbeat("e1", 9, 2.0),
    frames.Outcome("op", "failed", frames.Problem("timeout", "The Docker Engine did not answer")),
    frames.Answer("r1", (frames.ProcessRecord("process:a:1:2", 1, 0, RECORD.node, "redis"),)),
]
FROM_API = [
    frames.Welcome(frames.PROTOCOL, "api", "0.1.0"),
    frames.Control("op", "stop", RECORD.node, 10.0, {"timeout_seconds": 3}),
    frames.Query("r1", "processes", RECORD.node),
]


@pytest.mark.parametrize("frame", FROM_PROBE)
def test_a_probes_frame_arrives_as_it_was(frame) -> None:
    assert frames.decode_from_probe(frames.encode(frame)) == frame


@pytest.mark.parametrize("frame", FROM_API)
def test_an_apis_frame_arrives_as_it_was(frame) -> None:
    assert frames.decode_from_api(frames.encode(frame)) == frame


def test_what_is_not_known_takes_no_room() -> None:
    sent = json.loads(frames.encode(frames.Inventory("e1", 7, (RECORD,))))
    assert "health" not in sent["containers"][0]
    assert "memory_limit_bytes" not in sent["containers"][0]


def test_a_newer_peers_frame_is_ignored() -> None:
    assert frames.decode_from_probe('{"type":"from-the-future","x":1}') is None
    assert frames.decode_from_api('{"type":"hello"}') is None
    assert frames.decode_from_api('{"type":"welcome","protocol":1,"api_id":"a","version":"9",'
                                  '"new_field":true}') is not None  # fmt: skip


@pytest.mark.parametrize("message", [
    "", "null", "[]", '{"type":"hello"}', '{"type":1}', '{"protocol":1}', "{", b"\xff\xfe",
    '{"type":"heartbeat","epoch":1,"sequence":1,"wall_clock":1}', "[" * 100_000,
    '{"type":"change","epoch":"e","sequence":"9","event":"x","node":"n"}',
])  # fmt: skip
def test_a_malformed_frame_is_refused(message) -> None:
    with pytest.raises(frames.InvalidFrame):
        frames.decode_from_probe(message)


PID = '{"node":"n","id":"i","name":"n","image":"i","image_id":"i","state":"s","pid":%d}'


@pytest.mark.parametrize("number", [-1, 2**63, 2**64, 10**40])
@pytest.mark.parametrize("fields", [
    '"type":"heartbeat","epoch":"e","wall_clock":1,"sequence":%d',
    '"type":"inventory","epoch":"e","sequence":%d,"containers":[]',
    '"type":"change","epoch":"e","sequence":1,"event":"x","node":"n","container":' + PID,
])  # fmt: skip
def test_l2_a_number_that_fits_nowhere_is_refused(fields: str, number: int) -> None:
    frames.decode_from_probe("{" + fields % (2**63 - 1) + "}")
    with pytest.raises(frames.InvalidFrame):
        frames.decode_from_probe("{" + fields % number + "}")


def test_l2_an_oversize_frame_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(frames.InvalidFrame, match="limit"):
        frames.decode_from_api(" " * (frames.MAX_FRAME_BYTES + 1))


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_message_is_a_frame_or_refused(message) -> None:
    for decode in (frames.decode_from_probe, frames.decode_from_api):
        with contextlib.suppress(frames.InvalidFrame):
            decode(message)
