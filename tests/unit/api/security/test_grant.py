from __future__ import annotations

import dataclasses

import pytest

from promscope_api.security.grant import Grant


def test_nobody_can_change_whom_it_signs_in() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Grant("ada", ("viewer",)).user = "root"  # type: ignore[misc]
