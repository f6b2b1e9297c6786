"""The outline of the schemas while they are compiled: which pattern stands in which, as it was written."""

from __future__ import annotations

from collections.abc import Callable

from abidiff.surfaces.rng.model import DEFINE, Outline
from abidiff.surfaces.rng.read.raw import IMPLIED, Raw

MAX_PARTS = 1_000_000
"""Most parts of an outline; what comes later has no outline, and is told by its element only."""


class Outliner:
    """Notes the parts of every define that is compiled, and what each reference leads to."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.lines: list[int] = []
        self.files: list[int] = []
        self.ups: list[int] = []
        self.targets: list[int] = []
        self.names: list[str] = []
        self.paths: dict[str, int] = {}
        self._defines: dict[tuple[object, str], int] = {}
        self._links: list[tuple[int, object, str]] = []
        self._seen: dict[tuple[Raw, object], int] = {}

    def define(self, environment: object, name: str, bodies: tuple[Raw, ...]) -> None:
        """Note a define with all its components."""
        if (environment, name) in self._defines:
            return
        top = self._defines[environment, name] = self._part(DEFINE, bodies[0], -1, name)
        for body in bodies:
            for part in _written(body):
                self.pattern(part, top, environment)

    def pattern(self, raw: Raw, up: int, environment: object) -> None:
        """Note a pattern and all that stands in it."""
        stack = [(raw, up)]
        while stack and len(self.kinds) < MAX_PARTS:
            one, above = stack.pop()
            known = self._seen.get((one, environment)) if one.kind == "element" else None
            if known is not None:  # a pattern that an externalRef brings for another time
                self.targets[self._part("ref", one, above, "")] = known
                continue
            index = self._part(_kind(one), one, above, _name(one))
            if one.kind == "element":
                self._seen[one, environment] = index
            if one.kind == "ref":
                self._links.append((index, environment, one.text or ""))
            elif one.kind == "parentRef":
                self._links.append((index, getattr(environment, "parent", None), one.text or ""))
            elif one.kind == "grammar":
                self._links.append((index, (environment, one.grammar), ""))
            stack.extend([(part, index) for part in reversed(_parts(one))])

    def _part(self, kind: str, raw: Raw, up: int, name: str) -> int:
        self.kinds.append(kind)
        self.lines.append(raw.location.line)
        self.files.append(self.paths.setdefault(raw.location.path, len(self.paths)))
        self.ups.append(up)
        self.targets.append(-1)
        self.names.append(name)
        return len(self.kinds) - 1

    def finished(self, resolve: Callable[[object, str], tuple[object, str] | None]) -> Outline:
        """Return the outline; ``resolve`` says which define a name means in an environment."""
        for index, environment, name in self._links:
            found = resolve(environment, name)
            if found is not None:
                self.targets[index] = self._defines.get(found, -1)
        return Outline(
            tuple(self.kinds),
            tuple(self.lines),
            tuple(self.files),
            tuple(self.ups),
            tuple(self.targets),
            tuple(self.names),
            tuple(self.paths),
        )


def _kind(raw: Raw) -> str:
    """Return the name of the pattern as it was written: optional and others are written otherwise by now (4.13-15)."""
    if raw.kind == "choice" and raw.parts[-1].kind == "empty" and raw.parts[-1].location == raw.location:
        return "zeroOrMore" if raw.parts[0].kind == "oneOrMore" else "optional"
    if raw.kind == "interleave" and raw.parts[-1].kind == "text" and raw.parts[-1].location == raw.location:
        return "mixed"
    return raw.kind


def _parts(raw: Raw) -> tuple[Raw, ...]:
    kind = _kind(raw)
    parts = raw.parts[0].parts if kind == "zeroOrMore" else raw.parts[:1] if kind == "optional" else raw.parts
    return tuple([one for part in parts for one in _written(part)])


def _written(raw: Raw) -> tuple[Raw, ...]:
    """Return what stands there for a pattern: of a group that is not written, its parts (4.12)."""
    return raw.parts if raw.text == IMPLIED and raw.kind == "group" else (raw,)


def _name(raw: Raw) -> str:
    if raw.names is not None:
        return str(raw.names)
    if raw.kind == "data":
        return raw.datatype[1] + "".join(f" {name}={value}" for name, value in raw.params)
    return raw.text or ""
