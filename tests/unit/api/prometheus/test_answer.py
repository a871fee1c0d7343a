"""Answers of Prometheus: typed, or a sentence about what is wrong with them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from promscope_api.prometheus.answer import BadAnswer, Line, Sample, decoder, parse, sample_decoder
from promscope_api.prometheus.labels import ContainerKey, NoLabels

_samples = decoder(Sample[ContainerKey])


def vector(*pairs: tuple[dict[str, str], str]) -> bytes:
    result = [{"metric": labels, "value": [1.5, value]} for labels, value in pairs]
    data = {"resultType": "vector", "result": result}
    return json.dumps({"status": "success", "data": data}).encode()


def test_only_the_wanted_labels_are_kept() -> None:
    (sample,) = parse(vector(({"container_id": "ab", "job": "x"}, "2.5")), _samples)
    assert sample.metric == ContainerKey("ab")
    assert (sample.value[0], sample.number) == (1.5, 2.5)


@pytest.mark.parametrize("text", ["NaN", "+Inf", "-Inf", "1e300"])
def test_every_number_prometheus_writes_is_read(text: str) -> None:
    (sample,) = parse(vector(({}, text)), _samples)
    assert isinstance(sample.number, float)


def test_range_answer() -> None:
    data = {"resultType": "matrix", "result": [{"metric": {}, "values": [[1, "2"], [16, "3"]]}]}
    body = json.dumps({"status": "success", "data": data}).encode()
    (line,) = parse(body, decoder(Line[NoLabels]))
    assert line.values == [(1.0, "2"), (16.0, "3")]


def test_refusal_carries_prometheus_own_words() -> None:
    body = b'{"status":"error","errorType":"execution","error":"too many samples"}'
    with pytest.raises(BadAnswer, match="too many samples"):
        parse(body, _samples)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"status":"success"}', b"\xff\xfe", b"[" * 100_000, b'{"status":1}'],
)
def test_r1_anything_else_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        parse(body, _samples)


def test_decoders_are_made_in_many_threads_at_once() -> None:
    kinds = [
        msgspec.defstruct(f"Labels{number}", [("job", str, "")], gc=False, frozen=True)
        for number in range(200)
    ]
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(sample_decoder, kinds * 3))
    assert made[:200] == made[200:400] == made[400:]
    assert len(set(map(id, made))) == 200
