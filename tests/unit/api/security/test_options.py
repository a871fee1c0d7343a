from __future__ import annotations

import pytest

from promscope_api.security.options import OPTIONS
from promscope_wire.options import InvalidOption, resolve


def test_nothing_is_open_by_default() -> None:
    resolved = resolve(OPTIONS, {}, {})
    assert resolved["auth.local-viewer"] is False
    assert resolved["tunnel.secret-file"] == ""
    assert resolved["web.external-url"] == ()


@pytest.mark.parametrize("url", ["map.example", "ftp://map.example", "https://", "https://u:p@x"])
def test_an_external_url_is_a_url(url: str) -> None:
    with pytest.raises(InvalidOption, match="http:// or https://"):
        resolve(OPTIONS, {"web.external-url": [url]}, {})
