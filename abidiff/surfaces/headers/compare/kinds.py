"""The standard kinds that types of a library are."""

from __future__ import annotations

from abidiff.surfaces.headers.code.evaluate import BITS, NARROW
from abidiff.surfaces.headers.compare.same_type import underlying
from abidiff.surfaces.headers.layout.kinds import scalar_size, standard_kind
from abidiff.surfaces.headers.model import Builtin, EnumRef, Library, Type, bare_type

_INTEGERS = frozenset(BITS) | frozenset(NARROW) | {"bool"}
_KINDS = _INTEGERS | {"double", "float"}
_LONG = ("long", "unsigned long")


def kind_of(type_: Type, library: Library, target: str = "x86_64") -> str:
    """Return the standard kind of an integer or floating type on a target, ``void``, or an empty text."""
    type_ = bare_type(type_, library)
    if isinstance(type_, EnumRef):
        found = underlying(library.enums.get(type_.id))
        return (
            found if scalar_size(found, target) == scalar_size(found, "x86_64") else found.replace("long", "long long")
        )
    if isinstance(type_, Builtin):
        kind = as_wide(standard_kind(type_.kind, target), target)
        return kind if kind in _KINDS or kind == "void" else ""
    return ""


def as_wide(kind: str, target: str) -> str:
    """Return a kind that holds the numbers of another one on a target: ``int`` for ``long`` where that has 32 bits."""
    return kind.replace("long", "int") if kind in _LONG and scalar_size(kind, target) == 4 else kind


def integer_kind(type_: Type, library: Library) -> str:
    """Return the standard kind of an integer, empty for all other types."""
    found = kind_of(type_, library)
    return found if found in _INTEGERS else ""
