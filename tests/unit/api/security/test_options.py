from __future__ import annotations

import pytest

from promscope_api.security.options import OPTIONS, oidc_settings
from promscope_wire.options import InvalidOption, resolve


def test_nothing_is_open_by_default() -> None:
    resolved = resolve(OPTIONS, {}, {})
    assert resolved["auth.local-viewer"] is False
    assert resolved["tunnel.secret-file"] == ""
    assert resolved["web.external-url"] == ()


OIDC = {
    "auth.oidc-issuer": "https://login.example",
    "auth.oidc-client-id": "promscope",
    "auth.oidc-role": ["team=staff=operator"],
    "web.external-url": ["https://map.example"],
}


def test_an_identity_provider() -> None:
    assert oidc_settings(resolve(OPTIONS, {}, {})) is None
    made = oidc_settings(resolve(OPTIONS, OIDC, {}))
    assert made is not None
    assert (made.issuer, made.external_url) == ("https://login.example", "https://map.example")
    assert made.roles == {"team=staff": "operator"}


@pytest.mark.parametrize("part", sorted(OIDC.keys() - {"auth.oidc-issuer"}))
def test_a_provider_without_a_part_of_its_settings(part: str) -> None:
    with pytest.raises(InvalidOption, match=f"needs --{part} too"):
        oidc_settings(resolve(OPTIONS, {**OIDC, part: OPTIONS_EMPTY[part]}, {}))


@pytest.mark.parametrize("text", ["staff", "=operator", "staff="])
def test_a_role_of_ours_is_given(text: str) -> None:
    with pytest.raises(InvalidOption, match="VALUE=ROLE"):
        resolve(OPTIONS, {"auth.oidc-role": [text]}, {})


OPTIONS_EMPTY = {"auth.oidc-client-id": "", "auth.oidc-role": [], "web.external-url": []}


@pytest.mark.parametrize("url", ["map.example", "ftp://map.example", "https://", "https://u:p@x"])
def test_an_external_url_is_a_url(url: str) -> None:
    with pytest.raises(InvalidOption, match="http:// or https://"):
        resolve(OPTIONS, {"web.external-url": [url]}, {})
