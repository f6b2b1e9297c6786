"""Tags are names that programs write: ``struct ship`` (ISO C11 §6.2.3, §6.7.2.3)."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.change import HeaderChange, TagRemoved
from abidiff.surfaces.headers.compare.matching import Pair, reserved
from abidiff.surfaces.headers.model import Enum, Record


def removed_tag(pair: Pair, old: Record | Enum, new: Record | Enum, name: str) -> Iterator[HeaderChange]:
    """Yield the tag of a type that has another one now, or none; ``name``: how C writes the old type."""
    tag = old.tag
    if not tag or reserved(tag) or tag == new.tag or pair.open(tag) or "#" in old.id:
        return
    kind = old.kind if isinstance(old, Record) else "enum"
    id_ = f"{kind} {tag}"
    tables = [library.records if isinstance(old, Record) else library.enums for library in (pair.new, *pair.elsewhere)]
    if any(id_ in table or f"{kind} {pair.alias(tag)}" in table for table in tables):
        return
    complete = (old.members if isinstance(old, Record) else old.enumerators) is not None
    typedef = name if name in pair.new.typedefs else ""
    if not complete and not typedef:
        return
    if typedef and pair.types.differ(pair.old.typedefs[typedef].type, pair.new.typedefs[typedef].type):
        return  # told there
    yield TagRemoved(
        pair.unit, id_, include=pair.include(old.mark.location), kind=kind, tag=tag, typedef=typedef,
        complete=complete, old=old.mark.location, new=new.mark.location,
    )  # fmt: skip


def hidden_tag(pair: Pair, old: Record) -> Iterator[HeaderChange]:
    """Yield a tag that is a macro of several words now: ``#define ship struct ship`` makes ``struct struct ship``."""
    macro = pair.new.macros.get(old.tag)
    if macro is None or macro.parameters is not None or len(macro.body.split()) < 2 or old.tag in pair.old.macros:
        return
    if old.members is not None and old.own and not reserved(old.tag):
        yield TagRemoved(
            pair.unit, f"{old.kind} {old.tag}", include=pair.include(old.mark.location), kind=old.kind, tag=old.tag,
            typedef="", complete=True, old=old.mark.location, new=macro.mark.location,
        )  # fmt: skip
