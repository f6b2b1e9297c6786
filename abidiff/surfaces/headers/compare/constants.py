"""Macros of two releases: constants by value, function-like ones by parameters and body."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from abidiff.surfaces.headers.change import HeaderChange
from abidiff.surfaces.headers.code.decide import Decision
from abidiff.surfaces.headers.code_change import (
    CodeChanged,
    ConstantAdded,
    ConstantChanged,
    ConstantKindChanged,
    ConstantRemoved,
    ConstantUseChanged,
    MacroAdded,
    MacroFixed,
    MacroParametersChanged,
    MacroRemoved,
    MacroTypeChanged,
    MarkerRemoved,
)
from abidiff.surfaces.headers.compare import rows
from abidiff.surfaces.headers.compare.code import Code, whole_text
from abidiff.surfaces.headers.compare.elsewhere import elsewhere
from abidiff.surfaces.headers.compare.matching import Pair, reserved
from abidiff.surfaces.headers.compare.representation import represented_alike
from abidiff.surfaces.headers.compare.turned import number_now, to_function, to_other_name
from abidiff.surfaces.headers.layout.kinds import scalar_size
from abidiff.surfaces.headers.layout.spell import value_of
from abidiff.surfaces.headers.model import CONSTANT_KINDS, Macro, MacroValue

_MARKERS = frozenset({"empty", "attribute"})
_SILENT = frozenset({"guard"})


def compare_constants(pair: Pair, code: Code) -> Iterator[HeaderChange]:
    """Yield what changed in macros."""
    for name, old in pair.old.macros.items():
        if reserved(name) or old.value.kind in _SILENT or pair.silent(name):
            continue
        new = pair.new.macros.get(name)
        if new is not None:
            if old.overridable and not new.overridable and new.value.kind not in _SILENT:
                yield MacroFixed(pair.unit, name, include=pair.include(old.mark.location), old=old, new=new)
            yield from _changed(pair, code, old, new)
        elif not pair.open(name):
            yield from _gone(pair, code, old)
    for name, new in pair.new.macros.items():
        if name in pair.old.macros or reserved(name) or new.value.kind in _SILENT:
            continue
        if name in pair.old_constants or name in pair.old.functions or pair.open_before(name):
            continue
        include = pair.include(new.mark.location)
        if new.parameters is not None:
            yield MacroAdded(pair.unit, name, include=include, new=new)
        elif new.value.kind in CONSTANT_KINDS:
            yield ConstantAdded(pair.unit, name, include=include, new=new)


def _gone(pair: Pair, code: Code, old: Macro) -> Iterator[HeaderChange]:
    include = pair.include(old.mark.location)
    name = old.name
    constant = pair.new_constants.get(name)
    if constant is not None and old.value.kind == "integer":
        if constant.value != old.value.number:
            value = MacroValue("integer", str(constant.value), constant.value, "int")
            yield ConstantChanged(pair.unit, name, include=include, old=old, new=value, location=constant.mark.location)
        return
    number = pair.object_number(name)
    if number is not None and old.value.kind == "integer" and old.parameters is None:
        value, mark = MacroValue("integer", str(number), number, "int"), pair.new.variables[name].mark
        if number != old.value.number:
            yield ConstantChanged(pair.unit, name, include=include, old=old, new=value, location=mark.location)
        else:
            new = Macro(name, value, "", "", mark)
            yield ConstantUseChanged(pair.unit, name, include=include, old=old, new=new, kind="object")
        return
    if old.value.kind not in CONSTANT_KINDS and _in_sight(pair, old):
        if old.parameters is not None and name in pair.new.functions:
            yield from to_function(pair, code, old, pair.new.functions[name])
        typedef = pair.new.typedefs.get(name)
        if typedef is not None and old.stands is not None:
            new = Macro(name, MacroValue("type"), "", "", typedef.mark, stands=typedef.type)
            yield from _types(pair, old, new, include)
        return
    if any(name in library.macros for library in pair.elsewhere):
        return
    if pair.lent(name, "constant", value_of(old), old.mark.location):
        return
    if old.parameters is None and old.value.kind in (*CONSTANT_KINDS, "version"):
        yield ConstantRemoved(pair.unit, name, include=include, old=old)
    elif old.parameters is None and old.value.kind in _MARKERS:
        yield MarkerRemoved(pair.unit, name, include=include, old=old)
    elif not _self_reference(old):
        yield MacroRemoved(pair.unit, name, include=include, old=old)


def _self_reference(macro: Macro) -> bool:
    """``#define FOO FOO`` beside an enumerator: it has no life of its own."""
    return macro.body == macro.name


def _changed(pair: Pair, code: Code, old: Macro, new: Macro) -> Iterator[HeaderChange]:
    include = pair.include(old.mark.location)
    a, b = old.value, new.value
    if (old.parameters is None) != (new.parameters is None):
        if {a.kind, b.kind} & _MARKERS and a.kind != "code":
            return
        if old.parameters is None or b.kind in CONSTANT_KINDS:
            yield MacroParametersChanged(pair.unit, old.name, include=include, old=old, new=new)
        elif _self_reference(new) and not _in_sight(pair, old):
            yield MacroRemoved(pair.unit, old.name, include=include, old=old)
        elif not _calls_on(pair, old, new):
            yield _code(pair, old, new, include, Decision("unknown"))
    elif old.parameters is not None and new.parameters is not None:
        counts = (len(old.parameters), old.variadic), (len(new.parameters), new.variadic)
        if not _takes(new, old):
            yield MacroParametersChanged(pair.unit, old.name, include=include, old=old, new=new)
        elif counts[0] != counts[1]:
            alone = whole_text(new) if old.parameters else _ARGUMENT.sub("", whole_text(new))
            if not same_code(whole_text(old), " ".join(alone.split())):
                yield _code(pair, old, new, include, Decision("unknown"))
        elif whole_text(old) != whole_text(new):
            yield from _decided(pair, code, old, new, include)
        elif old.bare != new.bare:
            found = code.without_rest(old, new)
            if found.kind != "same":
                yield _code(pair, old, new, include, found)
    elif a.kind == b.kind == "version" or "guard" in (a.kind, b.kind):
        return
    elif "version" in (a.kind, b.kind):
        yield from _constants(pair, code, as_constant(old), as_constant(new), include)
    elif a.kind in CONSTANT_KINDS or b.kind in CONSTANT_KINDS:
        yield from _constants(pair, code, old, new, include)
    elif a.kind in _MARKERS and b.kind in _MARKERS:
        return
    elif old.expanded != new.expanded and (old.limit or new.limit):
        yield from _decided(pair, code, old, new, include)
    elif old.value != new.value and not same_code(a.text or old.body, b.text or new.body):
        if {a.kind, b.kind} <= {"name", "type"} and pair.open(old.name):
            return
        if a.kind in ("name", "type") and b.kind in ("name", "type"):
            if old.stands is not None and new.stands is not None:
                yield from _types(pair, old, new, include)
            elif a.kind == b.kind == "name":
                yield from to_other_name(pair, code, old, new)
            return
        if a.kind == "name" and old.body == new.body and not code.old.known(a.text):
            return  # who used it included what declares it
        yield from _decided(pair, code, old, new, include)


def as_constant(macro: Macro) -> Macro:
    """Return a macro that carries a version as the number or text that it is."""
    value = macro.value
    if value.kind != "version":
        return macro
    kind = "string" if value.number is None else "integer"
    return replace(macro, value=replace(value, kind=kind))


def carries_version(pair: Pair, old: Macro, new: Macro) -> bool:
    """Tell whether two constants differ in nothing but the version of their release, or a year of copyright."""
    if new.value.kind == "string" and new.value.type != old.value.type:
        return False
    if old.value.kind == "integer" or new.value.kind != old.value.kind:
        named = pair.version_names
        words = set(whole_text(old).split())
        return not words.isdisjoint(named) and whole_text(old) == whole_text(new)
    owned = all(_COPYRIGHT.search(f"{old.name} {text}") for text in (old.value.text, new.value.text))
    versions = ((pair.old_version, pair.new_version), (pair.old.version, pair.new.version))
    return any(
        _without_years(_without(old.value.text, before), owned)
        == _without_years(_without(new.value.text, after), owned)
        for before, after in versions
    )


def _without(text: str, version: str) -> str:
    """Return a text with a mark for each mention of a version: ``1.9.0``, and ``1.9-0`` where it has three numbers."""
    if _THREE_NUMBERS.fullmatch(version):
        parts = "[._-]".join(re.split("[.-]", version))
        return re.sub(rf"(?<![0-9]){parts}(?![0-9])", "@", text)
    return text.replace(version, "@") if version.count(".") else text


def _without_years(text: str, owned: bool) -> str:
    return _YEARS.sub("", text).strip() if owned else text


def _in_sight(pair: Pair, old: Macro) -> bool:
    """Tell whether who includes the header of a macro sees something else that its name stands for."""
    declared = pair.declared(old.name)
    return declared is not None and pair.in_sight(old.mark, declared.mark)


def _takes(new: Macro, old: Macro) -> bool:
    """Tell whether a macro takes as many arguments as another one did; the rest may be none (as gcc has it)."""
    before, after = len(old.parameters or ()), len(new.parameters or ())
    if new.variadic:
        return after - 1 <= max(before - old.variadic, 1)  # one argument may be empty
    return not old.variadic and (before == after or (before, after) == (0, 1))


def _calls_on(pair: Pair, old: Macro, new: Macro) -> bool:
    """Tell whether ``NAME(x)`` still is a call: the macro now stands for a function's name."""
    if new.value.kind != "name" or old.parameters is None:
        return False
    function, macro = pair.new.functions.get(new.value.text), pair.new.macros.get(new.value.text)
    count = len(old.parameters)
    if function is not None:
        fits = function.type.variadic or len(function.type.parameters) == count
        return fits and pair.in_sight(old.mark, function.mark)
    return macro is not None and macro.parameters is not None and len(macro.parameters) == count


def _constants(pair: Pair, code: Code, old: Macro, new: Macro, include: str) -> Iterator[HeaderChange]:
    a, b = old.value, new.value
    if a.kind == b.kind:
        if _same_bits(a, b):
            yield ConstantUseChanged(pair.unit, old.name, include=include, old=old, new=new, kind="type")
        elif (found := elsewhere(pair, code, old, new, include)) is not None:
            yield found
        elif meant(a) != meant(b):
            versions = carries_version(pair, old, new)
            yield ConstantChanged(
                pair.unit, old.name, include=include, old=old, new=b, location=new.mark.location, version=versions
            )
        else:
            yield from _uses(pair, code, old, new, include)
        return
    if a.kind == "integer" and b.number == a.number and b.kind in ("code", "attribute"):
        yield ConstantUseChanged(pair.unit, old.name, include=include, old=old, new=new, kind="condition")
        return
    if a.kind == "name" and b.kind == "integer" and pair.object_number(a.text, old=True) == b.number:
        return
    if b.kind == "name" and a.kind == "integer":
        constant = pair.new_constants.get(b.text)
        if constant is not None and constant.value == a.number:
            return
    if a.kind in ("name", "code") and b.kind in ("integer", "float") and not (old.limit or new.limit):
        yield from number_now(pair, code, old, new)
        return
    yield ConstantKindChanged(pair.unit, old.name, include=include, old=old, new=new)


def _same_bits(a: MacroValue, b: MacroValue) -> bool:
    """Tell whether two integers are other numbers only because the type of the same bits is another one."""
    if a.number is None or b.number is None or a.number == b.number or a.type == b.type or not (a.type and b.type):
        return False
    sizes = {scalar_size(a.type, "x86_64"), scalar_size(b.type, "x86_64")}
    size = sizes.pop()
    return not sizes and size is not None and not (a.number - b.number) % (1 << 8 * size)


def meant(value: MacroValue) -> tuple[str, int | str | None]:
    """Return what a constant stands for: a number, or a text and the type of its elements."""
    if value.kind == "integer":
        return "", value.number
    return value.type if value.kind == "string" else "", value.text


def _uses(pair: Pair, code: Code, old: Macro, new: Macro, include: str) -> Iterator[HeaderChange]:
    """Compare how two constants of the same value can be used: as operands, in ``#if``, with which type."""
    a, b = old.value, new.value
    if whole_text(old) != whole_text(new):
        if a.kind == "string":
            if new.expanded.startswith("(") and not old.expanded.startswith("("):
                yield _code(pair, old, new, include, Decision("text", a.type))
        else:
            found = code.macros(old, new)
            if found.kind == "operand" or found.limit:
                yield _code(pair, old, new, include, found)
    if a.kind == "string":
        return
    if a.type != b.type and a.type and b.type:
        yield ConstantUseChanged(pair.unit, old.name, include=include, old=old, new=new, kind="type")
    elif a.usable == "if" and b.usable == "expression":
        yield ConstantUseChanged(pair.unit, old.name, include=include, old=old, new=new, kind="condition")


def _types(pair: Pair, old: Macro, new: Macro, include: str) -> Iterator[HeaderChange]:
    assert old.stands is not None
    assert new.stands is not None
    targets = pair.types.differ(old.stands, new.stands)
    if targets:
        yield MacroTypeChanged(
            pair.unit, old.name, include=include, old=old, new=new, before=old.stands, after=new.stands,
            targets=targets, binary=not represented_alike(pair.types, old.stands, new.stands),
        )  # fmt: skip


def _decided(pair: Pair, code: Code, old: Macro, new: Macro, include: str) -> Iterator[HeaderChange]:
    found = code.initialisers(old, new) or rows.decide(old, new) or code.macros(old, new)
    if found.kind != "same":
        yield _code(pair, old, new, include, found)


def _code(pair: Pair, old: Macro, new: Macro, include: str, decision: Decision) -> CodeChanged:
    return CodeChanged(
        pair.unit, old.name, include=include, what="macro", was=old.raw, now=new.raw, decision=decision,
        old=old.mark.location, new=new.mark.location,
    )  # fmt: skip


_ARGUMENT = re.compile(r"__(?:arg|raw)1\b")
_COPYRIGHT = re.compile(r"copyright|\(c\)|©", re.IGNORECASE)
_THREE_NUMBERS = re.compile(r"[0-9]+(?:[.-][0-9]+){2,3}")
_YEARS = re.compile(r"\b(?:19|20)[0-9][0-9](?:\s*[-,]\s*(?:19|20)[0-9][0-9])*\b,?\s*")
_DOUBLE = re.compile(r"\( \( ([^()]*) \) \)")


def same_code(a: str, b: str) -> bool:
    """Tell whether two bodies are the same tokens, apart from doubled parentheses."""
    return a == b or _bare(a) == _bare(b)


def _bare(text: str) -> str:
    for _ in range(20):
        shorter = _DOUBLE.sub(r"( \1 )", text)
        if shorter == text:
            break
        text = shorter
    return text
