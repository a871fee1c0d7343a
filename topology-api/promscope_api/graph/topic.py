"""What can be watched: a view, or what a filter leaves of it, of what somebody may see."""

from __future__ import annotations

import hashlib
from typing import Self

import msgspec

from promscope_api.query.parser import parse


class Topic(msgspec.Struct, frozen=True, gc=False):
    """`filter` is a query in its canonical form, "" for the whole view; `sight` the text of a
    `Sight`, "" for everything.
    """

    view: str
    filter: str = ""
    sight: str = ""

    @classmethod
    def of(cls, view: str, query: str) -> Self:
        """From a user's query. Raises BadQuery."""
        expression = parse(query)
        return cls(view, "" if expression is None else str(expression))

    @property
    def tag(self) -> str:
        """A short name that is safe in an ETag."""
        if not self.filter and not self.sight:
            return self.view
        rest = f"{self.filter}\n{self.sight}" if self.sight else self.filter
        return f"{self.view}-{hashlib.sha256(rest.encode()).hexdigest()[:12]}"
