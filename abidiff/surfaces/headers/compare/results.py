"""What a function-like macro gives to its callers: a value of which type, an object or none (ISO C11 §6.3.2.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from abidiff.surfaces.headers.code.decide import Decision
from abidiff.surfaces.headers.code.normal import normal
from abidiff.surfaces.headers.code.syntax import Tree
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.layout.spell import anonymous, head, spell
from abidiff.surfaces.headers.model import (
    Builtin,
    EnumRef,
    Library,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    bare_type,
)

WORDS = {
    "char": "char", "signed char": "signed char", "char unsigned": "unsigned char", "short": "short",
    "short unsigned": "unsigned short", "int": "int", "int unsigned": "unsigned int", "unsigned": "unsigned int",
    "long": "long", "long unsigned": "unsigned long", "long long": "long long", "bool": "bool",
    "long long unsigned": "unsigned long long", "double": "double", "float": "float", "void": "void",
    "int short": "short", "int long": "long", "int long unsigned": "unsigned long", "signed": "int",
    "int signed": "int",
    "char signed": "signed char", "int short unsigned": "unsigned short", "int long long": "long long",
    "int long long unsigned": "unsigned long long",
}  # fmt: skip


def result(pair: Pair, name: str, count: int, old: Tree, new: Tree | None) -> Decision | None:
    """Decide about the type of a macro's value; ``new`` None: a statement, which has none.  None: it fits."""
    before = result_of(old, pair.old)
    if before is None or is_void(before, pair.old):
        return None
    after = Builtin("void") if new is None else result_of(new, pair.new)
    if after is None and new is not None and number_of(new):
        after = dict(arguments(old, pair.old)).get(number_of(new))
    if after is None or not pair.types.differ(before, after):
        return None
    if all(is_arithmetic(type_, side) for type_, side in ((before, pair.old), (after, pair.new))):
        return Decision("result-type")
    body = f"    return {_call(name, count)};\n"
    if _is_void_pointer(after, pair.new) and isinstance(target := bare_type(before, pair.old), Pointer):
        if is_void(target.target, pair.old) or not _is_complete(target.target, pair.old):
            return Decision("result-type")
        copied = spell(target.target, "object")
        body = f"    {copied} = *{_call(name, count)};\n    (void)object;\n{body}"
    text = program(count, old, pair.old, before, body)
    return Decision("result", _call(name, count), program=text) if text else None


def callable_(tree: Any, library: Library) -> bool:
    """Tell whether each call passes as many arguments as its function takes."""
    if not isinstance(tree, tuple):
        return True
    match tree:
        case ("call", ("id", name), given):
            found = library.functions.get(name)
            if found is not None and found.type.prototyped:
                wanted = len(found.type.parameters)
                if len(given) < wanted or (len(given) > wanted and not found.type.variadic):
                    return False
    return all(callable_(part, library) for part in tree)


def _is_void_pointer(type_: Type, library: Library) -> bool:
    bare = bare_type(type_, library)
    return isinstance(bare, Pointer) and is_void(bare.target, library)


def _is_complete(type_: Type, library: Library) -> bool:
    bare = bare_type(type_, library)
    if isinstance(bare, RecordRef):
        record = library.records.get(bare.id)
        return record is not None and record.members is not None
    return is_arithmetic(bare, library) or isinstance(bare, Pointer)


def takes_address(pair: Pair, name: str, count: int, old: Tree) -> str:
    """Return a function that takes the address of what a macro designates; empty where no use is known."""
    return program(count, old, pair.old, Pointer(Builtin("void")), f"    return (void *)&{_call(name, count)};\n")


def program(count: int, tree: Tree, library: Library, type_: Type, body: str, given: Collection[int] = ()) -> str:
    """Return a function with such a body whose parameters are the macro's arguments; empty where one has no type.

    ``given``: arguments that stand in the body.
    """
    types: dict[int, Type] = {}
    for at, found in arguments(normal(tree), library):
        types.setdefault(at, found)
    wanted = [at for at in range(1, count + 1) if at not in given]
    if anonymous(type_) or any(at not in types or anonymous(types[at]) for at in wanted):
        return ""
    taken = ", ".join(spell(types[at], f"a{at}") for at in wanted) or "void"
    return f"{head(type_, 'witness', taken)}\n{{\n{body}}}\n"


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
                    if number_of(argument):
                        yield number_of(argument), parameter.type
        case ("member", argument, "->", name) if number_of(argument):
            owners = [r for r in library.records.values() if any(m.name == name for m in r.members or ())]
            if len(owners) == 1:
                yield number_of(argument), Pointer(RecordRef(owners[0].id))
        case ("typeof", argument) if number_of(argument):
            yield number_of(argument), Builtin("int")
        case ("cast", ("type", words), argument) if number_of(argument):
            yield number_of(argument), Pointer(Builtin("void")) if "*" in words else Builtin("int")
    for part in tree:
        yield from arguments(part, library)


def number_of(tree: Any) -> int:
    """Return the number of the argument that a tree is, 0 for none."""
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
        case ("cast", ("type", words), _):
            return type_of_words(words, library)
        case ("member", argument, "->", name):
            owners = [r for r in library.records.values() if any(m.name == name for m in r.members or ())]
            if len(owners) == 1 and number_of(argument):
                return next(m.type for m in owners[0].members or () if m.name == name)
    return None


def type_of_words(words: tuple[Any, ...], library: Library) -> Type | None:
    """Return the type that a type name is, an argument's own taken for ``int``; None for what is not understood."""
    stars = next((at for at, word in enumerate(words) if word == "*"), len(words))
    named = [word for word in words[:stars] if word not in ("const", "volatile")]
    base: Type | None = None
    if len(named) == 1 and isinstance(named[0], tuple):
        inner: Tree = named[0][1] if named[0][0] == "typeof" else ()
        if number_of(inner):
            base = Builtin("int")
        elif inner[:1] == ("type",):
            base = type_of_words(inner[1], library)
    elif all(isinstance(word, str) for word in named):
        base = _named(" ".join(sorted(named)), library)
    if base is None:
        return None
    qualifiers = tuple(sorted({word for word in words[:stars] if word in ("const", "volatile")}))
    base = Qualified(base, qualifiers) if qualifiers else base
    for word in words[stars:]:
        if word == "*":
            base = Pointer(base)
        elif word not in ("const", "volatile"):
            return None
    return base


def _named(text: str, library: Library) -> Type | None:
    if text in library.typedefs:
        return TypedefRef(text)
    if text.startswith(("struct ", "union ")):
        return RecordRef(text) if text in library.records else None
    if text.startswith("enum "):
        return EnumRef(text) if text in library.enums else None
    return Builtin(WORDS[text]) if text in WORDS else None


def is_void(type_: Type, library: Library) -> bool:
    """Tell whether a type is void."""
    bare = bare_type(type_, library)
    return isinstance(bare, Builtin) and bare.kind == "void"


def is_arithmetic(type_: Type, library: Library) -> bool:
    """Tell whether a type is an integer or floating one."""
    bare = bare_type(type_, library)
    return isinstance(bare, EnumRef) or (isinstance(bare, Builtin) and bare.kind != "void")
