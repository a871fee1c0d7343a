"""The one exception that ends a command with a sentence instead of a traceback."""

from __future__ import annotations


class Refusal(Exception):
    """Something is in the way; the message says what, and what the user can do about it."""
