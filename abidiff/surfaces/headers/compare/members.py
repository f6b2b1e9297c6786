"""Function-like macros that designate a member of what their argument is or points to (ISO C11 §6.5.2.3)."""

from __future__ import annotations

from abidiff.surfaces.headers.code.decide import Decision
from abidiff.surfaces.headers.code.normal import normal
from abidiff.surfaces.headers.code.syntax import Tree
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.results import is_arithmetic, number_of
from abidiff.surfaces.headers.layout.spell import anonymous, spell
from abidiff.surfaces.headers.model import Library, Member, Record, RecordRef

_DIFFERS = 'extern void differs(void) __attribute__((error("it is not what it was")));\n'


def other_member(pair: Pair, name: str, count: int, old: Tree, new: Tree | None) -> Decision | None:
    """Decide about a macro that designates another member while the one that it was is still there."""
    if count != 1 or new is None:
        return None
    before, after = normal(old), normal(new)
    if before[0] != "member" or after[0] != "member" or before[:3] != after[:3] or not number_of(before[1]):
        return None
    for record in pair.old.records.values():
        other = pair.new.records.get(record.id)
        was = _member(record, before[3])
        if other is None or was is None or record.kind != "struct" or anonymous(RecordRef(record.id)):
            continue
        if _member(other, before[3]) is not None and _member(other, after[3]) is not None:
            program = _program(name, record, was, pair.old, pointer=before[2] == "->")
            return Decision("value", f"{name}(&object)" if before[2] == "->" else f"{name}(object)", program=program,
                            constant=False)  # fmt: skip
    return None


def _member(record: Record, name: str) -> Member | None:
    return next((member for member in record.members or () if member.name == name), None)


def _program(name: str, record: Record, member: Member, library: Library, *, pointer: bool) -> str:
    declared = spell(RecordRef(record.id), "object")
    use = f"{name}({'&' if pointer else ''}object)"
    if member.bits is not None or is_arithmetic(member.type, library):
        start, condition = f"{{ .{member.name} = 1 }}", f"{use} != 1"
    else:
        start, condition = "{ 0 }", f"(char *)&{use} != (char *)&object.{member.name}"
    return (
        f"{_DIFFERS}void witness(void)\n{{\n    {declared} = {start};\n    if ({condition})\n        differs();\n}}\n"
    )
