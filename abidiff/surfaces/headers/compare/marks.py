"""Places, deprecations and Since tags of everything that is public in a library."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.model import CONSTANT_KINDS, Library, Mark, Record

Items = dict[str, tuple[str, Mark]]


def reserved(name: str) -> bool:
    """Tell whether a name begins with an underscore: not public."""
    return name.startswith("_")


def marks(library: Library) -> Items:
    """Return name → (kind, mark) of everything that is public."""
    found: Items = {}
    for function in library.functions.values():
        found[function.name] = ("function", function.mark)
    for variable in library.variables.values():
        found[variable.name] = ("variable", variable.mark)
    for typedef in library.typedefs.values():
        if typedef.own:
            found[typedef.name] = ("typedef", typedef.mark)
    for record in library.records.values():
        if record.own and record.tag and not reserved(record.tag):
            found[f"{record.kind} {record.tag}"] = (record.kind, record.mark)
            found.update(_fields(record))
        elif record.own and record.id.startswith(f"{record.kind} ("):
            found.update(_fields(record))
    for enumerator in library.constants().values():
        if not enumerator.sentinel:
            found[enumerator.name] = ("enumerator", enumerator.mark)
    for macro in library.macros.values():
        if macro.parameters is None and macro.value.kind in CONSTANT_KINDS and not reserved(macro.name):
            found.setdefault(macro.name, ("constant", macro.mark))
    return found


def _fields(record: Record) -> Iterator[tuple[str, tuple[str, Mark]]]:
    for member in record.members or ():
        if member.name:
            mark = Mark(member.location, "", member.deprecated, member.refused, member.unmodelled)
            yield f"{record.id}.{member.name}", ("field", mark)
