"""Where two constant objects differ, by their initialisers (ISO C11 §6.7.9)."""

from __future__ import annotations

import msgspec

from abidiff.surfaces.headers.model import Array, Library, RecordRef, Type, Variable, bare_type


class Difference(msgspec.Struct, frozen=True):
    """The first part that is another one: its path behind the name, its texts and its type.

    ``counts``: how many elements an array has whose length its initialiser says, where that changed.
    """

    path: str
    old: str
    new: str
    type: Type
    counts: tuple[int, int] | None = None


def difference(old: Variable, new: Variable, library: Library) -> Difference:
    """Return the first part of two objects of one type that differs."""
    before, after, path, type_ = old.value, new.value, "", old.type
    for _ in range(20):
        type_ = bare_type(type_, library)
        if not before.startswith("{") or not after.startswith("{"):
            break
        parts = items(before), items(after)
        at = next((n for n in range(max(map(len, parts))) if _at(parts[0], n) != _at(parts[1], n)), -1)
        if isinstance(type_, Array):
            if type_.length is None and len(parts[0]) != len(parts[1]):
                return Difference(path, before, after, type_, (len(parts[0]), len(parts[1])))
            path, type_ = f"{path}[{at}]", type_.element
        elif isinstance(type_, RecordRef):
            record = library.records.get(type_.id)
            members = record.members or () if record is not None and record.kind == "struct" else ()
            if not 0 <= at < len(members) or not members[at].name:
                break
            path, type_ = f"{path}.{members[at].name}", members[at].type
        else:
            break
        before, after = _at(parts[0], at), _at(parts[1], at)
    return Difference(path, before, after, bare_type(type_, library))


def _at(parts: list[str], at: int) -> str:
    return parts[at] if at < len(parts) else "0"


def items(text: str) -> list[str]:
    """Return the parts of an initialiser in braces."""
    parts, depth, quoted = [""], 0, False
    for word in text[1:-1].strip().split(" "):
        quoted ^= word.count('"') % 2 == 1 and '\\"' not in word
        depth += 0 if quoted else (word == "{") - (word == "}")
        if word == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += f" {word}" if parts[-1] else word
    return [part for part in parts if part]
