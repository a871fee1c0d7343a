import asyncio
import gzip

import pytest

from promscope_exporter.exposition.page import OPENMETRICS, TEXT
from promscope_wire.profiling import Profiler
from tests.unit.exporter.fakes import until
from tests.unit.exporter.served import get, raw, serving


async def test_metrics_in_both_formats_and_compressed(tmp_path):
    async with serving(tmp_path) as (address, _):
        status, headers, plain = await get(address, "/metrics")
        assert (status, headers["content-type"]) == (200, TEXT)
        assert b'promscope_host_cpu_seconds_total{mode="9"} 1\n' in plain
        _, headers, body = await get(
            address, "/metrics", "Accept: application/openmetrics-text; version=1.0.0"
        )
        assert headers["content-type"] == OPENMETRICS
        assert body.endswith(b"# EOF\n")
        _, headers, body = await get(address, "/metrics", "Accept-Encoding: gzip")
        assert headers["content-encoding"] == "gzip"
        assert b"promscope_host_cpu_seconds_total" in gzip.decompress(body)


async def test_http_1_0_gets_no_chunks(tmp_path):
    async with serving(tmp_path) as (address, _):
        answer = await raw(address, b"GET /metrics HTTP/1.0\r\n\r\n")
        assert b"chunked" not in answer
        assert b"\r\n\r\n# HELP" in answer


async def test_head_has_no_body(tmp_path):
    async with serving(tmp_path) as (address, _):
        for path in ("/metrics", "/"):
            status, _, body = await get(address, path, method="HEAD")
            assert (status, body) == (200, b"")


async def test_health_landing_page_and_nothing_else(tmp_path):
    async with serving(tmp_path, telemetry_path="/probe") as (address, _):
        assert (await get(address, "/-/healthy"))[0] == 200
        assert (await get(address, "/-/ready"))[0] == 200
        status, headers, body = await get(address, "/")
        assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert headers["content-security-policy"].startswith("default-src 'none'")
        for part in (b'href="/probe"', b"other, wide", b"Version 0."):
            assert part in body
        assert b"/debug/profile" not in body
        status, _, body = await get(address, "/metrics")
        assert (status, b"/probe" in body) == (404, True)
        assert (await get(address, "/probe"))[0] == 200


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("collect[]=wide", (True, False)),
        ("collect%5B%5D=wide&collect[]=other", (True, True)),
        ("exclude[]=wide", (False, True)),
        ("exclude[]=one-that-is-off", (True, True)),
        ("something=else", (True, True)),
    ],
)
async def test_named_collectors(tmp_path, query, there):
    async with serving(tmp_path) as (address, _):
        status, _, body = await get(address, f"/metrics?{query}")
        assert status == 200
        assert (b"promscope_host_cpu_seconds" in body, b"promscope_host_load1" in body) == there
        assert (b'collector="wide"' in body, b'collector="other"' in body) == there


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("collect[]=nothing", b"other, wide"),
        ("collect[]=wide&exclude[]=other", b"cannot be combined"),
        ("exclude[]=wide&exclude[]=other", b"no collector"),
    ],
)
async def test_named_collectors_that_cannot_be(tmp_path, query, why):
    async with serving(tmp_path) as (address, _):
        status, _, body = await get(address, f"/metrics?{query}")
        assert status == 400
        assert why in body


async def test_not_ready_before_the_sources_were_asked(tmp_path):
    settled = asyncio.Event()
    async with serving(tmp_path, settled=[settled]) as (address, _):
        assert (await get(address, "/-/ready"))[0] == 503
        assert (await get(address, "/-/healthy"))[0] == 200
        settled.set()
        assert (await get(address, "/metrics"))[0] == 200
        assert (await get(address, "/-/ready"))[0] == 200


async def test_profiles_are_off_unless_asked_for(tmp_path):
    async with serving(tmp_path) as (address, _):
        status, _, body = await get(address, "/debug/profile")
        assert status == 403
        assert b"--web.enable-profile" in body


async def test_profiles(tmp_path):
    async with serving(tmp_path, profiler=Profiler()) as (address, _):
        assert b"/debug/profile" in (await get(address, "/"))[2]
        status, _, body = await get(address, "/debug/profile?seconds=0")
        assert status == 200
        status, _, body = await get(address, "/debug/profile?type=memory&seconds=0")
        assert status == 200
        assert b"resident bytes" in body
        for query in ("type=disk", "seconds=-1", "seconds=x", "seconds=²"):
            assert (await get(address, f"/debug/profile?{query}"))[0] == 400


async def test_one_profile_at_a_time(tmp_path):
    profiler = Profiler()
    async with serving(tmp_path, profiler=profiler) as (address, _):
        first = asyncio.create_task(get(address, "/debug/profile?seconds=120"))
        await until(lambda: profiler.running)
        status, _, body = await get(address, "/debug/profile?seconds=0")
        assert status == 503
        assert b"another profile" in body
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
