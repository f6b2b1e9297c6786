"""Random structs, how to write them in C, and what compilers say of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from abidiff.location import Location
from abidiff.surfaces.headers.layout.layout import Engine, RecordLayout
from abidiff.surfaces.headers.layout.targets import TARGETS
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Enum,
    Enumerator,
    EnumRef,
    Library,
    Mark,
    Member,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Type,
    Typedef,
    TypedefRef,
    Vector,
)

Measured = tuple[int, int, dict[str, tuple[int, int]]]
PLACE = Location("t.h", 1)
MARK = Mark(PLACE)
C_NAMES = {"bool": "_Bool"}
EVERYWHERE = (
    "bool", "char", "signed char", "unsigned char", "short", "unsigned short", "int", "unsigned int", "long",
    "unsigned long", "long long", "unsigned long long", "float", "double", "long double", "_Complex double",
    "_Complex float",
)  # fmt: skip
SOMEWHERE = ("__int128", "unsigned __int128")
BIT_KINDS = {
    "bool": 1, "char": 8, "signed char": 8, "unsigned char": 8, "short": 16, "unsigned short": 16, "int": 32,
    "unsigned int": 32, "long": 32, "unsigned long": 32, "long long": 64, "unsigned long long": 64,
}  # fmt: skip


@dataclass
class World:
    """Records with all that they need, in order of declaration."""

    records: dict[str, Record] = field(default_factory=dict)
    enums: dict[str, Enum] = field(default_factory=dict)
    typedefs: dict[str, Typedef] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    wide: set[str] = field(default_factory=set)
    gcc_only: set[str] = field(default_factory=set)
    clang_only: set[str] = field(default_factory=set)
    count: int = 0

    def fresh(self) -> str:
        """Return a name that no member has yet."""
        self.count += 1
        return f"f{self.count}"

    def library(self) -> Library:
        return Library("t", "", (), typedefs=self.typedefs, records=self.records, enums=self.enums)

    def __repr__(self) -> str:
        return "\n".join(self.text)


def fixed() -> World:
    """Return a world with a few enums and typedefs that structs may use."""
    world = World()
    for name, values, packed in (
        ("small", (0, 3), False), ("minus", (-1, 7), False), ("big", (0, 1 << 40), False),
        ("neg", (-(1 << 40), 1), False), ("tiny", (0, 200), True), ("mid", (-200, 1), True),
        ("u32", (0, 1 << 31), False),
    ):  # fmt: skip
        key = f"enum {name}"
        constants = tuple(Enumerator(f"{name}_{i}", v, MARK) for i, v in enumerate(values))
        world.enums[key] = Enum(key, name, MARK, constants, packed)
        body = ", ".join(f"{name}_{i} = {v}{'LL' if abs(v) > 1 << 31 else ''}" for i, v in enumerate(values))
        world.text.append(f"enum {'__attribute__((packed)) ' if packed else ''}{name} {{ {body} }};")
    for name, kind, aligned in (
        ("t_int", "int", 0), ("t_wide", "int", 16), ("t_low", "double", 2), ("t_ll", "long long", 0),
        ("t_ll8", "long long", 8), ("t_char4", "char", 4), ("t_low1", "long long", 1),
    ):  # fmt: skip
        world.typedefs[name] = Typedef(name, Builtin(kind), MARK, aligned)
        attribute = f" __attribute__((aligned({aligned})))" if aligned else ""
        world.text.append(f"typedef {kind} {name}{attribute};")
    return world


def spell(type_: Type, name: str) -> str:
    """Return a declaration in C."""
    match type_:
        case Builtin(kind=kind):
            return f"{C_NAMES.get(kind, kind)} {name}"
        case Pointer():
            return f"void *{name}"
        case Qualified(type=inner, qualifiers=qualifiers):
            return " ".join(qualifiers) + " " + spell(inner, name)
        case Array(element=element, length=length):
            return spell(element, f"{name}[{'' if length is None else length}]")
        case RecordRef(id=key) | EnumRef(id=key):
            return f"{key} {name}"
        case TypedefRef(name=typedef):
            return f"{typedef} {name}"
        case Vector(size=size):
            return f"int __attribute__((vector_size({size}))) {name}"
    raise AssertionError(type_)


def write_member(member: Member, world: World) -> str:
    attributes = [f"aligned({member.aligned})"] if member.aligned > 0 else ["aligned"] if member.aligned else []
    attributes += ["packed"] if member.packed else []
    tail = f" __attribute__(({', '.join(attributes)}))" if attributes else ""
    if member.bits is not None:
        return f"{spell(member.type, member.name)}:{member.bits}{tail};"
    if not member.name and isinstance(member.type, RecordRef):
        return f"{write_record(world.records[member.type.id], world, named=False)}{tail};"
    return f"{spell(member.type, member.name)}{tail};"


def write_record(record: Record, world: World, *, named: bool = True) -> str:
    attributes = ["packed"] if record.packed else []
    attributes += [f"aligned({record.aligned})"] if record.aligned > 0 else ["aligned"] if record.aligned else []
    attributes += ["ms_struct"] if record.ms_struct else []
    tail = f" __attribute__(({', '.join(attributes)}))" if attributes else ""
    body = " ".join(write_member(m, world) for m in record.members or ())
    return f"{record.kind} {record.tag + ' ' if named else ''}{{ {body} }}{tail}"


def fits(world: World, type_: Type) -> bool:
    """Whether an array of it is allowed: gcc wants a size that is a multiple of the alignment."""
    library = world.library()
    for target in TARGETS:
        try:
            size, align = Engine(library, target).size_align(type_)
        except ValueError:
            continue
        if size % align:
            return False
    return True


@st.composite
def member_types(draw: st.DrawFn, world: World) -> Type:
    choice = draw(st.integers(0, 19))
    made = [key for key in world.records if "(" not in key]
    if choice < 11:
        base: Type = Builtin(draw(st.sampled_from(EVERYWHERE)))
    elif choice < 12:
        base = Builtin(draw(st.sampled_from(SOMEWHERE)))
    elif choice < 13:
        base = Pointer(Builtin("void"))
    elif choice < 14:
        base = EnumRef(draw(st.sampled_from(sorted(world.enums))))
    elif choice < 15:
        base = TypedefRef(draw(st.sampled_from(sorted(world.typedefs))))
    elif choice < 16:
        base = Vector(Builtin("int"), draw(st.sampled_from((8, 16))))
    elif choice < 17:
        kinds = ("int", "char", "short", "long long", "long", "unsigned long long")
        base = Qualified(Builtin(draw(st.sampled_from(kinds))), ("_Atomic",))
    elif made:
        base = RecordRef(draw(st.sampled_from(made)))
    else:
        base = Builtin("int")
    if draw(st.integers(0, 5)) == 0 and not isinstance(base, Vector) and fits(world, base):
        base = Array(base, draw(st.integers(1, 4)))
        if draw(st.integers(0, 3)) == 0:
            base = Array(base, draw(st.integers(1, 3)))
    return base


@st.composite
def members(draw: st.DrawFn, world: World, number: int, owner: str, depth: int) -> Member:
    aligned = draw(st.sampled_from((0,) * 12 + (1, 2, 4, 8, 16, 32, -1)))
    packed = draw(st.integers(0, 11)) == 0
    choice = draw(st.integers(0, 9))
    if choice < 4:
        kind = draw(st.sampled_from(sorted(BIT_KINDS)))
        type_: Type = Builtin(kind)
        if draw(st.integers(0, 11)) == 0:
            type_, kind = EnumRef("enum small"), "int"
        elif draw(st.integers(0, 11)) == 0:
            type_, kind = TypedefRef("t_ll"), "long long"
        width = draw(st.integers(0, BIT_KINDS[kind]))
        name = "" if width == 0 or draw(st.integers(0, 6)) == 0 else world.fresh()
        return Member(name, type_, PLACE, width, aligned, packed)
    if choice == 4 and depth < 2:
        key = f"{owner}(a{number})"
        inner = draw(records(world, key, depth + 1))
        world.records[key] = inner
        return Member("", RecordRef(key), PLACE)
    return Member(world.fresh(), draw(member_types(world)), PLACE, None, aligned, packed)


@st.composite
def records(draw: st.DrawFn, world: World, key: str, depth: int = 0) -> Record:
    kind = draw(st.sampled_from(("struct", "struct", "struct", "union")))
    count = draw(st.integers(1, 6))
    inside = [draw(members(world, i, key, depth)) for i in range(count)]
    if not any(m.name or m.bits is None for m in inside):
        inside.append(Member(world.fresh(), Builtin("char"), PLACE))
    if depth == 0 and kind == "struct" and draw(st.integers(0, 15)) == 0 and any(m.name for m in inside):
        inside.append(Member(world.fresh(), Array(Builtin("int"), None), PLACE))
    return Record(
        id=f"{kind} {key}" if depth == 0 else key,
        kind=kind,
        tag=key,
        mark=MARK,
        members=tuple(inside),
        packed=draw(st.integers(0, 7)) == 0,
        pack=0,
        aligned=draw(st.sampled_from((0,) * 14 + (1, 4, 8, 16, 64, -1))),
        ms_struct=draw(st.integers(0, 23)) == 0,
    )


def flexible(record: Record) -> bool:
    last = record.members[-1].type if record.members else None
    return isinstance(last, Array) and last.length is None


@st.composite
def worlds(draw: st.DrawFn, size: int = 40) -> World:
    world = fixed()
    for number in range(draw(st.integers(1, size))):
        pack = draw(st.sampled_from((0,) * 8 + (1, 2, 4, 8, 16)))
        record = draw(records(world, f"S{number}"))
        known = {key: inner for key, inner in world.records.items() if key.startswith(f"S{number}(")}
        for key, inner in known.items():
            world.records[key] = _packed(inner, pack)
        record = _packed(record, pack)
        world.text.append(f"#pragma pack({pack})" if pack else "#pragma pack()")
        world.text.append(write_record(record, world) + ";")
        _classify(record, world)
        # A record with a flexible array is no member of others.
        world.records[record.id if not flexible(record) else f"{record.id}(flexible)"] = record
    return world


def _classify(record: Record, world: World) -> None:
    """Note what a target lacks, and where compilers are known to disagree."""
    if reaches(record, world, lambda r: r.id in world.wide, lambda _, m: _wide(m.type)):
        world.wide.add(record.id)
    # clang drops the alignment of a bit-field that `#pragma pack` limits instead of limiting it, and lets
    # one of a small alignment cross a boundary of its type; on i386 it aligns vectors of 8 bytes, and
    # atomics in unions, to 8.
    if reaches(record, world, _only_gcc, lambda r, m: bool(m.bits and m.aligned and (r.pack or m.aligned < 8))):
        world.gcc_only.add(record.id)
    # gcc has ms_struct on few targets, and its own idea of packed fields in it.
    if reaches(record, world, lambda r: r.id in world.clang_only or r.ms_struct, lambda _, m: False):
        world.clang_only.add(record.id)


def reaches(
    record: Record, world: World, test: Callable[[Record], bool], member_test: Callable[[Record, Member], bool]
) -> bool:
    """Whether a test holds for a record, a member, or anything inside."""
    if test(record):
        return True
    for member in record.members or ():
        if member_test(record, member):
            return True
        type_ = member.type
        while isinstance(type_, Array):
            type_ = type_.element
        if isinstance(type_, RecordRef) and reaches(world.records[type_.id], world, test, member_test):
            return True
    return False


def _only_gcc(record: Record) -> bool:
    for member in record.members or ():
        type_ = member.type
        atomic = isinstance(type_, Qualified)
        while isinstance(type_, Array):
            type_ = type_.element
        if (isinstance(type_, Vector) and type_.size == 8) or (record.kind == "union" and atomic):
            return True
    return False


def _wide(type_: Type) -> bool:
    while isinstance(type_, Array):
        type_ = type_.element
    return isinstance(type_, Builtin) and type_.kind in SOMEWHERE


def _packed(record: Record, pack: int) -> Record:
    return Record(**{name: getattr(record, name) for name in Record.__struct_fields__} | {"pack": pack})


def tops(world: World, target: str, judge: str = "clang") -> list[Record]:
    """Return the records that exist on a target, can be asked for by name, and are not disputed."""
    other = world.gcc_only if judge == "clang" else world.clang_only
    if judge == "clang" and not TARGETS[target].ms_struct and not TARGETS[target].ms_bitfields:
        other = other | world.clang_only
    # clang before 18 aligns __int128 to 16 on s390x, against the ABI and gcc.
    narrow = "__int128" not in TARGETS[target].scalars or target == "s390x"
    return [
        r
        for r in world.records.values()
        if "(" not in r.tag and r.id not in other and not (narrow and r.id in world.wide)
    ]


def source(world: World, target: str, judge: str = "clang") -> str:
    """Return the world in C; what the target does not have is left out."""
    keep = {r.tag for r in tops(world, target, judge)}
    lines = []
    for line in world.text:
        match = re.match(r"(?:struct|union) (S\d+) \{", line)
        if match is None or match[1] in keep:
            lines.append(line)
    return "\n".join(lines) + "\n#pragma pack()\n"


def clang() -> str:
    """Return the newest clang that can be asked; ABIDIFF_CLANG names another one."""
    numbered = (shutil.which(f"clang-{version}") for version in range(22, 15, -1))
    return os.environ.get("ABIDIFF_CLANG") or next(filter(None, numbered), "") or shutil.which("clang") or ""


def knows(target: str) -> bool:
    """Whether clang knows a target (loongarch64 since 16)."""
    if not clang():
        return False
    command = [clang(), f"--target={TARGETS[target].triple}", "-x", "c", "-fsyntax-only", "-"]
    return subprocess.run(command, input=b"int x;", capture_output=True, timeout=30).returncode == 0


_DUMP = re.compile(
    r"Type: ((?:struct|union) \S+)\n\s*\n?Layout: <ASTRecordLayout\n\s+Size:(\d+)\n(?:.*\n)*?\s+Alignment:(\d+)\n"
    r"(?:.*\n)*?\s+FieldOffsets: \[([^\]]*)\]"
)


def ask_clang(world: World, target: str) -> dict[str, tuple[int, int, tuple[int, ...]]]:
    """Return record's name → size, alignment in bytes, offsets of all members in bits."""
    asked = "".join(f"int size_{r.tag}[sizeof({r.kind} {r.tag})];\n" for r in tops(world, target))
    command = [clang(), f"--target={TARGETS[target].triple}", "-w", "-x", "c", "-std=gnu11",
               "-Wno-incompatible-ms-struct", "-fsyntax-only",  # a long double of 12 bytes: warned of, laid out
               "-Xclang", "-fdump-record-layouts-simple", "-"]  # fmt: skip
    done = subprocess.run(command, input=source(world, target) + asked, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise AssertionError(done.stderr[:3000])
    found = {}
    for name, size, align, offsets in _DUMP.findall(done.stdout):
        places = tuple(int(o) for o in offsets.split(",") if o.strip())
        found[name] = (int(size) // 8, int(align) // 8, places)
    return found


def ask_gcc(
    world: World, folder: Path, flag: str, target: str
) -> dict[str, tuple[int, int, dict[str, tuple[int, int]]]]:
    """Build and run a program that measures: name → size, alignment, member → (offset, width) in bits."""
    library = world.library()
    engine = Engine(library, target)
    out = ["#include <stdio.h>\n#include <string.h>\n#include <stddef.h>\n", source(world, target, "gcc")]
    out.append(
        "static void bits(const char *n, const unsigned char *p, unsigned long s) {\n"
        "  long first = -1, count = 0; for (unsigned long i = 0; i < 8 * s; i++)\n"
        "    if (p[i / 8] >> (i % 8) & 1) { if (first < 0) first = (long)i; count++; }\n"
        '  printf("f %s %ld %ld\\n", n, first, count); }\n'
    )
    calls = []
    for record in tops(world, target, "gcc"):
        bit = {m.name: m for r in world.records.values() for m in r.members or () if m.bits}
        c_name = f"{record.kind} {record.tag}"
        out.append(f"static void go_{record.tag}(void) {{ static {c_name} v;\n")
        out.append(f'  printf("r {record.kind}-{record.tag} %zu %zu\\n", sizeof v, (size_t)_Alignof({c_name}));\n')
        for place in engine.flattened(record):
            if place.name in bit:
                value = "1" if bit[place.name].type == Builtin("bool") else "-1"
                out.append(f"  memset(&v, 0, sizeof v); v.{place.name} = {value};\n")
                out.append(f'  bits("{place.name}", (void *)&v, sizeof v);\n')
            else:
                size = f"8 * sizeof v.{place.name}" if place.bit_size else "0"
                out.append(
                    f'  printf("f {place.name} %zu %zu\\n", 8 * offsetof({c_name}, {place.name}), (size_t)({size}));\n'
                )
        out.append("}\n")
        calls.append(f"go_{record.tag}();")
    out.append(f"int main(void) {{ {' '.join(calls)} return 0; }}\n")
    (folder / "t.c").write_text("".join(out))
    done = subprocess.run(["gcc", flag, "-w", "-std=gnu11", "-O0", "-o", "t", "t.c"], cwd=folder, capture_output=True,
                          text=True, timeout=300)  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr[:3000])
    found: dict[str, Measured] = {}
    fields: dict[str, tuple[int, int]] = {}
    for line in subprocess.run([str(folder / "t")], capture_output=True, text=True, timeout=60).stdout.splitlines():
        kind, name, one, other = line.split()
        if kind == "r":
            fields = {}
            found[name.replace("-", " ", 1)] = (int(one), int(other), fields)
        else:
            fields[name] = (int(one), int(other))
    return found


def ours(world: World, target: str, judge: str = "clang") -> dict[str, RecordLayout]:
    """Return what the layout engine says."""
    engine = Engine(world.library(), target)
    out = {}
    for record in tops(world, target, judge):
        found = engine.record(record)
        assert found is not None
        out[f"{record.kind} {record.tag}"] = found
    return out
