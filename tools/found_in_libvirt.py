"""Write docs/found-in-libvirt.md: what the schema check finds between real releases, with the proofs.

Needs the tarballs of ``make releases``; says of each document what libxml2 and jing make of it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from abidiff.finding import Confirmation, Finding, Severity
from abidiff.pipeline import Options, compare
from abidiff.pipeline.reading import read
from abidiff.pipeline.request import Request

ROOT = Path(__file__).parents[1]
PAIRS = (("7.0.0", "9.0.0"), ("9.0.0", "11.3.0"))
HEAD = """# Found in libvirt

This page is written by `make found` from the released tarballs; nobody edits it.  libvirt promises that its XML
formats are *extend only*: a document that was valid stays valid.  abi-diff decides that for every schema, and where
it does not hold it writes a document that shows it.  Each document below was checked by abi-diff's own engine, and
then by the validators that it names: valid under the old schemas, invalid under the new ones.  What breaks and what
is a notice is as libvirt's profile says (`abi-diff policy`).

Whether such a document ever worked is another question: some of these are repairs of schemas that had allowed what
libvirt never accepted.  The page says what the schemas say, and leaves the judgement to who knows the code.
"""


def section(old: str, new: str) -> Iterator[str]:
    sides = [str(ROOT / f"releases/libvirt-{version}.tar.xz") for version in (old, new)]
    report = compare(sides[0], sides[1], Options(surfaces=("rng",), verify=True, cache=False))
    if report.problems:
        raise SystemExit(f"{old} → {new}: {report.problems[0].message}")
    found = report.findings
    (before, after) = (read(Request(side, surfaces=("rng",), cache=False)).models["rng"] for side in sides)
    yield f"\n## {old} → {new}\n"
    broken = [f for f in found if f.severity in (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING)]
    noticed = [f for f in found if f.severity is Severity.NOTICE]
    wider = [f for f in found if f.severity is Severity.EXTENSION]
    names = [schema.name for schema in before.schemas if after.schema(schema.name)]
    touched = {f.unit for f in broken} | {name for f in broken for name in f.reaches}
    severities = Counter(f.severity for f in broken)
    behind = sum(f.rule == "rng/masked" for f in broken)
    breaking = severities[Severity.BREAKING]
    yield f"{len(names)} schemas on both sides.  {breaking} breaking causes, {behind} behind another"
    yield f"one (undecided until that is repaired), {severities[Severity.UNDECIDED] - behind} undecided,"
    yield f"{severities[Severity.WARNING]} warnings, {len(noticed)} notices and {len(wider)} extensions."
    yield f"No break in {', '.join(name for name in names if name not in touched)}.\n"
    yield f"{judged([*broken, *noticed])}\n"
    for finding in sorted(broken, key=lambda f: (f.affects, f.unit, f.subject)):
        yield from entry(finding, old, new)
    if noticed:
        yield "### Notices\n"
        for finding in sorted(noticed, key=lambda f: (f.unit, f.rule, f.subject)):
            yield from entry(finding, old, new)
    yield "### Extensions\n"
    yield "What the new schemas allow beyond the old ones, by schema (the one with the shortest path):\n"
    yield "| schema | elements | attributes | values | loosened |\n|---|--:|--:|--:|--:|"
    kinds = ("element-added", "attribute-added", "value-added", "structure-loosened")
    count = Counter((f.unit, f.rule.partition("/")[2]) for f in wider)
    for unit in sorted({unit for unit, kind in count if kind in kinds}):
        yield f"| {unit} | " + " | ".join(str(count[unit, kind]) for kind in kinds) + " |"


def judged(found: list[Finding]) -> str:
    """Say what the validators make of the witnesses; raises when one refutes."""
    said = Counter(f.confirmation for f in found if f.witness)
    refuted = [f.subject for f in found if f.confirmation is Confirmation.REFUTED]
    if refuted:
        raise SystemExit(f"refuted: {', '.join(refuted)}")
    disputed = "".join(
        f"; `{f.subject}`: {f.confirmation_note}" for f in found if f.confirmation is Confirmation.DISPUTED
    )
    return (
        f"Of {sum(said.values())} witnesses libxml2 and jing confirm {said[Confirmation.CONFIRMED]}, refute none and "
        f"disagree about {said[Confirmation.DISPUTED]}{disputed}."
    )


def entry(finding: Finding, old: str, new: str) -> Iterator[str]:
    yield f"### `{finding.subject}`\n" if finding.severity is not Severity.NOTICE else f"#### `{finding.subject}`\n"
    yield f"**{finding.rule}** in {finding.unit}: {_escaped(finding.message)}.\n"
    for label, place in ((f"libvirt-{old}", finding.old), (f"libvirt-{new}", finding.new)):
        if place:
            yield f"- `{place.under(label)}`"
    if finding.reaches:
        yield f"- also reaches {', '.join(finding.reaches)}"
    for label, text in finding.details:
        if label != "schema":
            yield f"- {label}: {text}"
    if finding.confirmation is not None:
        yield f"- {finding.confirmation}: {finding.confirmation_note}"
    yield ""
    if finding.witness:
        yield f"{_escaped(finding.witness.summary[0].upper() + finding.witness.summary[1:])}\n"
        yield f"```xml\n{finding.witness.text.rstrip()}\n```\n"


def _escaped(text: str) -> str:
    """Keep Markdown from taking elements and stars for its own."""
    return text.replace("<", "\\<").replace("*", "\\*")


def main() -> int:
    missing = [v for v in ("7.0.0", "9.0.0", "11.3.0") if not (ROOT / f"releases/libvirt-{v}.tar.xz").exists()]
    if missing:
        print(f"missing releases: {', '.join(missing)}: run `make releases`", file=sys.stderr)
        return 3
    text = "\n".join([HEAD, *(line for pair in PAIRS for line in section(*pair))])
    out = ROOT / "docs/found-in-libvirt.md"
    out.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
    print(out.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
