"""The page of the API's description."""

from __future__ import annotations

from html.parser import HTMLParser

from promscope_api.graph.graph import Graph
from promscope_api.http.openapi import document
from tests.fleet.rest import Rest, check


class Links(HTMLParser):
    """Ids and inner links of a page; anything that would need a script or an inline style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.wanted: set[str] = set()
        self.unsafe: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids |= {found["id"] or ""} if "id" in found else set()
        href = found.get("href") or ""
        self.wanted |= {href[1:]} if href.startswith("#") else set()
        if tag in ("script", "style") or "style" in found or any(k.startswith("on") for k in found):
            self.unsafe.append(tag)


def test_every_operation_and_schema_is_there() -> None:
    answer = Rest(Graph()).get("/api/docs")
    check("/api/docs", answer)
    page = Links(answer.text)
    operations = {
        operation["operationId"]
        for methods in document()["paths"].values()
        for operation in methods.values()
    }
    assert operations | set(document()["components"]["schemas"]) <= page.ids
    assert page.wanted <= page.ids


def test_the_content_security_policy_has_nothing_to_say() -> None:
    rest = Rest(Graph())
    page = rest.get("/api/docs")
    assert Links(page.text).unsafe == []
    assert '<link rel="stylesheet" href="/api/docs/style.css">' in page.text
    style = rest.get("/api/docs/style.css")
    check("/api/docs/style.css", style)
    assert style.status_code == 200


def test_texts_are_texts() -> None:
    assert "<img" not in Rest(Graph()).get("/api/docs").text
