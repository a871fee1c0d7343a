"""The page that Prometheus reads, from a real exporter on this machine."""

from __future__ import annotations

import subprocess
import time

import pytest
import requests
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as text_format

from demo.engine import docker
from demo.shop import Shop
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch

pytestmark = pytest.mark.docker

Key = tuple[str, frozenset[tuple[str, str]]]


def counters(page: str) -> dict[Key, float]:
    """Every series that may never fall, summaries' sums and counts included."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_format(page)
        if family.type in ("counter", "summary")
        for sample in family.samples
        if sample.name.endswith(("_total", "_sum", "_count"))
    }


def test_promtool_accepts_the_page(product: Product, shop: Shop) -> None:
    page = until(
        lambda: page if "promscope_edge_connections{" in (page := product.metrics()) else None,
        "edges on the page",
    )
    done = subprocess.run(
        ["promtool", "check", "metrics"], input=page, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_series_is_there_twice_in_either_format(product: Product, shop: Shop) -> None:
    url = f"http://{product.exporter_address}/metrics"
    accepted = "application/openmetrics-text; version=1.0.0"
    om = requests.get(url, headers={"Accept": accepted}, timeout=10)
    assert om.headers["Content-Type"].startswith("application/openmetrics-text")
    for families in (openmetrics(om.text), text_format(product.metrics())):  # type: ignore[no-untyped-call]
        seen: set[Key] = set()
        for family in families:
            for sample in family.samples:
                key = (sample.name, frozenset(sample.labels.items()))
                assert key not in seen, key
                seen.add(key)
        assert len(seen) > 200


def test_counters_never_fall(product: Product, shop: Shop, scratch: Scratch) -> None:
    before = counters(product.metrics())
    end = time.monotonic() + 15
    while time.monotonic() < end:
        name, _ = scratch.run(command=f"while sleep 0.1; do echo | nc {_gateway(shop)} 8080; done")
        time.sleep(0.5)
        docker("restart", "-t", "0", name)
        now = counters(product.metrics())
        fallen = {
            key: (before[key], now[key])
            for key in before.keys() & now.keys()
            if now[key] < before[key]
        }
        assert not fallen
        before = now


def test_births_are_at_zero(product: Product, shop: Shop, scratch: Scratch) -> None:
    """A series' first sample is never counted, so nothing may have happened in it yet."""
    send = "head -c 1000000 /dev/zero | nc ledger 9000"
    _, node = scratch.run(
        "--network", f"{shop.project}_back", command=f"{send}; sleep 1; {send}; sleep 1000"
    )  # fmt: skip
    families = {
        "promscope_container_cpu_seconds_total": f'container_id="{node.partition(":")[2]}',
        "promscope_edge_transmit_bytes_total": f'source="{node}"',
        "promscope_edge_connects_total": f'source="{node}"',
    }
    seen: dict[str, list[float]] = {family: [] for family in families}

    def all_grown() -> bool:
        lines = product.metrics().splitlines()
        for family, label in families.items():
            found = [one for one in lines if one.startswith(family + "{") and label in one]
            if found:
                seen[family].append(sum(float(one.rpartition(" ")[2]) for one in found))
        return all(values and values[-1] > 0 for values in seen.values())

    until(all_grown, f"growing counters: {seen}", every=0.3)
    assert {family: values[0] for family, values in seen.items()} == dict.fromkeys(families, 0)


def test_a_container_that_came_and_went_is_scraped_twice(
    product: Product, scratch: Scratch
) -> None:
    _, node = scratch.run("--rm", command="sleep 0.5")
    short = node.partition(":")[2]
    selector = f'promscope_container_info{{container_id=~"{short}.*"}}'
    until(
        lambda: [
            samples for _, samples in product.backend.samples(selector, 60) if len(samples) >= 2
        ],
        "two samples of the container",
    )
    until(lambda: short not in product.metrics(), "its end")


def _gateway(shop: Shop) -> str:
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    return docker("inspect", "-f", template, f"{shop.project}-gateway-1")
