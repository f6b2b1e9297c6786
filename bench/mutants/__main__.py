"""``python -m bench.mutants headers|xdr|rng --seed N --count N --out FILE.md``."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

from bench.mutants.core import table, write, wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("benchmark", choices=("headers", "xdr", "rng"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000, help="how many mutants (default 2000)")
    parser.add_argument("--out", type=Path, help="the table's file (NAME.md), or a directory for it and a .json")
    parser.add_argument("--show", type=int, default=20, help="how many wrong answers of abi-diff to list")
    given = parser.parse_args()
    bench = importlib.import_module(f"bench.mutants.{given.benchmark}").run(given.seed, given.count)
    print(table(bench))
    for mutant, answer in wrong(bench, bench.tools[0])[: given.show]:
        print(
            f"{bench.tools[0].name}: {answer}, but {'harmful' if mutant.harmful else 'harmless'}: "
            f"{mutant.kind} {mutant.subject} ({mutant.judged})",
            file=sys.stderr,
        )
    if given.out:
        write(bench, given.out)
    return 1 if wrong(bench, bench.tools[0]) else 0


if __name__ == "__main__":
    sys.exit(main())
