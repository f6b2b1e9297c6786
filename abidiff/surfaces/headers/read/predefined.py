"""What is defined before the first line: a GNU C compiler's macros on each target.

The tables stand in ``predefined.txt``, which tools/generate_targets.py writes from what compilers print.
"""

from __future__ import annotations

from functools import cache

from abidiff.resources import resource_text
from abidiff.surfaces.headers.read.lexer import tokenize
from abidiff.surfaces.headers.read.macros import Definition

# What __has_attribute and __has_builtin say yes to.
KNOWN_ATTRIBUTES = frozenset(
    [
        "access",
        "alias",
        "aligned",
        "alloc_align",
        "alloc_size",
        "always_inline",
        "artificial",
        "assume_aligned",
        "availability",
        "cleanup",
        "cold",
        "const",
        "constructor",
        "copy",
        "deprecated",
        "destructor",
        "error",
        "externally_visible",
        "fallthrough",
        "flatten",
        "format",
        "format_arg",
        "gnu_inline",
        "hot",
        "leaf",
        "malloc",
        "may_alias",
        "mode",
        "no_sanitize_address",
        "noclone",
        "noinline",
        "nonnull",
        "nonstring",
        "noplt",
        "noreturn",
        "nothrow",
        "optimize",
        "packed",
        "pure",
        "returns_nonnull",
        "returns_twice",
        "section",
        "sentinel",
        "simd",
        "symver",
        "target",
        "tls_model",
        "transparent_union",
        "unavailable",
        "unused",
        "used",
        "vector_size",
        "visibility",
        "warn_if_not_aligned",
        "warn_unused_result",
        "warning",
        "weak",
        "weakref",
        "builtin_expect",
        "builtin_constant_p",
        "builtin_types_compatible_p",
        "builtin_bswap16",
        "builtin_bswap32",
        "builtin_bswap64",
        "builtin_add_overflow",
        "builtin_mul_overflow",
        "builtin_sub_overflow",
        "builtin_unreachable",
        "builtin_clz",
        "builtin_ctz",
        "builtin_popcount",
        "builtin_object_size",
        "builtin_choose_expr",
        "builtin_offsetof",
    ]
)
# What g++ has beside: C++17.
CPLUSPLUS = (("__cplusplus", "201703L"), ("__GNUG__", "12"), ("_GNU_SOURCE", "1"))


@cache
def tables() -> dict[str, dict[str, str]]:
    """Return target → name → value, ``all`` for what is the same everywhere."""
    found: dict[str, dict[str, str]] = {}
    for line in resource_text("surfaces/headers/read/predefined.txt").splitlines():
        if line.startswith("["):
            table = found[line[1:-1]] = {}
        elif not line.startswith("#"):
            name, _, value = line.partition(" ")
            table[name] = value
    return found


def macros_of(target: str) -> dict[str, str]:
    """Return the macros that a compiler for a target predefines (all object-like), name → value."""
    return tables()["all"] | tables()[target]


@cache
def predefined(target: str = "x86_64") -> dict[str, Definition]:
    """Return the macro table that a translation unit for a target starts with (not to be changed)."""
    return {name: Definition(name, tokenize(value, 0, len(value), 0), 0) for name, value in macros_of(target).items()}


@cache
def differing() -> frozenset[str]:
    """Return the names that are not defined alike on all targets: conditions that ask for none of them are one."""
    return frozenset(name for target, table in tables().items() if target != "all" for name in table)
