"""Macros that are initialisers: what an object holds that is initialised with them (ISO C11 §6.7.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from abidiff.surfaces.headers.code.decide import Budget, Decision
from abidiff.surfaces.headers.code.evaluate import Machine, Names, NotValue, Undefined, Value
from abidiff.surfaces.headers.code.normal import normal
from abidiff.surfaces.headers.code.syntax import NotCode, Syntax, Tree
from abidiff.surfaces.headers.layout.spell import named_record, spell
from abidiff.surfaces.headers.model import (
    Array,
    Library,
    Macro,
    Record,
    RecordRef,
    Type,
    bare_type,
)

_INITIAL = re.compile(r"initiali[sz]er|init|defaults?")
MAX_CANDIDATES = 2_000
MAX_LEAVES = 2_000
SAMPLES = (5, 7, 11, 13, 17, 19, 23, 29)
Leaves = dict[str, Tree]
ZERO: Tree = ("num", 0, "int")


class Unfit(Exception):  # noqa: N818 - a question answered, not an error
    """The list initialises no object of this type."""


class Sides(msgspec.Struct):
    """Both releases, with what their code may name."""

    old: Library
    new: Library
    before: Names
    after: Names
    budget: Budget


def listed(text: str, names: Names) -> Tree | None:
    """Return a list in braces, or a compound literal, as a tree; None for what is neither."""
    try:
        syntax = Syntax(text, lambda name: bool(names.kind(("type", (name,)))))
        found = syntax.initialiser() if text[:1] == "{" else syntax.whole()
    except NotCode:
        return None
    return found if found[0] == "braces" else None


def decide(macro: Macro, old: Tree, new: Tree, sides: Sides) -> Decision | None:
    """Decide about two lists; None when no type is known that they initialise."""
    if normal(old) == normal(new):
        return Decision("same")
    found: list[Decision] = []
    for record, after in _candidates(macro, old, new, sides):
        try:
            leaves = laid(old[2], record, sides.old), laid(new[2], after, sides.new)
        except Unfit:
            continue
        found.append(_compared(macro, old, named_record(record.id) or RecordRef(record.id), leaves, sides))
        if len(found) == 1 and _alike(macro.name, record):
            break  # its name says which type it is for
    if not found:
        return _array(macro, old, new, sides) if old[1] == new[1] == ("void",) else None
    kinds = {decision.kind for decision in found}
    if len(kinds) == 1:
        return found[0]
    return Decision("unknown", reason="it may initialise several types, and it is not the same for all")


def _candidates(macro: Macro, old: Tree, new: Tree, sides: Sides) -> Iterator[tuple[Record, Record]]:
    """Yield the structs that may be meant, those whose name the macro's contains first."""
    named = {name for tree in (old, new) if tree[1] != ("void",) for name in tree[1][1]}
    for word in list(named):
        if word in sides.old.typedefs:
            type_ = bare_type(sides.old.typedefs[word].type, sides.old)
            named |= {type_.id} if isinstance(type_, RecordRef) else set()
    count = len(old[2])
    wanted = [
        record
        for record in sides.old.records.values()
        if record.kind == "struct" and record.members and (record.id in named if named else len(record.members) >= 1)
    ][:MAX_CANDIDATES]
    wanted.sort(key=lambda record: (not _alike(macro.name, record), abs(len(record.members or ()) - count)))
    for record in wanted:
        after = sides.new.records.get(record.id)
        if after is not None and after.members and named_record(record.id) is not None:
            yield record, after


def _alike(name: str, record: Record) -> bool:
    words = [word.lower() for word in record.id.split(" ", 1)[1].replace("(", "").replace(")", "").split(".")]
    tag = words[-1].removesuffix("_t").removesuffix("_s").replace("_", "")
    said = name.lower().replace("_", "")
    return len(tag) > 2 and (tag in said or tag in _INITIAL.sub("", said))


def laid(items: tuple[Tree, ...], record: Record, library: Library) -> Leaves:
    """Return member → what a list gives it; raises :class:`Unfit`."""
    out: Leaves = {}
    _fill(list(items), RecordRef(record.id), "", library, out)
    return out


def _parts(type_: Type, library: Library) -> list[tuple[str, Type]] | None:
    """Return what a list initialises one after another; None for what is no aggregate."""
    bare = bare_type(type_, library)
    if isinstance(bare, Array):
        return [(f"[{at}]", bare.element) for at in range(min(bare.length or 0, MAX_LEAVES))]
    if isinstance(bare, RecordRef):
        record = library.records.get(bare.id)
        if record is None or record.members is None:
            raise Unfit
        named = [m for m in record.members if m.name or isinstance(bare_type(m.type, library), RecordRef)]
        if any(not m.name for m in named):
            raise Unfit  # members of unnamed members: the path is not that of the list
        parts = [(f".{m.name}", m.type) for m in named]
        return parts[:1] if record.kind == "union" else parts
    return None


def _fill(queue: list[Tree], type_: Type, path: str, library: Library, out: Leaves, *, elided: bool = False) -> None:
    parts = _parts(type_, library)
    if parts is None:
        if len(queue) != 1:
            raise Unfit
        out[path] = queue.pop(0)
        return
    at = 0
    while queue and (at < len(parts) or not elided):
        item = queue[0]
        if item[0] == "at":
            at = _designated(item, parts)
            item = item[2]
        if at >= len(parts) or len(out) > MAX_LEAVES:
            raise Unfit
        name, inner = parts[at]
        if item[0] == "braces":
            queue.pop(0)
            _fill(list(item[2]), inner, path + name, library, out)
        elif _parts(inner, library) is None or item[0] == "str":
            queue.pop(0)
            out[path + name] = item
        else:
            queue[0] = item
            _fill(queue, inner, path + name, library, out, elided=True)
        at += 1


def _designated(item: Tree, parts: list[tuple[str, Type]]) -> int:
    if len(item[1]) != 1:
        raise Unfit
    wanted = f".{item[1][0]}" if isinstance(item[1][0], str) else f"[{item[1][0][1]}]"
    for at, (name, _) in enumerate(parts):
        if name == wanted:
            return at
    raise Unfit


def _compared(macro: Macro, old: Tree, type_: Type, leaves: tuple[Leaves, Leaves], sides: Sides) -> Decision:
    open_ = ""
    for path in dict.fromkeys((*leaves[0], *leaves[1])):
        if not _exists(type_, path, sides.old):
            continue
        before, after = (side.get(path, ZERO) for side in leaves)
        if normal(before) == normal(after):
            continue
        values = _value(before, sides.before, sides.budget), _value(after, sides.after, sides.budget)
        if values[0] is None or values[1] is None:
            open_ = open_ or path
        elif values[0][0] != values[1][0]:
            call = _call(macro)
            object_ = call if old[1] != ("void",) else f"(({spell(type_)}) {call})"
            return Decision("value", f"{object_}{path}", values[0], values[1], constant=False)
    if open_:
        return Decision("unknown", reason=f"what it gives {open_[1:]} can't be evaluated")
    return Decision("same")


def _exists(type_: Type, path: str, library: Library) -> bool:
    for name in path.replace("[", ".[").split(".")[1:]:
        try:
            parts = dict(_parts(type_, library) or ())
        except Unfit:
            return False
        key = name if name[:1] == "[" else f".{name}"
        if key not in parts:
            return False
        type_ = parts[key]
    return True


def _array(macro: Macro, old: Tree, new: Tree, sides: Sides) -> Decision | None:
    """Compare two lists of numbers, which initialise arrays; None where only zeros at the end differ."""
    count = max(len(old[2]), len(new[2]))
    if any(item[0] in ("braces", "at", "str") for item in (*old[2], *new[2])):
        return None
    differ: Decision | None = None
    for at in range(count):
        items = [tree[2][at] if at < len(tree[2]) else ZERO for tree in (old, new)]
        values = _value(items[0], sides.before, sides.budget), _value(items[1], sides.after, sides.budget)
        if normal(items[0]) == normal(items[1]):
            continue
        if values[0] is None or values[1] is None or "double" in (values[0][1], values[1][1]):
            return None
        if values[0][0] != values[1][0] and differ is None:
            use = f"((long[{count}]) {_call(macro)})[{at}]"
            differ = Decision("value", use, values[0], values[1], constant=False)
    if differ is None and len(old[2]) == len(new[2]):
        return Decision("same")
    return differ


def _call(macro: Macro) -> str:
    if macro.parameters is None:
        return macro.name
    return f"{macro.name}({', '.join(str(n) for n in SAMPLES[: len(macro.parameters)])})"


def _value(tree: Any, names: Names, budget: Budget) -> Value | None:
    """Return the number that an item is, null pointers as 0, None where it can't be told."""
    while tree[0] == "braces" and len(tree[2]) == 1 and tree[1] == ("void",):
        tree = tree[2][0]
    if tree[0] == "cast" and "*" in tree[1][1]:
        tree = tree[2]
    given = {f"__arg{at + 1}": (number, "int") for at, number in enumerate(SAMPLES)}
    try:
        machine: Machine = budget.machine(names)
        return machine.value(tree, given)
    except (NotValue, Undefined, RecursionError, OverflowError):
        return None
