"""The page at `/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from promscope_api.graph.graph import Graph
from tests.fleet.rest import Rest, check


@pytest.fixture
def built(tmp_path: Path) -> Rest:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>map</title>")
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "app-1a2b.js").write_text("1")
    (tmp_path / ".secret").write_text("no")
    (tmp_path.parent / "outside.txt").write_text("no")
    return Rest(Graph(), tmp_path)


def test_page_and_its_assets(built: Rest) -> None:
    page = built.get("/")
    check("/", page)
    assert "map" in page.text
    assert page.headers["Cache-Control"] == "no-cache"
    asset = built.get("/assets/app-1a2b.js")
    assert "immutable" in asset.headers["Cache-Control"]
    assert "javascript" in asset.content_type
    assert built.get("/icon.svg").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../index.html", "/assets/..%2f..%2foutside.txt", "/..%2foutside.txt", "/.secret",
        "/assets/%2e%2e/%2e%2e/outside.txt", "/assets//etc/passwd", "/assets/nothing.js", "/a%00b",
    ],
)  # fmt: skip
def test_nothing_else_is_served(built: Rest, path: str) -> None:
    answer = built.get(path)
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    folder = tmp_path / "<odd>"
    answer = Rest(Graph(), folder).get("/")
    check("/", answer)
    assert answer.status_code == 503
    assert "make page" in answer.text
    assert "<odd>" not in answer.text
    assert "&lt;odd&gt;" in answer.text


def test_packaged_page_is_the_default() -> None:
    assert Rest(Graph()).get("/").status_code in (200, 503)
