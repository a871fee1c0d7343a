"""Named networks outside."""

from __future__ import annotations

import pytest

from promscope_api.graph.networks import Networks, network


def test_nodes_outside_without_names() -> None:
    outside = Networks().outside
    assert outside("203.0.113.9") == "external:203.0.113.9"
    assert outside("2001:db8::1") == "external:2001~3adb8~3a~3a1"
    assert outside("other:private") == "other:private"
    assert outside("internet") == "internet"
    assert outside("") == "external:unknown"


def test_narrowest_network_names_an_address() -> None:
    outside = Networks(["all=10.0.0.0/8", "office=10.1.0.0/16", "six=2001:db8::/32"]).outside
    assert outside("10.1.2.3") == "external:office"
    assert outside("10.2.0.1") == "external:all"
    assert outside("::ffff:10.1.0.1") == "external:office"
    assert outside("2001:db8::7") == "external:six"
    assert outside("192.0.2.1") == "external:192.0.2.1"
    assert outside("not an address") == "external:not~20an~20address"


@pytest.mark.parametrize(
    "text", ["", "office", "=10.0.0.0/8", "office=ten", "10.0.0.1=10.0.0.0/8", "a\nb=10.0.0.0/8",
             "x" * 65 + "=10.0.0.0/8"]
)  # fmt: skip
def test_what_is_no_named_network(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        network(text)
