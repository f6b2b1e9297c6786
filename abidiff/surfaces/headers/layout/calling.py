"""Which calling conventions that attributes name make a difference on which target.

GCC and clang ignore a convention (with a warning) on a machine that has none of that name; the usual one said again
is no other one.  System V ABI AMD64 and Intel386, Microsoft x64, AAPCS32 and AAPCS64.
"""

from __future__ import annotations

from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.model import Function

_ANYWHERE = frozenset({"swiftcall", "swiftasynccall"})
_BY_TARGET: dict[str, frozenset[str]] = {
    "i386": frozenset(
        {"stdcall", "fastcall", "thiscall", "pascal", "sseregparm", "vectorcall", "regcall", "regparm(1)",
         "regparm(2)", "regparm(3)"}
    ),
    "x86_64": frozenset({"ms_abi", "vectorcall", "regcall", "preserve_most", "preserve_all", "preserve_none",
                         "intel_ocl_bicc"}),
    "win64": frozenset({"sysv_abi", "vectorcall", "regcall", "preserve_most", "preserve_all", "preserve_none"}),
    "aarch64": frozenset({"aarch64_vector_pcs", "aarch64_sve_pcs", "preserve_most", "preserve_all", "preserve_none"}),
    "armhf": frozenset({'pcs("aapcs")'}),
}  # fmt: skip
_NOT_VARIADIC = frozenset({"stdcall", "fastcall", "thiscall", "pascal", "vectorcall", "regcall"})


def calling(function: Function, target: str) -> tuple[str, ...]:
    """Return the conventions of a function that are not the usual one on a target."""
    if not function.calling:
        return ()
    there = _ANYWHERE | _BY_TARGET.get(target, frozenset())
    found = there.intersection(function.calling)
    return tuple(sorted(found - _NOT_VARIADIC if function.variadic else found))


def differ(a: Function, b: Function) -> frozenset[str]:
    """Return the targets on which two functions are not called alike, as far as attributes say."""
    if a.calling == b.calling and a.variadic == b.variadic:
        return frozenset()
    return frozenset(target for target in TARGET_NAMES if calling(a, target) != calling(b, target))
