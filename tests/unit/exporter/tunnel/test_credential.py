"""What a probe shows: a shared secret, or one that it made itself and keeps."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from promscope_exporter.tunnel.credential import FILE, OwnCredential, SharedSecret
from promscope_wire.secretfile import UnusableSecret


def secret(path: Path, content: str = "a-secret-of-some-length") -> str:
    path.touch(0o600)
    path.write_text(content)
    return str(path)


def test_the_shared_secret_is_read_for_each_dial(tmp_path: Path) -> None:
    shared = SharedSecret(secret(tmp_path / "secret"))
    assert shared.headers() == {"Authorization": "Bearer a-secret-of-some-length"}
    secret(tmp_path / "secret", "another-of-some-length")
    assert shared.headers() == {"Authorization": "Bearer another-of-some-length"}


def test_its_own_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    token = secret(tmp_path / "token")
    folder = tmp_path / "made" / "on" / "demand"
    first = OwnCredential(folder, token).headers()
    assert first["X-Promscope-Join"] == "a-secret-of-some-length"
    assert first["Authorization"].startswith("Bearer psp_")
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert OwnCredential(folder, token).headers() == first
    assert OwnCredential(tmp_path / "other", token).headers() != first
    Path(token).unlink()
    del first["X-Promscope-Join"]
    assert OwnCredential(folder, token).headers() == first


def test_a_half_made_one_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / FILE).with_suffix(".new").write_text("psp_")
    assert len(OwnCredential(tmp_path, "").headers()["Authorization"]) == len("Bearer psp_") + 43


def test_what_cannot_be_used_is_said(tmp_path: Path) -> None:
    token = tmp_path / "token"
    secret(token)
    token.chmod(0o644)
    with pytest.raises(UnusableSecret, match="chmod 600"):
        OwnCredential(tmp_path, str(token)).headers()
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusableSecret, match=r"--storage\.path"):
        OwnCredential(tmp_path / "file", str(token)).headers()
