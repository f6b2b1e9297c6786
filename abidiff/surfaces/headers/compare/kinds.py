"""The standard kinds that types of a library are."""

from __future__ import annotations

from abidiff.surfaces.headers.code.evaluate import BITS, NARROW
from abidiff.surfaces.headers.compare.same_type import underlying
from abidiff.surfaces.headers.layout.kinds import standard_kind
from abidiff.surfaces.headers.model import Builtin, EnumRef, Library, Type, bare_type

_INTEGERS = frozenset(BITS) | frozenset(NARROW) | {"bool"}
_KINDS = _INTEGERS | {"double", "float"}


def kind_of(type_: Type, library: Library) -> str:
    """Return the standard kind of an integer or floating type on x86_64, ``void``, or an empty text."""
    type_ = bare_type(type_, library)
    if isinstance(type_, EnumRef):
        return underlying(library.enums.get(type_.id))
    if isinstance(type_, Builtin):
        kind = standard_kind(type_.kind, "x86_64")
        return kind if kind in _KINDS or kind == "void" else ""
    return ""


def integer_kind(type_: Type, library: Library) -> str:
    """Return the standard kind of an integer, empty for all other types."""
    found = kind_of(type_, library)
    return found if found in _INTEGERS else ""
