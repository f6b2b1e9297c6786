"""Rewrites the golden reports: ``make golden``."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from abidiff.reports import Style, names, render
from abidiff.resources import resource_text
from tests.reports import protocols
from tests.reports.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = {
    "text": "txt",
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "codequality": "codequality.json",
    "github": "github",
    "markdown": "md",
    "rst": "rst",
    "html": "html",
}


RESOURCES = ("page.css", "page.js", "protocol.css")


def folded(page: str) -> str:
    """Return a page that names the files its style and script are made of, instead of repeating them.

    The digests of the content policy are checked and replaced by a word, for they change with those files.
    """

    def inner(found: re.Match[str]) -> str:
        text = found[2]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
        allowed.setdefault(f"'sha256-{digest}'", f"(of this {found[1]})")
        for name in RESOURCES:
            text = text.replace(resource_text(f"reports/{name}"), f"[{name}]\n")
        return f"<{found[1]}>{text}</{found[1]}>"

    allowed: dict[str, str] = {}
    page = re.sub(r"<(style|script)>(.*?)</\1>", inner, page, flags=re.DOTALL)
    for digest, word in allowed.items():
        page = page.replace(digest, word).replace(digest.replace("'", "&#39;"), word)
    return page


def golden() -> dict[str, str]:
    """Return file name → what it should hold."""
    out = {f"{sample}.{SUFFIXES[name]}": render(name, make()) for sample, make in SAMPLES.items() for name in names()}
    out["incompatible.colour.txt"] = render("text", SAMPLES["incompatible"](), Style(colour=True, width=80))
    out["incompatible.brief.txt"] = render("text", SAMPLES["incompatible"](), Style(brief=True, width=80))
    out.update(protocols.golden())
    return {name: folded(text) if name.endswith(".html") else text for name, text in out.items()}


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    wanted = golden()
    for path in GOLDEN.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (GOLDEN / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
