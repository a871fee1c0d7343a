"""The pages of the documentation, as tests read them: headings, links, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.docs.promql import ROOT

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_MADE_HERE = frozenset(("node_modules", ".venv", ".state", ".pytest_cache", "dist"))


class Block(NamedTuple):
    language: str
    text: str


class Page:
    """One Markdown file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path.relative_to(ROOT))
        text = path.read_text()
        self.blocks = [Block(found[2], found[3]) for found in _FENCE.finditer(text)]
        self.prose = _FENCE.sub("", text)

    @property
    def links(self) -> list[str]:
        return _LINK.findall(self.prose)

    @property
    def spans(self) -> list[str]:
        """What stands `like this`."""
        return _SPAN.findall(self.prose)

    @property
    def code(self) -> str:
        """Everything that is not prose."""
        return "\n".join([*self.spans, *(block.text for block in self.blocks)])

    @property
    def anchors(self) -> set[str]:
        """The names of its headings, as the usual renderers make them."""
        return {
            re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
            for heading in _HEADING.findall(self.prose)
        }

    def commands(self) -> Iterator[str]:
        """The lines of its shell blocks, continued ones joined."""
        for block in self.blocks:
            if block.language in ("sh", "shell", "bash", "console"):
                for line in re.sub(r"\\\n\s*", "", block.text).splitlines():
                    if line.strip() and not line.lstrip().startswith("#"):
                        yield line.strip()


def _paths() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.md")):
        parts = path.relative_to(ROOT).parts
        if not _MADE_HERE & set(parts):
            yield path


PAGES = [Page(path) for path in _paths()]
