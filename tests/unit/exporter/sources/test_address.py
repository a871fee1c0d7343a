import ipaddress

import hypothesis.strategies as st
import pytest
from hypothesis import given

from promscope_exporter.sources.address import (
    canonical,
    is_group,
    is_link_local,
    is_loopback,
    is_unspecified,
    packed,
    text,
)


@given(st.ip_addresses())
def test_text_and_back(address):
    expected = address
    if address.version == 6 and address.ipv4_mapped:
        expected = address.ipv4_mapped
    assert packed(str(address)) == expected.packed
    assert packed(text(expected.packed)) == expected.packed
    assert ipaddress.ip_address(text(expected.packed)) == expected


@given(st.ip_addresses())
def test_what_kind_of_address(address):
    raw = address.packed
    assert is_loopback(raw) == address.is_loopback or address.version == 6
    assert is_link_local(raw) == address.is_link_local
    assert is_unspecified(raw) == address.is_unspecified


@pytest.mark.parametrize(
    ("address", "loopback", "local", "group"),
    [
        ("127.8.9.1", True, False, False),
        ("::1", True, False, False),
        ("169.254.1.1", False, True, False),
        ("fe80::1", False, True, False),
        ("febf::1", False, True, False),
        ("fec0::1", False, False, False),
        ("224.0.0.251", False, False, True),
        ("255.255.255.255", False, False, True),
        ("ff02::fb", False, False, True),
        ("10.0.0.1", False, False, False),
    ],
)
def test_examples(address, loopback, local, group):
    raw = packed(address)
    assert (is_loopback(raw), is_link_local(raw), is_group(raw)) == (loopback, local, group)


def test_mapped_is_ipv4():
    assert packed("::ffff:192.0.2.1") == bytes((192, 0, 2, 1))
    assert canonical(bytes(16)) == bytes(16)


@pytest.mark.parametrize(
    "nonsense", ["", "web", "1.2.3", "1.2.3.4/24", "::g", "1.2.3.4\0", "\udcff"]
)
def test_nonsense_is_none(nonsense):
    assert packed(nonsense) is None
