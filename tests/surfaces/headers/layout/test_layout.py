"""Layouts held against compilers: gcc on the host (64 and 32 bits), clang for the other targets."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from abidiff.surfaces.headers.layout.fields import RecordLayouts
from abidiff.surfaces.headers.layout.footprint import Footprints
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES, standard_kind
from abidiff.surfaces.headers.layout.layout import Engine, LayoutError, layout, size_align
from abidiff.surfaces.headers.layout.targets import TARGETS
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Library,
    Member,
    Pointer,
    Qualified,
    Record,
    RecordRef,
    Typedef,
    TypedefRef,
)
from tests.surfaces.headers import structs
from tests.surfaces.headers.structs import MARK, PLACE, World, ask_clang, ask_gcc, clang, knows, ours, tops, worlds

HOSTS = {"x86_64": "-m64", "i386": "-m32"}


def builds(flag: str) -> bool:
    if shutil.which("gcc") is None:
        return False
    command = ["gcc", flag, "-x", "c", "-o", "/dev/null", "-"]
    text = b"#include <stdio.h>\nint main(void) { return 0; }"
    return subprocess.run(command, input=text, capture_output=True, timeout=60).returncode == 0


def with_clang(world: World, target: str) -> None:
    theirs = ask_clang(world, target)
    for name, found in ours(world, target).items():
        assert (found.size, found.align, tuple(f.bit_offset for f in found.fields)) == theirs[name], name


def with_gcc(world: World, target: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        theirs = ask_gcc(world, Path(folder), HOSTS[target], target)
    engine = Engine(world.library(), target)
    for record in tops(world, target, "gcc"):
        found = engine.record(record)
        assert found is not None
        fields = {f.name: (f.bit_offset, f.bit_size) for f in engine.flattened(record)}
        name = f"{record.kind} {record.tag}"
        assert (found.size, found.align, fields) == theirs[name], name


def many(check: Callable[[World, str], None], target: str, examples: int, number: int) -> None:
    @seed(number)
    @settings(
        max_examples=examples, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    @given(worlds())
    def go(world: World) -> None:
        check(world, target)

    go()


@pytest.mark.judge
@pytest.mark.parametrize("target", TARGET_NAMES)
def test_clang_agrees(target: str) -> None:
    if not knows(target):
        pytest.skip(f"no clang here that knows {target} (ABIDIFF_CLANG names one)")
    many(with_clang, target, 8, 1)


@pytest.mark.judge
@pytest.mark.parametrize("target", HOSTS)
def test_gcc_agrees(target: str) -> None:
    if not builds(HOSTS[target]):
        pytest.skip(f"no gcc {HOSTS[target]} here")
    many(with_gcc, target, 8, 2)


@pytest.mark.judge
@pytest.mark.slow
@pytest.mark.parametrize("target", TARGET_NAMES)
def test_clang_agrees_on_thousands(target: str) -> None:
    if not knows(target):
        pytest.skip(f"no clang here that knows {target} (ABIDIFF_CLANG names one)")
    many(with_clang, target, 60, 3)


@pytest.mark.judge
@pytest.mark.slow
@pytest.mark.parametrize("target", HOSTS)
def test_gcc_agrees_on_thousands(target: str) -> None:
    if not builds(HOSTS[target]):
        pytest.skip(f"no gcc {HOSTS[target]} here")
    many(with_gcc, target, 60, 4)


PREDEFINED = {
    "size_t": "__SIZE_TYPE__", "ptrdiff_t": "__PTRDIFF_TYPE__", "wchar_t": "__WCHAR_TYPE__",
    "wint_t": "__WINT_TYPE__", "int64_t": "__INT64_TYPE__", "uint64_t": "__UINT64_TYPE__",
    "intptr_t": "__INTPTR_TYPE__", "uintptr_t": "__UINTPTR_TYPE__", "intmax_t": "__INTMAX_TYPE__",
}  # fmt: skip
SCALARS = ("bool", "char", "short", "int", "long", "long long", "float", "double", "long double", "_Complex double")


@pytest.mark.judge
@pytest.mark.parametrize("target", TARGET_NAMES)
def test_scalars_by_static_assertion(target: str) -> None:
    if not knows(target):
        pytest.skip(f"no clang here that knows {target} (ABIDIFF_CLANG names one)")
    lines = []
    for kind, macro in PREDEFINED.items():
        if (kind, target) == ("wchar_t", "i386"):  # gcc and glibc: long; clang: int
            continue
        spelled = standard_kind(kind, target)
        lines.append(f'_Static_assert(__builtin_types_compatible_p({macro}, {spelled}), "{kind}");')
    for kind in (*SCALARS, "__builtin_va_list", "void *"):
        c_name = structs.C_NAMES.get(kind, kind)
        named = {"__builtin_va_list": Builtin("va_list"), "void *": Pointer(Builtin("void"))}
        size, align = size_align(named.get(kind, Builtin(kind)), Library("t", "", ()), target)
        lines.append(f'_Static_assert(sizeof({c_name}) == {size}, "{kind}");')
        member = f"__builtin_offsetof(struct {{ char c; {c_name} m; }}, m)"
        lines.append(f'_Static_assert({member} == {align}, "{kind} as a member");')
    lines.append(f'_Static_assert((char)-1 {">" if TARGETS[target].char_unsigned else "<"} 0, "char");')
    command = [clang(), f"--target={TARGETS[target].triple}", "-x", "c", "-std=gnu11", "-fsyntax-only", "-"]
    done = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def record(*members: Member, kind: str = "struct", **more: object) -> Record:
    return Record(id="struct s", kind=kind, tag="s", mark=MARK, members=members, **more)  # type: ignore[arg-type]


def member(name: str, kind: str, bits: int | None = None, **more: object) -> Member:
    return Member(name, Builtin(kind), PLACE, bits, **more)  # type: ignore[arg-type]


EMPTY = Library("t", "", ())


def test_a_long_differs_between_targets() -> None:
    one = record(member("a", "int"), member("b", "long"))
    sizes = {name: found.size for name in TARGETS if (found := layout(one, EMPTY, name))}
    assert sizes == dict.fromkeys(TARGETS, 16) | {"i386": 8, "armhf": 8, "win64": 8}


def test_64_bit_members_on_i386() -> None:
    one = record(member("a", "char"), member("b", "long long"))
    assert [f.bit_offset for f in layout(one, EMPTY, "i386").fields] == [0, 32]  # type: ignore[union-attr]
    assert [f.bit_offset for f in layout(one, EMPTY, "armhf").fields] == [0, 64]  # type: ignore[union-attr]


def test_bit_fields_of_different_types_share_a_unit_except_on_windows() -> None:
    one = record(member("a", "char", 3), member("b", "int", 5))
    assert layout(one, EMPTY, "x86_64").size == 4  # type: ignore[union-attr]
    assert layout(one, EMPTY, "win64").size == 8  # type: ignore[union-attr]


def test_opaque_records_have_no_layout() -> None:
    opaque = Record(id="struct o", kind="struct", tag="o", mark=MARK, members=None)
    assert layout(opaque, EMPTY, "x86_64") is None
    library = Library("t", "", (), records={"struct o": opaque})
    with pytest.raises(LayoutError, match="incomplete"):
        size_align(RecordRef("struct o"), library, "x86_64")


def test_flexible_arrays_and_anonymous_members() -> None:
    inner = Record(id="struct s.0", kind="union", tag="", mark=MARK, members=(member("x", "int"), member("y", "short")))
    outer = record(
        member("n", "char"),
        Member("", RecordRef("struct s.0"), PLACE),
        Member("d", Array(Builtin("char"), None), PLACE),
    )
    engine = Engine(Library("t", "", (), records={"struct s": outer, "struct s.0": inner}), "x86_64")
    assert engine.record(outer).size == 8  # type: ignore[union-attr]
    assert [(f.name, f.bit_offset, f.bit_size) for f in engine.flattened(outer)] == [
        ("n", 0, 8), ("x", 32, 32), ("y", 32, 16), ("d", 64, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "says"),
    [
        (Builtin("void"), "void has no size"),
        (Builtin("__int128"), "has no size on i386"),
        (TypedefRef("nowhere"), "not known"),
        (RecordRef("struct nowhere"), "incomplete"),
        (RecordRef("struct me"), "contains itself"),
        (TypedefRef("loop"), "too deeply"),
        (Array(Array(Builtin("char"), 1 << 40), 1 << 40), "larger than memory"),
    ],
)
def test_types_without_a_size(type_: object, says: str) -> None:
    me = Record(
        id="struct me", kind="struct", tag="me", mark=MARK, members=(Member("m", RecordRef("struct me"), PLACE),)
    )
    loop = Typedef("loop", TypedefRef("loop"), MARK)
    library = Library("t", "", (), records={"struct me": me}, typedefs={"loop": loop})
    with pytest.raises(LayoutError, match=says):
        size_align(type_, library, "i386")  # type: ignore[arg-type]


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    type_: object = Builtin("int")
    for _ in range(5000):
        type_ = Qualified(type_, ("const",))  # type: ignore[arg-type]
    with pytest.raises(LayoutError, match="too deeply"):
        size_align(type_, EMPTY, "x86_64")  # type: ignore[arg-type]
    records = {"struct n0": record(member("a", "int"))}
    for number in range(1, 2000):
        records[f"struct n{number}"] = Record(
            id=f"struct n{number}", kind="struct", tag="", mark=MARK,
            members=(Member("m", RecordRef(f"struct n{number - 1}"), PLACE),),
        )  # fmt: skip
    with pytest.raises(LayoutError, match="too deeply"):
        size_align(RecordRef("struct n1999"), Library("t", "", (), records=records), "x86_64")


@given(worlds())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_targets_that_share_a_layout_have_it_each(world: World) -> None:
    library = world.library()
    footprints = Footprints(library)
    for record in world.records.values():
        for target, first in (footprints.alike(record) or {}).items():
            assert measured(record, library, target) == measured(record, library, first), (record, target, first)


def measured(record: Record, library: Library, target: str) -> object:
    try:
        found = Engine(library, target).record(record)
    except LayoutError:
        return None
    return found and (found.size, found.align, found.fields)


def test_targets_with_equal_data_models_are_laid_out_once() -> None:
    members = (Member("a", Builtin("int"), PLACE), Member("b", Builtin("long"), PLACE))
    library = Library("t", "", (), records={"struct s": Record("struct s", "struct", "s", MARK, members)})
    shapes = RecordLayouts(library).of("struct s")
    assert tuple(shapes) == TARGET_NAMES
    assert shapes["x86_64"] is shapes["aarch64"] is shapes["s390x"]
    assert (shapes["i386"].size, shapes["x86_64"].size) == (8, 16)


def test_typedefs_with_an_alignment_share_nothing() -> None:
    """Microsoft's rules for bit-fields, and the alignment of scalars, look at the scalar behind it."""
    library = Library(
        "t", "", (), typedefs={"half": Typedef("half", Builtin("int"), MARK, aligned=2)},
        records={"struct s": Record("struct s", "struct", "s", MARK, (Member("a", TypedefRef("half"), PLACE),))},
    )  # fmt: skip
    assert Footprints(library).alike(library.records["struct s"]) is None
