"""An alert that really fires is on the map, at the node that it is about."""

from __future__ import annotations

from tests.acceptance.alarm import ALARMING_BYTES
from tests.acceptance.client import Json
from tests.acceptance.patience import until
from tests.acceptance.product import Product
from tests.acceptance.scratch import Scratch


def test_a_container_is_critical_while_its_alert_fires_and_says_so(
    product: Product, scratch: Scratch
) -> None:
    visitor = product.client()
    _, calm = scratch.run()
    name, node = scratch.run(f"--memory={ALARMING_BYTES}")
    until(lambda: {calm, node} <= visitor.nodes("containers").keys(), "both containers")
    if product.backend.is_victoria:
        about = f'container_id="{node.partition(":")[2]}",name="{name}"'
        labels = f'alertname="TestAlarm",alertstate="firing",severity="critical",{about}'
        product.backend.write(f"ALERTS{{{labels}}} 1\n")

    def alarmed() -> Json | None:
        found = visitor.nodes("containers").get(node)
        return found if found and found["status"] == "critical" else None

    critical = until(alarmed, "the alert at its container")
    assert critical["reasons"] == ["alert TestAlarm is firing"]
    shown = visitor.json(f"/api/v1/nodes/{node}")["node"]
    assert shown["reasons"] == critical["reasons"]
    assert "alert TestAlarm is firing" not in visitor.nodes("containers")[calm]["reasons"]
