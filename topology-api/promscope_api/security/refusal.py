"""A request that is refused, as every transport answers it (RFC 9457 problem details)."""

from __future__ import annotations

from typing import Any

_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not permitted",
    404: "Not found",
    409: "Not possible now",
    415: "Wrong content type",
    429: "Too many attempts",
    502: "The container engine refused",
    503: "Not available now",
    504: "No answer in time",
}

CONTENT_TYPE = "application/problem+json"


class Refused(Exception):
    """The request is answered with `status` and nothing else happens.

    `detail` is for the user: what was wrong and the remedy. `reason` is a short word for audit
    records and metrics. `members` are further members of the problem, such as operation_id.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        *,
        title: str = "",
        retry_after: int | None = None,
        members: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.title = title or _TITLES.get(status, "Refused")
        self.retry_after = retry_after
        self.members = members or {}

    def problem(self) -> dict[str, Any]:
        """The problem+json object."""
        return {
            "type": f"urn:promscope:problem:{self.reason}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }

    def headers(self) -> dict[str, str]:
        """Response headers beside the content type."""
        headers = {"Cache-Control": "no-store"}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return headers
