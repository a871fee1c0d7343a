from __future__ import annotations

from promscope_api.http.itself_operations import ITSELF_OPERATIONS


def test_what_the_api_says_of_itself_is_only_read() -> None:
    assert {one.method for one in ITSELF_OPERATIONS} == {"get"}


def test_the_page_and_its_health_are_for_everybody() -> None:
    public = {one.id for one in ITSELF_OPERATIONS if one.public}
    assert public == {"healthy", "ready", "page", "pageAsset", "pageFile"}
