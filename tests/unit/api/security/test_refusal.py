from __future__ import annotations

from promscope_api.security.refusal import Refused


def test_a_refusal_is_a_problem_with_its_members() -> None:
    refused = Refused(409, "gone", "It is gone.", members={"operation_id": "x"}, retry_after=3)
    assert refused.problem() == {
        "type": "urn:promscope:problem:gone",
        "title": "Not possible now",
        "status": 409,
        "detail": "It is gone.",
        "operation_id": "x",
    }
    assert refused.headers() == {"Cache-Control": "no-store", "Retry-After": "3"}


def test_a_status_without_a_title_of_its_own_has_one() -> None:
    assert Refused(418, "tea", "no").problem()["title"] == "Refused"
