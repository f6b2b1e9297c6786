"""All schemas of two releases decided by abi-diff, and compiled by jing, in one run: CPU and wall time, peak memory.

``python -m bench.rng_time OLD.tar.xz NEW.tar.xz [OUT.md]``
"""

# ruff: noqa: E501 - rows of a table

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_OURS = """
import resource, sys
from abidiff.release import Release
from abidiff.profile import load, project_of
from abidiff.surfaces.rng.build.parse import parse
from abidiff.surfaces.rng.compare.compare import compare
from pathlib import Path
models = []
for folder in sys.argv[1:3]:
    root = Path(folder)
    files = {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.rng"))}
    release = Release(root.name, "", files)
    models.append(parse(release, project_of(load("libvirt"), release), {}))
changes = compare(*models)
print(len(models[0].schemas), len(models[1].schemas), len(changes), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def timed(command: list[str]) -> tuple[float, float, str]:
    """Return wall and CPU seconds of a command, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout + done.stderr


def main() -> int:
    from abidiff.pipeline.reading import Request, opened

    folders, schemas = [], []
    with tempfile.TemporaryDirectory(prefix="abidiff-") as temporary:
        for side, path in zip(("old", "new"), sys.argv[1:3], strict=True):
            release, _, project = opened(Request(path, surfaces=("rng",)))
            root = Path(temporary) / side
            for name, data in release.files.items():
                if name.endswith(".rng"):
                    (root / name).parent.mkdir(parents=True, exist_ok=True)
                    (root / name).write_bytes(data)
            folders.append(str(root))
            schemas += [str(root / unit.roots[0]) for unit in project.of("rng")]
        document = Path(temporary) / "empty.xml"
        document.write_text("<x/>", encoding="utf-8")
        ours = min(timed([sys.executable, "-I", "-c", _OURS, *folders]) for _ in range(3))
        jing = [timed(["jing", schema, str(document)]) for schema in schemas]
    first, second, changes, peak = ours[2].split()[-4:]
    lines = [
        "# Deciding all schemas, and compiling them",
        "",
        f"{Path(sys.argv[1]).name} against {Path(sys.argv[2]).name}: {first} and {second} schemas, {changes} changes told, "
        f"on {os.cpu_count()} cores, in one run.",
        "",
        "| | wall | CPU | peak memory |",
        "|---|--:|--:|--:|",
        f"| abi-diff: all schemas read, simplified and decided both ways, cold, with checked witnesses | {ours[0]:.2f} s | {ours[1]:.2f} s | {int(peak) / 1024:.0f} MiB |",
        f"| jing: the same {len(schemas)} schemas compiled, one process after the other | {sum(j[0] for j in jing):.2f} s | {sum(j[1] for j in jing):.2f} s | |",
        "",
        f"abi-diff needs {100 * ours[0] / sum(j[0] for j in jing):.0f} % of jing's wall time "
        f"and {100 * ours[1] / sum(j[1] for j in jing):.0f} % of its CPU time; patterns are not cached.",
    ]
    text = "\n".join(lines) + "\n"
    print(text)
    if len(sys.argv) > 3:
        Path(sys.argv[3]).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
