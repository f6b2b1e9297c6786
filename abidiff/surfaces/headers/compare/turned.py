"""What was a macro and is a function now, the other way round, and names that macros give to something else now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from abidiff.surfaces.headers.change import HeaderChange
from abidiff.surfaces.headers.code.decide import ARGUMENT, Decision, Side, functions, literal, samples, unknown
from abidiff.surfaces.headers.code.evaluate import BITS, Inline, NotValue, Value
from abidiff.surfaces.headers.code.standard import KEYWORDS
from abidiff.surfaces.headers.code.syntax import NotCode, Tree
from abidiff.surfaces.headers.code_change import CodeChanged, ConstantKindChanged
from abidiff.surfaces.headers.compare.arguments import refused
from abidiff.surfaces.headers.compare.code import Code, inline, whole_text
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.results import (
    arguments,
    callable_,
    is_arithmetic,
    is_void,
    program,
    result,
    result_of,
)
from abidiff.surfaces.headers.layout.spell import anonymous, head, spell
from abidiff.surfaces.headers.model import Builtin, FunctionDecl, Library, Macro, Pointer, Type, Variable, bare_type

_BEYOND: tuple[Value, ...] = ((3_000_000_000, "long"), (-3_000_000_000, "long"), (1 << 40, "long"), (1.5, "double"))
_NAME = re.compile(r"(?<![\w.>])[A-Za-z_]\w*")
_TAG = re.compile(r"\b(?:struct|union|enum) +\w+|\"(?:[^\"\\]|\\.)*\"|(?:->|\.) *\w+")


def to_function(pair: Pair, code: Code, old: Macro, new: FunctionDecl) -> Iterator[HeaderChange]:
    """Yield what calls of a macro lose where a function has its name."""
    found = _as_function(pair, code, old, new)
    if found.kind not in ("same", "implementation"):
        yield CodeChanged(
            pair.unit, old.name, include=pair.include(old.mark.location), what="macro", was=old.raw,
            now=new.body or f"{new.name}()", decision=found, old=old.mark.location, new=new.mark.location,
            became="a function",
        )  # fmt: skip


def _as_function(pair: Pair, code: Code, old: Macro, new: FunctionDecl) -> Decision:
    count = len(old.parameters or ())
    if old.variadic or old.limit or not new.type.prototyped:
        return Decision("implementation") if new.type.variadic else unknown("its arguments are not counted")
    before = Side(whole_text(old), code.old, code.budget)
    tree = before.tree(before.text)
    wanted = len(new.type.parameters)
    number = _number(before, count)
    if count < wanted or (count > wanted and not new.type.variadic):
        return _other_count(pair, old, tree, number)
    if tree is None:
        return unknown("it is not understood")
    after: Tree = ("call", ("id", new.name), tuple(("id", f"{ARGUMENT}{at + 1}") for at in range(count)))
    if number is None:
        return (
            _refused(pair, old, new, tree) or result(pair, old.name, count, tree, after) or Decision("implementation")
        )
    if new.type.variadic or not new.body:
        return Decision("constant")
    found = _beyond(code, old, new, before) or _values(code, old.name, tree, number, new, before)
    return Decision("constant") if found.kind in ("same", "implementation") else found


def _beyond(code: Code, old: Macro, new: FunctionDecl, side: Side) -> Decision | None:
    """Decide about arguments that the function converts: large numbers, and fractions where the macro takes them."""
    count = len(old.parameters or ())
    call = f"{new.name} ( {' , '.join(f'{ARGUMENT}{at + 1}' for at in range(count))} )"
    after = Side(call, code.new, code.budget)
    for value in _BEYOND:
        given = [value] * count
        try:
            before, now = side.value(side.text, given), after.value(call, given)
        except NotValue:
            continue
        if before is not None and now is not None and before[0] != now[0]:
            use = f"{old.name}({', '.join(literal(each) for each in given)})"
            return Decision("value", use, before, now, constant=False)
    return None


def _number(side: Side, count: int) -> str | None:
    """Return the kind of the value that a macro has for some number, None where it has none."""
    for number in samples("int", (side.text,)):
        try:
            found = side.value(side.text, [(number, "int")] * count)
        except NotValue:
            return None
        if found is not None:
            return str(found[1])
    return None


def _values(code: Code, name: str, tree: Tree, kind: str, new: FunctionDecl, side: Side) -> Decision:
    """Compare the values for all arguments of the types that the function takes."""
    try:
        after = inline(new, code.pair.new, code.new)
    except NotCode as error:
        return unknown(error)
    if kind not in BITS or not all(each in BITS or each in ("short", "char") for _, each in after.parameters):
        return Decision("implementation")
    places = {f"{ARGUMENT}{at + 1}": parameter for at, (parameter, _) in enumerate(after.parameters)}
    if not all(places.values()):
        return unknown("its parameters have no names")
    body: Tree = ("return", _with(tree, places))
    found = functions(name, Inline(after.parameters, kind, body), after, side.names, code.new, code.budget)
    return Decision(found.kind, found.use, found.old, found.new, found.reason, found.limit, constant=False)


def _with(tree: Any, names: Mapping[str, str]) -> Any:
    if not isinstance(tree, tuple):
        return tree
    if tree[:1] == ("id",) and tree[1] in names:
        return ("id", names[tree[1]])
    return tuple(_with(part, names) for part in tree)


def _other_count(pair: Pair, old: Macro, tree: Tree | None, number: str | None) -> Decision:
    """Return that a call with as many arguments as it took does not compile any more."""
    count = len(old.parameters or ())
    call = f"{old.name}({', '.join(f'a{at}' for at in range(1, count + 1))})"
    text = ""
    if number is not None:
        call = f"{old.name}({', '.join(['1'] * count)})"
        text = f"void witness(void)\n{{\n    (void){call};\n}}\n"
    elif tree is not None and callable_(tree, pair.old):
        text = program(count, tree, pair.old, Builtin("void"), f"    (void){call};\n")
    return Decision("call", call, program=text) if text else unknown("the function takes other arguments")


def _refused(pair: Pair, old: Macro, new: FunctionDecl, tree: Tree) -> Decision | None:
    """Return that an argument which the macro handed on is refused by the function."""
    given: dict[int, Type] = {}
    for at, type_ in arguments(tree, pair.old):
        given.setdefault(at, type_)
    for at, parameter in enumerate(new.type.parameters, 1):
        if (
            at in given
            and not _to_void(given[at], pair.old)
            and refused(pair.types, given[at], parameter.type) is not None
        ):
            count = len(old.parameters or ())
            call = f"{old.name}({', '.join(f'a{each}' for each in range(1, count + 1))})"
            text = program(count, tree, pair.old, Builtin("void"), f"    (void){call};\n")
            return Decision("call", call, program=text) if text else unknown("the function takes other types")
    return None


def _to_void(type_: Type, library: Library) -> bool:
    """Tell whether a type points to void, which every function takes for its pointer to an object (§6.5.16.1)."""
    found = bare_type(type_, library)
    return isinstance(found, Pointer) and is_void(found.target, library)


def compare_turned(pair: Pair, code: Code) -> Iterator[HeaderChange]:
    """Yield inline functions that are macros with parameters now."""
    for name, old in pair.old.functions.items():
        new = pair.new.macros.get(name) if name not in pair.new.functions else None
        own = new is not None and new.parameters is not None and name not in new.body.split()
        if new is not None and own and old.linkage.startswith("static"):
            yield from to_macro(pair, code, old, new)


def to_macro(pair: Pair, code: Code, old: FunctionDecl, new: Macro) -> Iterator[HeaderChange]:
    """Yield what calls of an inline function lose where a macro has its name."""
    found = _as_macro(code, old, new)
    if found.kind not in ("same", "implementation"):
        yield CodeChanged(
            pair.unit, old.name, include=pair.include(old.mark.location), what="inline function", was=old.body,
            now=new.raw, decision=found, old=old.mark.location, new=new.mark.location, became="a macro",
        )  # fmt: skip


def _as_macro(code: Code, old: FunctionDecl, new: Macro) -> Decision:
    count = len(new.parameters or ())
    if new.variadic or new.limit or not old.body or not old.type.prototyped:
        return Decision("implementation")
    if count != len(old.type.parameters):
        types = [parameter.type for parameter in old.type.parameters]
        if any(anonymous(type_) for type_ in types):
            return unknown("the macro takes other arguments")
        taken = ", ".join(spell(type_, f"a{at}") for at, type_ in enumerate(types, 1)) or "void"
        call = f"{old.name}({', '.join(f'a{at}' for at in range(1, len(types) + 1))})"
        return Decision("call", call, program=f"void witness({taken})\n{{\n    (void){call};\n}}\n")
    side = Side(whole_text(new), code.new, code.budget)
    tree, kind = side.tree(side.text), _number(side, count)
    if tree is None or kind is None:
        return Decision("implementation")
    try:
        before = inline(old, code.pair.old, code.old)
    except NotCode as error:
        return unknown(error)
    places = {f"{ARGUMENT}{at + 1}": parameter for at, (parameter, _) in enumerate(before.parameters)}
    if not all(places.values()) or kind not in BITS:
        return Decision("implementation")
    body: Tree = ("return", _with(tree, places))
    found = functions(old.name, before, Inline(before.parameters, kind, body), code.old, code.new, code.budget)
    return Decision(found.kind, found.use, found.old, found.new, found.reason, found.limit, constant=False)


def to_other_name(pair: Pair, code: Code, old: Macro, new: Macro) -> Iterator[HeaderChange]:
    """Yield what uses of a macro lose that stands for the name of another function or variable now."""
    before, after = _declared(pair, old), _declared(pair, new, now=True)
    if before is None or (after is not None and before.name == after.name):
        return
    decision: Decision | None = None
    if after is None:
        decision = None if code.new.known(new.value.text) else unknown(f"nothing declares {new.value.text}")
    elif type(before) is not type(after) or pair.types.differ(before.type, after.type):
        text = f"{spell(Pointer(before.type), 'witness')} = &{old.name};\n"
        decision = Decision("result", old.name, program=text) if not anonymous(before.type) else unknown("another type")
    if decision is not None:
        yield CodeChanged(
            pair.unit, old.name, include=pair.include(old.mark.location), what="macro", was=old.raw, now=new.raw,
            decision=decision, old=old.mark.location, new=new.mark.location,
        )  # fmt: skip


def number_now(pair: Pair, code: Code, old: Macro, new: Macro) -> Iterator[HeaderChange]:
    """Yield what a macro loses that stood for a name or for code and is a number now.

    One that names what nothing declares was of no use.
    """
    include = pair.include(old.mark.location)
    names = [name for name in _NAME.findall(_TAG.sub("", whole_text(old))) if name not in KEYWORDS]
    if not all(code.old.known(name) or name.startswith("__") or code.old.kind(("type", (name,))) for name in names):
        return
    if old.value.kind == "name":
        yield ConstantKindChanged(pair.unit, old.name, include=include, old=old, new=new)
        return
    found = code.macros(old, new)
    if found.kind == "implementation":
        found = _result_now(pair, code, old, new) or found
    if found.kind != "same":
        yield CodeChanged(
            pair.unit, old.name, include=include, what="macro", was=old.raw, now=new.raw, decision=found,
            old=old.mark.location, new=new.mark.location,
        )  # fmt: skip


def _result_now(pair: Pair, code: Code, old: Macro, new: Macro) -> Decision | None:
    """Decide about code whose value is no number: a null pointer constant still is a pointer (§6.3.2.3)."""
    tree = Side(whole_text(old), code.old, code.budget).tree(whole_text(old))
    type_ = result_of(tree, pair.old) if tree is not None else None
    if type_ is None or is_void(type_, pair.old) or is_arithmetic(type_, pair.old):
        return None
    if new.value.number == 0 and isinstance(bare_type(type_, pair.old), Pointer):
        return Decision("result-type")
    if anonymous(type_):
        return unknown("it is a number now")
    return Decision("result", old.name, program=f"{head(type_, 'witness', 'void')}\n{{\n    return {old.name};\n}}\n")


def _declared(pair: Pair, macro: Macro, *, now: bool = False) -> FunctionDecl | Variable | None:
    library = pair.new if now else pair.old
    return library.functions.get(macro.value.text) or library.variables.get(macro.value.text)
