"""A secret that others can read, or that can be guessed, is no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_wire.secretfile import MAX_BYTES, UnusableSecret, read_secret

SECRET = b"0123456789abcdef"


def _file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.touch(mode=0o600)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_white_space_around_it_does_not_count(tmp_path: Path) -> None:
    assert read_secret(_file(tmp_path, b"\n " + SECRET + b"\r\n")) == SECRET


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_one_that_others_may_read_is_refused_with_the_remedy(tmp_path: Path, mode: int) -> None:
    with pytest.raises(UnusableSecret, match="chmod 600"):
        read_secret(_file(tmp_path, SECRET, mode))


@pytest.mark.parametrize("content", [b"", b"short", SECRET[:-1], b"x" * (MAX_BYTES + 1)])
def test_one_that_is_too_short_or_endless_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnusableSecret, match="make one of 32"):
        read_secret(_file(tmp_path, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableSecret, match="nowhere"):
        read_secret(tmp_path / "nowhere")
