"""What a function-like macro gives to its callers: a value of which type, an object or none (ISO C11 §6.3.2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from abidiff.surfaces.headers.code.decide import Decision
from abidiff.surfaces.headers.code.syntax import Tree
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.layout.spell import anonymous, spell
from abidiff.surfaces.headers.model import (
    Builtin,
    EnumRef,
    Function,
    Library,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
)


def result(pair: Pair, name: str, count: int, old: Tree, new: Tree | None) -> Decision | None:
    """Decide about the type of a macro's value; ``new`` None: a statement, which has none.  None: it fits."""
    before = result_of(old, pair.old)
    if before is None or is_void(before, pair.old):
        return None
    after = Builtin("void") if new is None else result_of(new, pair.new)
    if after is None or not pair.types.differ(before, after):
        return None
    if all(_is_arithmetic(type_, side) for type_, side in ((before, pair.old), (after, pair.new))):
        return Decision("result-type")
    text = program(count, old, pair.old, before, f"    return {_call(name, count)};\n")
    return Decision("result", _call(name, count), program=text) if text else None


def takes_address(pair: Pair, name: str, count: int, old: Tree) -> str:
    """Return a function that takes the address of what a macro designates; empty where no use is known."""
    return program(count, old, pair.old, Pointer(Builtin("void")), f"    return (void *)&{_call(name, count)};\n")


def program(count: int, tree: Tree, library: Library, type_: Type, body: str) -> str:
    """Return a function with such a body whose parameters are the macro's arguments; empty where one has no type."""
    types: dict[int, Type] = {}
    for at, found in arguments(tree, library):
        types.setdefault(at, found)
    if anonymous(type_) or any(at not in types or anonymous(types[at]) for at in range(1, count + 1)):
        return ""
    given = ", ".join(spell(types[at], f"a{at}") for at in range(1, count + 1)) or "void"
    head = spell(Function(type_, (), prototyped=False), "witness").replace("witness()", f"witness({given})", 1)
    return f"{head}\n{{\n{body}}}\n"


def _call(name: str, count: int) -> str:
    return f"{name}({', '.join(f'a{at}' for at in range(1, count + 1))})"


def arguments(tree: Any, library: Library) -> Iterator[tuple[int, Type]]:
    """Yield (number, type) of arguments that are passed to functions or whose members are named."""
    if not isinstance(tree, tuple):
        return
    match tree:
        case ("call", ("id", name), given):
            function = library.functions.get(name)
            if function is not None and function.type.prototyped:
                for argument, parameter in zip(given, function.type.parameters, strict=False):
                    if _number(argument):
                        yield _number(argument), parameter.type
        case ("member", argument, "->", name) if _number(argument):
            owners = [r for r in library.records.values() if any(m.name == name for m in r.members or ())]
            if len(owners) == 1:
                yield _number(argument), Pointer(RecordRef(owners[0].id))
    for part in tree:
        yield from arguments(part, library)


def _number(tree: Any) -> int:
    if isinstance(tree, tuple) and len(tree) == 2 and tree[0] == "id" and tree[1].startswith("__arg"):
        return int(tree[1].removeprefix("__arg"))
    return 0


def result_of(tree: Tree, library: Library) -> Type | None:
    """Return the type of an expression where the declarations tell it."""
    match tree:
        case ("call", ("id", name), _):
            function = library.functions.get(name)
            return function.type.result if function is not None else None
        case ("bin", ",", _, last):
            return result_of(last, library)
        case ("cast", ("type", ("void",)), _):
            return Builtin("void")
        case ("member", argument, "->", name):
            owners = [r for r in library.records.values() if any(m.name == name for m in r.members or ())]
            if len(owners) == 1 and _number(argument):
                return next(m.type for m in owners[0].members or () if m.name == name)
    return None


def is_void(type_: Type, library: Library) -> bool:
    """Tell whether a type is void."""
    bare = _bare(type_, library)
    return isinstance(bare, Builtin) and bare.kind == "void"


def _is_arithmetic(type_: Type, library: Library) -> bool:
    bare = _bare(type_, library)
    return isinstance(bare, EnumRef) or (isinstance(bare, Builtin) and bare.kind != "void")


def _bare(type_: Type, library: Library) -> Type:
    for _ in range(100):
        if isinstance(type_, Qualified):
            type_ = type_.type
        elif isinstance(type_, TypedefRef) and type_.name in library.typedefs:
            type_ = library.typedefs[type_.name].type
        else:
            break
    return type_
