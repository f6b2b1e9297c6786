#!/usr/bin/env python3
"""Write the frame of a rule: ``new_rule.py SURFACE/RULE-NAME``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from abidiff.surfaces import SURFACES

FRAME = '''"""{words}."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.{surface}.change import CHANGE


def _check(change: CHANGE) -> Iterator[Finding]:
    raise NotImplementedError


RULE = Rule(
    id="{surface}/{name}",
    summary="{words}",
    why="WHOM it breaks, and how: two or three sentences.",
    severity=Severity.BREAKING,
    on=(CHANGE,),
    check=_check,
    affects=(),
    examples=(
        Example("it fires", "OLD\\n", "NEW\\n", fires=("SUBJECT",)),
        Example("it stays silent", "OLD\\n", "NEW\\n"),
    ),
)
'''


def main() -> int:
    """Write the file; refuse a name that is none, or that is taken."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    found = re.fullmatch(r"([a-z]+)/([a-z][a-z0-9]*(?:-[a-z0-9]+)*)", name)
    if found is None or found[1] not in {surface.name for surface in SURFACES}:
        print("usage: make new-rule RULE=SURFACE/NAME-OF-THE-RULE", file=sys.stderr)
        return 2
    folder = Path(__file__).resolve().parents[1] / "abidiff/surfaces" / found[1] / "rules"
    path = folder / f"{found[2].replace('-', '_')}.py"
    if path.exists():
        print(f"{path} is there already", file=sys.stderr)
        return 2
    path.write_text(FRAME.format(surface=found[1], name=found[2], words=found[2].replace("-", " ")), encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
