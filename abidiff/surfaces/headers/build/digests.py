"""What a problem of a header stands for: a digest tells whether another release has the same one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from abidiff.finding import Problem
from abidiff.surfaces.headers.read.macros import Definition
from abidiff.surfaces.headers.read.preprocess import Preprocessor


def digests(problems: Iterable[Problem], files: Mapping[str, bytes], preprocessor: Preprocessor) -> list[str]:
    """Return for each problem a hash over its header and the macros of the release that stand in this.

    Nothing for a header that was not read to its end, or has no end of its last line (ISO C 5.1.1.2): it may be
    cut off.
    """
    paths = [problem.location.path if problem.location is not None else "" for problem in problems]
    made: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        raw = b"" if path in preprocessor.cut else files.get(path, b"")
        made[path] = _digest(raw, preprocessor.expander.table) if raw.endswith((b"\n", b"\r")) else ""
    return [made[path] for path in paths]


def _digest(raw: bytes, table: Mapping[str, Definition]) -> str:
    pending = re.findall(r"[A-Za-z_]\w*", raw.decode("utf-8", "surrogateescape"))
    bodies: dict[str, str] = {}
    while pending:
        name = pending.pop()
        definition = table.get(name)
        if name not in bodies and definition is not None and definition.place:
            bodies[name] = repr((definition.parameters, [token[1] for token in definition.body]))
            pending += [token[1] for token in definition.body if token[0] == "i"]
    return hashlib.sha256(raw + repr(sorted(bodies.items())).encode("utf-8", "surrogateescape")).hexdigest()[:16]
