"""Types of the C library that a header uses and that nothing it includes declares (ISO C11 §7.19, §7.21, §7.16)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abidiff.surfaces.headers.layout.spell import declared, spell
from abidiff.surfaces.headers.layout.system import SYSTEM
from abidiff.surfaces.headers.model import Header, Library

DECLARES = {
    "FILE": "stdio.h", "size_t": "stddef.h", "ssize_t": "sys/types.h", "time_t": "time.h", "va_list": "stdarg.h",
}  # fmt: skip
_NAMES = re.compile(r"\b(?:FILE|size_t|ssize_t|time_t|va_list)\b")
_GIVEN = {"stddef.h": "size_t", "stdarg.h": "va_list"}
# Headers of the C library that declare none of these beside what they are for.
_BARE = frozenset({"limits.h", "float.h", "stdint.h", "stdbool.h", "stdalign.h", "stdnoreturn.h", "errno.h", *_GIVEN})


def borrowed(header: Header, library: Library) -> tuple[str, ...] | None:
    """Return the names that a header uses and that are not declared to it; None where that is not known."""
    seen = [path.removeprefix(SYSTEM) for path in header.sees]
    if header.needs or header.after or library.unread or not _BARE.issuperset(seen):
        return None
    given = {_GIVEN[path] for path in seen if path in _GIVEN}
    used = {name for text in _texts(header, library) for name in _NAMES.findall(text)}
    own = {name for name in used if name in library.typedefs and library.typedefs[name].own}
    return tuple(sorted(used - given - own))


def _texts(header: Header, library: Library) -> Iterator[str]:
    """Yield how C writes the types that a header itself uses."""
    path = header.path
    for function in library.functions.values():
        if function.mark.location.path == path:
            yield declared(function)
    for variable in library.variables.values():
        if variable.mark.location.path == path:
            yield spell(variable.type)
    for typedef in library.typedefs.values():
        if typedef.mark.location.path == path:
            yield spell(typedef.type)
    for record in library.records.values():
        if record.mark.location.path == path:
            yield from (spell(member.type) for member in record.members or ())
