from pathlib import Path

import pytest

from stack import page
from stack.refusal import Refusal


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "main.ts").write_text("1")
    return tmp_path


def test_the_fingerprint_follows_the_sources(sources: Path) -> None:
    before = page.fingerprint(sources)
    assert page.fingerprint(sources) == before
    (sources / "web" / "main.ts").write_text("2")
    assert page.fingerprint(sources) != before


def test_a_renamed_source_is_another_one(sources: Path) -> None:
    before = page.fingerprint(sources)
    (sources / "web" / "main.ts").rename(sources / "web" / "other.ts")
    assert page.fingerprint(sources) != before


def test_what_is_made_there_is_no_source(sources: Path) -> None:
    before = page.fingerprint(sources)
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "react.js").write_text("")
    (sources / "web" / "dist").mkdir()
    (sources / "web" / "dist" / "main.js").write_text("")
    assert page.fingerprint(sources) == before


def test_a_page_that_is_there_and_current_is_not_built(sources: Path, tmp_path: Path) -> None:
    built = tmp_path / "page"
    built.mkdir()
    (built / "index.html").write_text("")
    plugin = tmp_path / "web"
    (plugin / "node_modules").mkdir()
    (plugin / "node_modules" / ".promscope-page").write_text(page.fingerprint(plugin))
    assert not page.build(plugin, built)


def test_an_environment_without_node_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="make env"):
        page.node(tmp_path)
