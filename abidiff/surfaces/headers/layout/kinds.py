"""Named kinds: the types that a system defines differently on each target.

The mapping holds for GNU/Linux (glibc) and, for ``win64``, mingw-w64.
"""

from __future__ import annotations

TARGET_NAMES = (
    "x86_64",
    "i386",
    "aarch64",
    "armhf",
    "ppc64le",
    "s390x",
    "riscv64",
    "loongarch64",
    "win64",
)
# Debian's multiarch directory → target.
TRIPLETS = {
    "x86_64-linux-gnu": "x86_64",
    "i386-linux-gnu": "i386",
    "aarch64-linux-gnu": "aarch64",
    "arm-linux-gnueabihf": "armhf",
    "powerpc64le-linux-gnu": "ppc64le",
    "s390x-linux-gnu": "s390x",
    "riscv64-linux-gnu": "riscv64",
    "loongarch64-linux-gnu": "loongarch64",
}
ILP32 = frozenset({"i386", "armhf"})

# kind → (LP64, ILP32, win64); exceptions of single targets below.
_TABLE: dict[str, tuple[str, str, str]] = {
    "size_t": ("unsigned long", "unsigned int", "unsigned long long"),
    "ssize_t": ("long", "int", "long long"),
    "ptrdiff_t": ("long", "int", "long long"),
    "wchar_t": ("int", "int", "unsigned short"),
    "wint_t": ("unsigned int", "unsigned int", "unsigned short"),
    "int64_t": ("long", "long long", "long long"),
    "uint64_t": ("unsigned long", "unsigned long long", "unsigned long long"),
    "intptr_t": ("long", "int", "long long"),
    "uintptr_t": ("unsigned long", "unsigned int", "unsigned long long"),
    "intmax_t": ("long", "long long", "long long"),
    "uintmax_t": ("unsigned long", "unsigned long long", "unsigned long long"),
    "int_fast16_t": ("long", "int", "short"),
    "uint_fast16_t": ("unsigned long", "unsigned int", "unsigned short"),
    "int_fast32_t": ("long", "int", "int"),
    "uint_fast32_t": ("unsigned long", "unsigned int", "unsigned int"),
    "time_t": ("long", "long", "long long"),
    "clock_t": ("long", "long", "long"),
    "suseconds_t": ("long", "long", "long"),
    "off_t": ("long", "long", "long"),
    "off64_t": ("long", "long long", "long long"),
    "pid_t": ("int", "int", "long long"),
    "mode_t": ("unsigned int", "unsigned int", "unsigned short"),
    "dev_t": ("unsigned long", "unsigned long long", "unsigned int"),
    "ino_t": ("unsigned long", "unsigned long", "unsigned short"),
    "nlink_t": ("unsigned long", "unsigned int", "short"),
    "blksize_t": ("long", "long", "long"),
    "blkcnt_t": ("long", "long", "long"),
    "socklen_t": ("unsigned int", "unsigned int", "int"),
    "pthread_t": ("unsigned long", "unsigned long", "unsigned long long"),
}
_EXCEPTIONS: dict[tuple[str, str], str] = {
    ("wchar_t", "i386"): "long",
    ("wchar_t", "aarch64"): "unsigned int",
    ("wchar_t", "armhf"): "unsigned int",
    ("nlink_t", "aarch64"): "unsigned int",
    ("nlink_t", "riscv64"): "unsigned int",
    ("nlink_t", "loongarch64"): "unsigned int",
    ("blksize_t", "aarch64"): "int",
    ("blksize_t", "riscv64"): "int",
    ("blksize_t", "loongarch64"): "int",
}

# Kinds whose inside is the target's own business: their size comes from the layout table.
OPAQUE_KINDS = frozenset({"va_list"})

NAMED = frozenset(_TABLE) | OPAQUE_KINDS
# Names of the C library that are the same kind everywhere.
_FIXED = {
    "int8_t": "signed char", "uint8_t": "unsigned char", "int16_t": "short", "uint16_t": "unsigned short",
    "int32_t": "int", "uint32_t": "unsigned int", "int_least8_t": "signed char", "uint_least8_t": "unsigned char",
    "int_least16_t": "short", "uint_least16_t": "unsigned short", "int_least32_t": "int",
    "uint_least32_t": "unsigned int", "int_fast8_t": "signed char", "uint_fast8_t": "unsigned char",
    "int_least64_t": "int64_t", "uint_least64_t": "uint64_t", "int_fast64_t": "int64_t", "uint_fast64_t": "uint64_t",
    "uid_t": "unsigned int", "gid_t": "unsigned int", "bool": "bool",
}  # fmt: skip


def standard_kind(kind: str, target: str) -> str:
    """Return the standard kind that a kind is on a target (standard kinds are themselves)."""
    row = _TABLE.get(kind)
    if row is None:
        return kind
    exception = _EXCEPTIONS.get((kind, target))
    if exception is not None:
        return exception
    return row[2] if target == "win64" else row[1] if target in ILP32 else row[0]


def system_kind(name: str, target: str) -> str:
    """Return the standard kind that a name of the C library stands for on a target, empty for all other names."""
    kind = _FIXED.get(name, name)
    return standard_kind(kind, target) if name in _FIXED or name in _TABLE else ""


_SIZES = {
    "bool": 1,
    "char": 1,
    "signed char": 1,
    "unsigned char": 1,
    "short": 2,
    "unsigned short": 2,
    "int": 4,
    "unsigned int": 4,
    "long long": 8,
    "unsigned long long": 8,
    "__int128": 16,
    "unsigned __int128": 16,
    "float": 4,
    "double": 8,
    "_Float32": 4,
    "_Float64": 8,
    "_Float32x": 8,
}


def scalar_size(kind: str, target: str) -> int | None:
    """Return the size in bytes of an integer, ``float``, ``double`` or ``pointer`` on a target."""
    kind = standard_kind(kind, target)
    if kind == "pointer":
        return 4 if target in ILP32 else 8
    if kind in ("long", "unsigned long"):
        return 4 if target in ILP32 or target == "win64" else 8
    return _SIZES.get(kind)
