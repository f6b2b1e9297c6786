"""What programs already built go by: are two types the same bytes, passed in the same place (psABI)?

Size and alignment count, and the class that a value is passed in: integers, floating kinds, and pointers whatever
they point to.  Code behind a pointer to a function is called, so its parameters and result count as well.
"""

from __future__ import annotations

from abidiff.surfaces.headers.compare.same_type import TypeComparer, underlying
from abidiff.surfaces.headers.layout import calling
from abidiff.surfaces.headers.layout.kinds import standard_kind
from abidiff.surfaces.headers.layout.layout import LayoutError, size_align
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    EnumRef,
    Function,
    FunctionDecl,
    Library,
    Pointer,
    RecordRef,
    Type,
    Variable,
)

MAX_DEPTH = 50
_INTEGERS = frozenset({"char", "short", "int", "long", "long long", "__int128"})


def represented_alike(types: TypeComparer, old: Type, new: Type, depth: int = 0) -> bool:
    """Tell whether a value of the old type is one of the new type for who was built with the old one."""
    a, _ = types.peel(old, types.old)
    b, _ = types.peel(new, types.new)
    if depth > MAX_DEPTH:
        return False
    if isinstance(a, Pointer) and isinstance(b, Pointer):
        f, g = types.peel(a.target, types.old)[0], types.peel(b.target, types.new)[0]
        if isinstance(f, Function) and isinstance(g, Function):
            return called_alike(types, f, g, depth + 1)
        return isinstance(f, Function) == isinstance(g, Function)
    if isinstance(a, Array) and isinstance(b, Array):
        alike = (a.length, a.lengths) == (b.length, b.lengths)
        return alike and represented_alike(types, a.element, b.element, depth + 1)
    if isinstance(a, Function) and isinstance(b, Function):
        return called_alike(types, a, b, depth)
    if isinstance(a, RecordRef) and isinstance(b, RecordRef):
        return not types.differ(a, b)
    return _scalars_alike(types, a, b)


def called_alike(types: TypeComparer, old: Function, new: Function, depth: int = 0) -> bool:
    """Tell whether a call of the old type reaches a function of the new one as it is meant."""
    if not old.prototyped or not new.prototyped:
        return True
    if old.variadic != new.variadic or len(old.parameters) != len(new.parameters):
        return False
    if calling.differ(old, new) & types.targets:
        return False
    pairs = [(a.type, b.type) for a, b in zip(old.parameters, new.parameters, strict=True)]
    return all(represented_alike(types, a, b, depth + 1) for a, b in [*pairs, (old.result, new.result)])


def exported(item: FunctionDecl | Variable) -> bool:
    """Tell whether there is a symbol: what is ``static`` in a header is compiled into each program."""
    return not item.linkage.startswith("static")


def _scalars_alike(types: TypeComparer, a: Type, b: Type) -> bool:
    for target in types.targets:
        kinds = _class(a, types.old, target), _class(b, types.new, target)
        if not kinds[0] or kinds[0] != kinds[1]:
            return False
        try:
            if size_align(a, types.old, target) != size_align(b, types.new, target):
                return False
        except LayoutError:
            return False
    return True


def passed_as_integer(types: TypeComparer, new: Type) -> bool:
    """Tell whether a type of the new side is an integer or an enumeration on every target."""
    return all(_class(new, types.new, target) in ("integer", "bool") for target in types.targets)


def _class(type_: Type, library: Library, target: str) -> str:
    """Return how a scalar is passed: ``integer``, or the name of its kind; empty when it is no scalar."""
    if isinstance(type_, EnumRef):
        return "integer" if underlying(library.enums.get(type_.id)) else ""
    if not isinstance(type_, Builtin):
        return ""
    kind = standard_kind(type_.kind, target)
    bare = kind.removeprefix("unsigned ").removeprefix("signed ")
    return "integer" if bare in _INTEGERS else kind
