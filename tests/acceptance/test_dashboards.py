"""The dashboards and rules on real data: every query is answered, and shows something."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.shop import Shop
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.docs.dashboards import FILES, load, queries, substitute, variables
from tests.docs.promql import ROOT

pytestmark = pytest.mark.docker

#: Panels that are empty where nothing is wrong, or where the kernel or the shop has no such thing.
QUIET = {
    "promscope-alerts": {
        *("Critical", "Warnings", "To know", "Pending", "Alerts now", "Alerts over time"),
        *("Near their limits", "Filesystems that fill up"),
    },
    "promscope-audit": {"Refused", "Refusals", "Changes asked for", "Changes by address"},
    "promscope-changes": {"Removed"},
    "promscope-fleet": {
        "Exporters down",
        "Failures",
        "Waiting for CPU, memory or disks",
        "Containers in trouble",
    },
    "promscope-host": {"Waiting for CPU, memory or disks"},
    "promscope-itself": {
        "Without a tunnel",
        "Collectors that fail",
        "Collectors that failed and sources that are missing",
        "Series left out",
        "Events lost",
    },
    "promscope-network": {"Failed connects", "Sent again", "Peers outside", "From outside"},
    "promscope-process": set(),
    "promscope-topology": set(),
    "promscope-container": {
        "Health",
        "Throttled",
        "Waiting for CPU, memory or disks",
        "From outside, by port",
    },
}
CONTAINER = "orders"
CONTAINER_BOARD = ROOT / "grafana" / "dashboards" / "promscope-container.json"


def _values(product: Product, shop: Shop) -> dict[str, str]:
    return {
        "job": "promscope-exporter",
        "instance": _literal(product.exporter_address),
        "container": f"{shop.project}-{CONTAINER}-1",
        "ip": "|".join(_addresses(product, f"{shop.project}-{CONTAINER}-1")),
    }


def _addresses(product: Product, name: str) -> list[str]:
    """What the hidden variable `ip` holds: a container's loopback address is everybody's."""
    (hidden,) = [one for one in variables(load(CONTAINER_BOARD)) if one["name"] == "ip"]
    pattern = hidden["regex"].strip("/")
    found = product.backend.query(f'promscope_endpoint_info{{owner_name="{name}"}}')
    addresses = {series["metric"]["ip"] for series in found}
    return sorted(_literal(address) for address in addresses if re.match(pattern, address))


def _none(titles: set[str]) -> bool:
    """True; an AssertionError with the titles while there are any, for `until` to show."""
    assert not titles, f"empty: {sorted(titles)}"
    return True


def _literal(text: str) -> str:
    """As Grafana puts a value into a regular expression: its backslashes stand in a string."""
    return re.escape(text).replace("\\", "\\\\")


@pytest.fixture(scope="module")
def settled(product: Product, shop: Shop) -> Product:
    """With rates: edges that were born at 0 have been scraped often enough to have grown."""
    name = f"{shop.project}-{CONTAINER}-1"
    until(
        lambda: product.backend.query(
            f'rate(promscope_edge_transmit_bytes_total{{source_name="{name}"}}[1m]) > 0'
        ),
        "bytes of an edge of the shop",
        seconds=120,
    )
    return product


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_panel_shows_something(file: Path, settled: Product, shop: Shop) -> None:
    board = load(file)
    values = _values(settled, shop)

    def empty() -> set[str]:
        shown: dict[str, int] = {}
        for title, target in queries(board):
            found = settled.backend.query(substitute(target["expr"], board, values))
            shown[title] = shown.get(title, 0) + len(found)
        return {title for title, count in shown.items() if not count} - QUIET[file.stem]

    until(lambda: _none(empty()), "data in every panel", every=1)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_variable_has_something_to_choose(file: Path, settled: Product, shop: Shop) -> None:
    board = load(file)
    # No scrape configuration here adds a cluster.
    asked = [one for one in variables(board) if one["type"] == "query" and one["name"] != "cluster"]
    for variable in asked:
        found = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]["query"])
        assert found
        series = settled.backend.query(substitute(found[1], board, _values(settled, shop)))
        offered = {one["metric"].get(found[2], "") for one in series}
        pattern = variable["regex"].strip("/")
        assert [text for text in offered if text and re.match(pattern, text)], variable["name"]


def test_the_dashboard_of_a_container_names_its_clients(settled: Product, shop: Shop) -> None:
    board = load(CONTAINER_BOARD)
    values = _values(settled, shop)
    targets = [target for title, target in queries(board) if title == "Incoming from this host"]
    clients = {
        series["metric"]["source_name"]
        for target in targets
        for series in settled.backend.query(substitute(target["expr"], board, values))
    }
    assert clients
    assert all(name.startswith(shop.project) for name in clients)


def test_the_rules_are_answered_and_find_nothing_wrong(settled: Product) -> None:
    fired: dict[str, list[Mapping[str, Any]]] = {}
    for file in sorted((ROOT / "prometheus" / "rules").glob("*.yml")):
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                found = settled.backend.query(rule["expr"])
                if "alert" in rule:
                    fired[rule["alert"]] = [one["metric"] for one in found]
                elif not rule["record"].startswith("edge:"):
                    assert found, rule["record"]
    for alert in ("PromscopeExporterDown", "PromscopeCollectorFailed", "PromscopeTunnelDown"):
        assert fired[alert] == []
