from pathlib import Path

import pytest

from promscope_wire.web.config import InvalidWebConfig, WebConfig, load

HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"


def written(folder: Path, text: str) -> Path:
    file = folder / "web-config.yml"
    file.write_text(text)
    return file


@pytest.mark.parametrize("text", ["", "# nothing\n", "tls_server_config: {}\n", "{}"])
def test_nothing_is_plain_http_for_everyone(tmp_path: Path, text: str) -> None:
    assert load(written(tmp_path, text)) == WebConfig(folder=tmp_path)


def test_everything(tmp_path: Path) -> None:
    found = load(
        written(
            tmp_path,
            f"""
tls_server_config:
  cert_file: server.pem
  key_file: server.key
  min_version: TLS13
http_server_config:
  http2: true
  headers:
    Strict-Transport-Security: max-age=31536000
    X-Frame-Options: deny
basic_auth_users:
  alice: {HASH}
rate_limit:
  interval: 1m30s
  burst: 5
""",
        )
    )
    assert found.tls is not None
    assert (found.tls.cert_file, found.tls.min_version) == ("server.pem", "TLS13")
    assert found.headers["X-Frame-Options"] == "deny"
    assert found.users == {"alice": HASH}
    assert (found.interval, found.burst, found.http2) == (90.0, 5, True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tls_config: {}", "tls_config"),
        ("tls_server_config: {certificate: x}", "certificate"),
        ("tls_server_config: [1]", "object"),
        ("- a", "object"),
        ("a: [", "flow"),
        ("\x00", "special characters"),
        ("basic_auth_users: {alice: secret}", "bcrypt"),
        ("basic_auth_users: {alice: $2y$10$short}", "htpasswd"),
        ("http_server_config: {headers: {Server: x}}", "cannot be set"),
        ("http_server_config: {headers: {X-Frame-Options: no}}", "deny or sameorigin|str"),
        ('http_server_config: {headers: {Content-Security-Policy: "a\\r\\nX: y"}}', "one line"),
        ("rate_limit: {interval: soon}", "15s"),
        ("rate_limit: {burst: many}", "int"),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, why: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(InvalidWebConfig, match=why) as refused:
        load(file)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidWebConfig, match=r"--web\.config\.file"):
        load(tmp_path / "none.yml")
