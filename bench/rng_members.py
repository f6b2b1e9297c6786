"""Random members of the old schemas: each one is valid under the new schema (jing), or a finding explains it.

``python -m bench.rng_members OLD.tar.xz NEW.tar.xz COUNT [OUT.md]``
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from abidiff.finding import Finding, Severity
from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.rule import load, run
from abidiff.surfaces.rng.build.parse import parse
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.prove.sample import Sampler
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from bench.mutants.rng_judge import Process


def explains(finding: Finding, schema: str, path: str) -> bool:
    """Whether a finding reaches a schema and is about the element where a document is refused."""
    if schema != finding.unit and schema not in finding.reaches:
        return False
    subject = finding.subject.split("/")
    owners = [subject, subject[:-1]] if not subject[-1].startswith("@") else [subject[:-1]]
    found = [part.partition("[")[0] for part in path.strip("/").split("/")]
    return any(found[-2:] == owner[-2:] or found[:-1][-2:] == owner[-2:] for owner in owners)


def main() -> int:
    old_path, new_path, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    sides = []
    for path in (old_path, new_path):
        release, _, project = opened(Request(path, surfaces=("rng",)))
        sides.append((release, parse(release, project, {})))
    (older, old), (newer, new) = sides
    found = [
        finding
        for finding in run(load("abidiff.surfaces.rng.rules"), compare(old, new))
        if finding.severity in (Severity.BREAKING, Severity.NOTICE) and not finding.rule.startswith("rng/output-m")
    ]
    pairs = [(schema, other) for schema in old.schemas if (other := new.schema(schema.name))]
    random, sampler, validator, jing = Random(1), Sampler(old), Validator(new), (Process(), Process())
    refused: Counter[str] = Counter()
    made: Counter[str] = Counter()
    odd: list[str] = []
    disputed = 0
    started = time.time()
    with tempfile.TemporaryDirectory(prefix="abidiff-") as folder:
        for side, files in (("old", older.files), ("new", newer.files)):
            for name, data in files.items():
                if name.endswith(".rng"):
                    (Path(folder) / side / name).parent.mkdir(parents=True, exist_ok=True)
                    (Path(folder) / side / name).write_bytes(data)
        document = Path(folder) / "document.xml"
        for schema, other in pairs:
            assert jing[0].ask("S", Path(folder) / "old" / schema.path)
            assert jing[1].ask("S", Path(folder) / "new" / other.path)
            for number in range(count // len(pairs) + 1):
                target = random.choice(schema.elements) if number % 2 else -1
                sampled = sampler.document(schema.start, random, target)
                if sampled is None:
                    continue
                made[schema.name] += 1
                document.write_bytes(sampled)
                if jing[1].ask("V", document):
                    continue
                if not jing[0].ask("V", document):
                    disputed += 1  # jing's datatypes are stricter: 24:00:00 is no time for it
                    continue
                refused[schema.name] += 1
                problem = validator.validate(other.start, parse_document(data, "d"), "d")
                if problem is None:
                    odd.append(f"{schema.name}: jing refuses, abi-diff does not: {data[:300]!r}")
                elif not any(explains(finding, schema.name, problem.path) for finding in found):
                    odd.append(f"{schema.name}: {problem.path}: {problem.message}")
    lines = [
        f"# {sum(made.values()):,} random members of {Path(old_path).name}'s schemas under {Path(new_path).name}",
        "",
        f"{sum(refused.values()):,} are refused by jing under the new schema; {len(odd)} of them are not "
        "explained by a finding or notice about the element where they are refused.",
        "",
        f"{disputed} more are refused by jing under the old schema too (the hour 24, which XML Schema allows).",
        "",
        "| schema | documents | refused |",
        "|---|--:|--:|",
        *(f"| {schema.name} | {made[schema.name]} | {refused[schema.name]} |" for schema, _ in pairs),
        "",
        *(f"- `{line}`" for line in sorted(set(odd))[:20]),
    ]
    text = "\n".join(lines).rstrip("\n") + "\n"
    print(text, f"{time.time() - started:.0f} s", file=sys.stderr)
    if len(sys.argv) > 4:
        Path(sys.argv[4]).write_text(text, encoding="utf-8")
    for process in jing:
        process.process.kill()
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
