"""What is defined before the first line: a GNU C compiler on x86_64 Linux.

Sizes on other targets are computed from the model; conditions (``#ifdef _WIN32``) are
those of this one (see docs/decisions).
"""

from __future__ import annotations

from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import tokenize
from abidiff.surfaces.headers.read.macros import Definition

_TEXT = """
__STDC__ 1
__STDC_HOSTED__ 1
__STDC_VERSION__ 201710L
__GNUC__ 12
__GNUC_MINOR__ 2
__GNUC_PATCHLEVEL__ 0
__GNUC_STDC_INLINE__ 1
__VERSION__ "12.2.0"
__OPTIMIZE__ 1
__linux__ 1
__linux 1
linux 1
__gnu_linux__ 1
__unix__ 1
__unix 1
unix 1
__ELF__ 1
__x86_64__ 1
__x86_64 1
__amd64__ 1
__amd64 1
__SSE2__ 1
__LP64__ 1
_LP64 1
__CHAR_BIT__ 8
__SIZEOF_SHORT__ 2
__SIZEOF_INT__ 4
__SIZEOF_LONG__ 8
__SIZEOF_LONG_LONG__ 8
__SIZEOF_POINTER__ 8
__SIZEOF_SIZE_T__ 8
__SIZEOF_FLOAT__ 4
__SIZEOF_DOUBLE__ 8
__SIZEOF_INT128__ 16
__SIZEOF_WCHAR_T__ 4
__ORDER_LITTLE_ENDIAN__ 1234
__ORDER_BIG_ENDIAN__ 4321
__BYTE_ORDER__ 1234
__SCHAR_MAX__ 127
__SHRT_MAX__ 32767
__INT_MAX__ 2147483647
__LONG_MAX__ 9223372036854775807L
__LONG_LONG_MAX__ 9223372036854775807LL
__SIZE_MAX__ 18446744073709551615UL
__DATE__ "Jan  1 1970"
__TIME__ "00:00:00"
"""

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
_table: dict[str, Definition] = {}


def predefined(files: Files) -> dict[str, Definition]:
    """Return the macro table that a translation unit starts with."""
    del files
    if not _table:
        for line in _TEXT.strip().splitlines():
            name, _, value = line.partition(" ")
            _table[name] = Definition(name, tokenize(value, 0, len(value), 0), 0)
    return _table
