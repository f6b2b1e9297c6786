"""Data models: how large the scalar types are on each target, and how bit-fields are placed.

Sources:

- x86_64: System V ABI, AMD64 Supplement 1.0, §3.1.2 (scalar types), §3.1.2 "Bit-Fields".
- i386: System V ABI, Intel386 Supplement, "Fundamental Types": 64-bit members are aligned to 4.
- aarch64: AAPCS64 2023Q3, §5 (data types), §8.1.8 (bit-fields; a zero-width one aligns the record).
- armhf: AAPCS32 2023Q3, §5 and §8.1.7; ``long double`` is ``double``.
- ppc64le: 64-Bit ELF V2 ABI for Power, §2.1.2.
- s390x: ELF ABI s390x Supplement 1.6, §1.1.2: no scalar is aligned beyond 8.  Vectors as without the
  vector facility (the distributions' baseline).
- riscv64: RISC-V ELF psABI, "C/C++ type representations" (LP64).
- loongarch64: LoongArch ELF psABI, "C/C++ type details" (LP64D).
- win64: Microsoft x64 software conventions (LLP64, bit-fields by declared type) as mingw-w64 has
  them: ``long double`` is the 80-bit type in 16 bytes, where Microsoft's compiler has 8 bytes.

System types (``time_t`` and the like) are glibc's classic ones: 32-bit ``time_t`` and ``off_t`` on the
32-bit targets, as everywhere before, and without, ``_TIME_BITS=64``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, standard_kind


@dataclass(frozen=True, slots=True)
class Target:
    """One target.

    ``pointer``        size and alignment of pointers, bytes.
    ``scalars``        standard kind → (size, alignment as a member), bytes.
    ``largest``        what ``__attribute__((aligned))`` asks for.
    ``vector``         the largest alignment that a vector type gets.
    ``vectors``        the exceptions: size of a vector → its alignment.
    ``union_atomics``  GCC aligns an ``_Atomic`` member of a union as one that is not.
    ``ms_struct``      whether GCC has the attribute of that name there.
    ``anonymous``      unnamed bit-fields, and those of width zero, align the record (AAPCS).
    ``ms_bitfields``   bit-fields are placed by Microsoft's rules.
    ``va_list``        size and alignment of ``va_list``.
    ``char_unsigned``  plain ``char`` is unsigned.
    ``big_endian``     bit 0 of a bit-field's offset is the most significant one.
    ``triple``         what clang calls it.
    """

    name: str
    pointer: int
    scalars: dict[str, tuple[int, int]] = field(hash=False)
    largest: int
    vector: int
    va_list: tuple[int, int]
    triple: str
    vectors: dict[int, int] = field(default_factory=dict, hash=False)
    anonymous: bool = False
    union_atomics: bool = False
    ms_struct: bool = False
    ms_bitfields: bool = False
    char_unsigned: bool = False
    big_endian: bool = False


_INTEGERS = frozenset({"char", "signed char", "short", "int", "long", "long long", "__int128"})
_NO_DECIMALS: dict[str, tuple[int, int] | None] = dict.fromkeys(("_Decimal32", "_Decimal64", "_Decimal128"))
# Above 64 bits: the unit in bytes that sizes are a multiple of, and its alignment (psABI of each).
_BIT_UNITS = {"x86_64": (8, 8), "win64": (8, 8), "i386": (4, 4), "armhf": (8, 8), "aarch64": (16, 16)}


def _scalars(**changed: tuple[int, int] | None) -> dict[str, tuple[int, int]]:
    """Return the LP64 table with some entries replaced (``_`` for a blank); None takes one away."""
    table: dict[str, tuple[int, int]] = {"bool": (1, 1), "char": (1, 1), "_Float16": (2, 2), "__bf16": (2, 2)}
    for kind, size in (("short", 2), ("int", 4), ("long", 8), ("long long", 8)):
        table[kind] = (size, size)
    table |= {"float": (4, 4), "double": (8, 8), "long double": (16, 16), "_Float128": (16, 16)}
    table |= {"_Float64x": (16, 16)}
    table |= {"_Decimal32": (4, 4), "_Decimal64": (8, 8), "_Decimal128": (16, 16)}
    table |= {"__int128": (16, 16)}
    for key, value in changed.items():
        kind = {"long_long": "long long", "long_double": "long double"}.get(key, key)
        if value is None:
            table.pop(kind, None)
        else:
            table[kind] = value
    table |= {"_Float32": table["float"], "_Float64": table["double"], "_Float32x": table["double"]}
    table["signed char"] = table["unsigned char"] = table["char"]
    for kind in ("short", "int", "long", "long long", "__int128"):
        if kind in table:
            table[f"unsigned {kind}"] = table[kind]
    for kind in (
        "float",
        "double",
        "long double",
        "_Float16",
        "_Float128",
        "_Float64x",
        "__float80",
        "_Float32",
        "_Float64",
        "_Float32x",
    ):
        if kind in table:
            size, align = table[kind]
            table[f"_Complex {kind}"] = (2 * size, align)
    for kind in [kind for kind in table if kind.removeprefix("unsigned ") in _INTEGERS]:
        table[f"_Complex {kind}"] = (2 * table[kind][0], table[kind][1])
    return table


_F80 = (16, 16)

TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        Target("x86_64", 8, _scalars(__float80=_F80), 16, 1 << 30, (24, 8), "x86_64-linux-gnu", ms_struct=True),
        Target(
            "i386", 4,
            _scalars(
                long=(4, 4), long_long=(8, 4), double=(8, 4), long_double=(12, 4), __float80=(12, 4), _Float64x=(12, 4),
                __int128=None,
            ),
            16, 1 << 30, (4, 4), "i386-linux-gnu", ms_struct=True, vectors={8: 4}, union_atomics=True,
        ),
        Target("aarch64", 8, _scalars(), 16, 16, (32, 8), "aarch64-linux-gnu", anonymous=True, char_unsigned=True),
        Target(
            "armhf", 4,
            _scalars(long=(4, 4), long_double=(8, 8), __int128=None, _Float128=None, _Float64x=None, **_NO_DECIMALS),
            8, 8, (4, 4), "arm-linux-gnueabihf", anonymous=True, char_unsigned=True,
        ),
        Target("ppc64le", 8, _scalars(), 16, 16, (8, 8), "powerpc64le-linux-gnu", ms_struct=True, char_unsigned=True),
        Target(
            "s390x", 8,
            _scalars(
                long_double=(16, 8), _Float128=(16, 8), _Float64x=(16, 8), _Decimal128=(16, 8), __int128=(16, 8)
            ),
            8, 1 << 30, (32, 8), "s390x-linux-gnu", char_unsigned=True, big_endian=True,
        ),
        Target("riscv64", 8, _scalars(**_NO_DECIMALS), 16, 1 << 30, (8, 8), "riscv64-linux-gnu", char_unsigned=True),
        Target("loongarch64", 8, _scalars(**_NO_DECIMALS), 16, 1 << 30, (8, 8), "loongarch64-linux-gnu"),
        Target(
            "win64", 8, _scalars(long=(4, 4), __float80=_F80), 16, 1 << 30, (8, 8), "x86_64-w64-mingw32",
            ms_bitfields=True,
        ),
    )
}  # fmt: skip

if tuple(TARGETS) != TARGET_NAMES:  # pragma: no cover
    raise AssertionError("the tables of targets disagree")


def scalar(kind: str, target: Target) -> tuple[int, int] | None:
    """Return size and alignment (as a member) of a kind in bytes, or None for one without a size there."""
    if kind == "va_list":
        return target.va_list
    if "_BitInt(" in kind:
        return _bit_precise(int(kind[kind.index("(") + 1 : -1]), target)
    return target.scalars.get(standard_kind(kind, target.name))


def _bit_precise(bits: int, target: Target) -> tuple[int, int] | None:
    """Return size and alignment of ``_BitInt(bits)``; None where no psABI that is known here says it."""
    if bits <= 64:
        kind = next(k for k, most in (("char", 8), ("short", 16), ("int", 32), ("long long", 64)) if bits <= most)
        return target.scalars[kind]
    size, align = _BIT_UNITS.get(target.name, (0, 0))
    return (-(-bits // (8 * size)) * size, align) if size else None
