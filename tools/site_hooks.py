"""Hooks of mkdocs: README.md is the first page, and a link that leaves docs/ becomes the name of the file."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((?![a-z]+:|#)([^)\s#]+)(#[^)\s]*)?\)")


def on_files(files: Any, config: Any) -> Any:
    """Make the first page of README.md; its links begin at the top of the tree."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    files.append(File.generated(config, "index.md", content=inside(text, "")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Take links away that lead out of docs/."""
    if page.file.src_uri == "index.md":
        return markdown
    return inside(markdown, posixpath.join("docs", posixpath.dirname(page.file.src_uri)), page.file.src_uri)


def inside(markdown: str, folder: str, page: str = "index.md") -> str:
    """Return a page whose links stay below docs/; ``folder`` is what they are relative to."""

    def turned(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        path = posixpath.normpath(posixpath.join(folder, target))
        if path == "README.md":
            path = "docs/index.md"
        if not path.startswith("docs/"):
            return f"{text}" if text.strip("`") == path else f"{text} (`{path}` in the repository)"
        if (ROOT / path).is_dir():
            path += "/README.md"
        to = posixpath.relpath(path.removeprefix("docs/"), posixpath.dirname(page) or ".")
        return f"[{text}]({to}{anchor})"

    return LINK.sub(turned, markdown)
