from __future__ import annotations

from promscope_api.http.operation import Operation


def test_every_request_may_be_refused_but_the_page_s() -> None:
    assert {401, 403, 500} <= set(Operation("get", "/x", "x", "X.", errors=(404,)).problems)
    assert 404 in Operation("get", "/x", "x", "X.", errors=(404,)).problems
    assert Operation("get", "/", "page", "The page.", tag="page").problems == ()
