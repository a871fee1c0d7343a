import pytest

from promscope_wire.web.address import Address, address


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("127.0.0.1:80", Address("127.0.0.1", 80)),
        ("[::1]:10180", Address("::1", 10180)),
        (":10180", Address("", 10180)),
        ("localhost:0", Address("localhost", 0)),
    ],
)
def test_address(text: str, wanted: Address) -> None:
    assert address(text) == wanted
    assert address(str(wanted)) == wanted


@pytest.mark.parametrize("text", ["", "80", "host", "::1:80", "host:65536", "host:http", "[::1]"])
def test_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        address(text)
