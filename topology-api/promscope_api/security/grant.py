"""What a sign-in method answers: whom it signs in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """A user's name and roles, whichever way they were proved."""

    user: str
    roles: tuple[str, ...]
