"""Rewrites the golden reports: ``make golden``."""

from __future__ import annotations

from pathlib import Path

from abidiff.reports import Style, names, render
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


def golden() -> dict[str, str]:
    """Return file name → what it should hold."""
    out = {f"{sample}.{SUFFIXES[name]}": render(name, make()) for sample, make in SAMPLES.items() for name in names()}
    out["incompatible.colour.txt"] = render("text", SAMPLES["incompatible"](), Style(colour=True, width=80))
    out["incompatible.brief.txt"] = render("text", SAMPLES["incompatible"](), Style(brief=True, width=80))
    out.update(protocols.golden())
    return out


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
