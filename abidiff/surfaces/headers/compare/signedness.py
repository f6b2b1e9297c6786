"""Integers of one width that differ in nothing but their sign (ISO C11 §6.2.5, §6.3.1.3)."""

from __future__ import annotations

from abidiff.surfaces.headers.compare.same_type import TypeComparer, underlying
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, scalar_size, standard_kind
from abidiff.surfaces.headers.model import Builtin, EnumRef, Library, Type

_OTHERS = frozenset({"bool", "float", "double", "long double", "_Float32", "_Float64", "_Float32x", "pointer"})
UNSIGNED_CHAR = frozenset({"aarch64", "armhf", "ppc64le", "s390x", "riscv64"})


def sign_change(types: TypeComparer, a: Type, b: Type) -> str:
    """Return ``unsigned`` or ``signed``, what the new type is, where only that differs; empty where more does.

    ``unsigned`` when it is so on any target: there ``x < 0`` holds no more.
    """
    before, after = _kind(types, a, types.old), _kind(types, b, types.new)
    if not before or not after:
        return ""
    found = ""
    for target in TARGET_NAMES:
        old, new = standard_kind(before, target), standard_kind(after, target)
        if old == new or target not in types.targets:
            continue
        if scalar_size(old, target) != scalar_size(new, target) or _rank(old) != _rank(new):
            return ""
        signs = is_signed(old, target), is_signed(new, target)
        if signs == (True, False):
            found = "unsigned"
        elif signs == (False, True):
            found = found or "signed"
    return found


def is_signed(kind: str, target: str) -> bool:
    """Tell whether a standard integer kind holds negative numbers on a target."""
    return target not in UNSIGNED_CHAR if kind == "char" else not kind.startswith("unsigned")


def _rank(kind: str) -> str:
    return kind.removeprefix("unsigned ").removeprefix("signed ")


def _kind(types: TypeComparer, type_: Type, library: Library) -> str:
    found, qualifiers = types.peel(type_, library)
    if "_Atomic" in qualifiers:
        return ""
    if isinstance(found, EnumRef):
        return underlying(library.enums.get(found.id))
    if not isinstance(found, Builtin) or found.kind in _OTHERS:
        return ""
    bits = found.kind.removeprefix("unsigned ").startswith("_BitInt(")
    return found.kind if bits or scalar_size(found.kind, "x86_64") is not None else ""
