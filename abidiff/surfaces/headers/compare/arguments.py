"""What a call still gives, and what it gets, where the types of a function changed (ISO C11 §6.5.2.2, §6.5.16.1)."""

from __future__ import annotations

from abidiff.surfaces.headers.compare.representation import passed_as_integer, represented_alike
from abidiff.surfaces.headers.compare.results import is_void
from abidiff.surfaces.headers.compare.same_type import TypeComparer
from abidiff.surfaces.headers.model import Builtin, EnumRef, Function, Pointer, Qualified, RecordRef, Type

OWN = RecordRef("struct witness")
"""A type of the program: no header has it."""


def any_object_now(types: TypeComparer, old: Type, new: Type) -> bool:
    """Tell whether a pointer to an object of some type became one to any object: each argument is one as it is."""
    a, b = types.peel(old, types.old)[0], types.peel(new, types.new)[0]
    if not isinstance(a, Pointer) or not isinstance(b, Pointer):
        return False
    x, before = types.peel(a.target, types.old)
    y, after = types.peel(b.target, types.new)
    return is_void(y, types.new) and not is_void(x, types.old) and not isinstance(x, Function) and before <= after


def result_now(types: TypeComparer, old: Type, new: Type) -> bool:
    """Tell whether a function that returned nothing returns what callers may leave alone: it lies in a register.

    Floating numbers are none of these: on i386 who takes no notice leaves them on the stack of the FPU (psABI).
    """
    a, b = types.peel(old, types.old)[0], types.peel(new, types.new)[0]
    return is_void(a, types.old) and (isinstance(b, Pointer) or passed_as_integer(types, b))


def refused(types: TypeComparer, old: Type, new: Type) -> Type | None:
    """Return the type of an argument that compilers took without a word and now complain of; None for no such one."""
    a, b = types.peel(old, types.old)[0], types.peel(new, types.new)[0]
    if isinstance(a, Pointer) and isinstance(b, Pointer):
        x, before = types.peel(a.target, types.old)
        if is_void(x, types.old) and not is_void(b.target, types.new):
            return Pointer(Qualified(OWN, tuple(sorted(before))) if before else OWN)
    return old if _complained_of(types, a, b, back=False) else None


def result_refused(types: TypeComparer, old: Type, new: Type) -> bool:
    """Tell whether compilers complain where the result is kept in an object of its old type."""
    a, b = types.peel(old, types.old)[0], types.peel(new, types.new)[0]
    if is_void(a, types.old) or is_void(b, types.new):
        return not is_void(a, types.old)
    return _complained_of(types, a, b, back=True)


def _complained_of(types: TypeComparer, a: Type, b: Type, *, back: bool) -> bool:
    """Tell whether compilers complain when an ``a`` is assigned to a ``b``, or ``back`` (§6.5.16.1)."""
    if isinstance(a, Pointer) and isinstance(b, Pointer):
        x, before = types.peel(a.target, types.old)
        y, after = types.peel(b.target, types.new)
        if not (after <= before if back else before <= after):
            return True
        return not (is_void(x, types.old) or is_void(y, types.new)) and _incompatible(types, x, y)
    alone = isinstance(a, (Pointer, RecordRef)) or isinstance(b, (Pointer, RecordRef))
    return alone and (a if back else b) != Builtin("bool")


def _incompatible(types: TypeComparer, x: Type, y: Type) -> bool:
    """Tell whether pointers to these types are incompatible for compilers as they come: signs alone are not."""
    numbers = isinstance(x, (Builtin, EnumRef)) and isinstance(y, (Builtin, EnumRef))
    return bool(types.differ(x, y)) and not (numbers and represented_alike(types, x, y))
