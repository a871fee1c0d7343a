"""What a declared route consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

JSON = "application/json"
TEXT = "text/plain"
HTML = "text/html"
CSV = "text/csv"
CSS = "text/css"
ANY = "application/octet-stream"

#: What may go wrong with every request; the others are named per operation.
_ALWAYS = (401, 403, 429, 500)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter in the path or in the query."""

    name: str
    place: Literal["path", "query"]
    description: str
    schema: dict[str, Any]
    example: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `answer` is the type of the body of `status`, None: no schema.

    `errors` are the statuses answered with a problem beside those every request may get.
    `other_media` is text that the caller may choose instead of `media`.
    `permission` is what the caller needs unless it is `public`; `audit` the event.action of what
    is recorded when it is done, beside refusals. `messages` makes it a socket: what the server
    sends and what the client may.
    """

    method: str
    path: str
    id: str
    summary: str
    answer: Any = None
    media: str = JSON
    other_media: str = ""
    status: int = 200
    also: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: Any = None
    errors: tuple[int, ...] = ()
    public: bool = False
    permission: str = "view"
    audit: str = ""
    messages: tuple[tuple[Any, ...], tuple[Any, ...]] | None = None
    tag: str = "map"

    @property
    def problems(self) -> tuple[int, ...]:
        always = () if self.tag == "page" else _ALWAYS
        # what is put into a path can be what no path may have (`PlainPath`)
        written = (400,) if "{" in self.path else ()
        return tuple(sorted({*self.errors, *always, *written}))
