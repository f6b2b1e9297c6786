"""Functions and variables of two releases."""

from __future__ import annotations

import re
from collections.abc import Iterator

from abidiff.surfaces.headers.change import (
    ConventionChanged,
    FunctionAdded,
    FunctionHidden,
    FunctionPrototyped,
    FunctionRemoved,
    HeaderChange,
    ParameterConstAdded,
    ParameterDifference,
    ParametersChanged,
    ParametersConstrained,
    ParameterSignChanged,
    PrototypeDropped,
    ReturnChanged,
    SymbolChanged,
    VariableAdded,
    VariableChanged,
    VariableRemoved,
    VariadicChanged,
)
from abidiff.surfaces.headers.code.evaluate import NARROW
from abidiff.surfaces.headers.code_change import ConstantChanged, VariableValueChanged
from abidiff.surfaces.headers.compare.arguments import any_object_now, refused, result_now, result_refused
from abidiff.surfaces.headers.compare.attributes import hidden
from abidiff.surfaces.headers.compare.kinds import integer_kind, kind_of
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.representation import exported, represented_alike
from abidiff.surfaces.headers.compare.same_type import Targets, TypeComparer
from abidiff.surfaces.headers.compare.signedness import sign_change
from abidiff.surfaces.headers.layout import calling
from abidiff.surfaces.headers.layout.spell import declared, spell
from abidiff.surfaces.headers.layout.values import difference
from abidiff.surfaces.headers.model import (
    Array,
    FunctionDecl,
    Library,
    Macro,
    MacroValue,
    Pointer,
    Type,
    TypedefRef,
    Variable,
)


def compare_functions(pair: Pair) -> Iterator[HeaderChange]:
    """Yield what changed in functions, in the order of the old release, then what is new."""
    for name, old in pair.old.functions.items():
        new = pair.new.functions.get(name)
        if new is not None:
            yield from _changed(pair, old, new)
        elif not pair.open(name) and not pair.lent(name, "function", declared(old), old.mark.location):
            yield from _gone(pair, old)
    for name, new in pair.new.functions.items():
        if name in pair.old.variables:
            continue
        if name not in pair.old.functions and not pair.open_before(name):
            yield FunctionAdded(pair.unit, name, include=pair.include(new.mark.location), new=new)


def _gone(pair: Pair, old: FunctionDecl) -> Iterator[HeaderChange]:
    include = pair.include(old.mark.location)
    macro = pair.new.macros.get(old.name)
    if macro is None or old.name in macro.body.split():  # `#define f(x) f(x)` still calls what is gone (6.10.3.4)
        other = pair.new.variables.get(old.name)
        yield FunctionRemoved(
            pair.unit,
            old.name,
            include=include,
            old=old,
            became="variable" if other else "",
            location=other.mark.location if other else None,
        )
        return
    if macro.parameters is not None and not old.linkage.startswith("static"):
        # only a name with parentheses behind it is replaced (6.10.3 p10): `&f` has nothing left to name
        yield FunctionRemoved(
            pair.unit, old.name, include=include, old=old, became="function-like macro", location=macro.mark.location
        )
        return
    target = pair.new.functions.get(pair.alias(old.name))
    if target is not None:
        yield from _changed(pair, old, target)
    if old.linkage.startswith("static"):
        return
    yield FunctionHidden(pair.unit, old.name, include=include, old=old, location=macro.mark.location, how="a macro")


def _changed(pair: Pair, old: FunctionDecl, new: FunctionDecl) -> Iterator[HeaderChange]:
    include = pair.include(old.mark.location)
    targets = pair.types.judged(calling.differ(old.type, new.type) & pair.types.targets)
    if targets:
        yield ConventionChanged(pair.unit, old.name, include=include, old=old, new=new, targets=targets)
    renamed = old.name == new.name and (old.asm or old.name) != (new.asm or new.name)
    if renamed and not old.linkage.startswith("static"):
        yield SymbolChanged(pair.unit, old.name, include=include, old=old, new=new)
    if old.linkage in ("extern", "inline") and new.linkage.startswith("static"):
        yield FunctionHidden(
            pair.unit, old.name, include=include, old=old, location=new.mark.location, how="a static inline function"
        )
    if old.type == new.type:
        if old.nonnull != new.nonnull:
            yield from _constrained(pair, old, new, include)
        return
    if old.type.prototyped and not new.type.prototyped:
        yield from _unprototyped(pair, old, new, include)
        return
    if not old.type.prototyped and new.type.prototyped and not new.type.parameters and not new.type.variadic:
        yield FunctionPrototyped(pair.unit, old.name, include=include, old=old, new=new)
    if old.type.variadic != new.type.variadic:
        yield VariadicChanged(pair.unit, old.name, include=include, old=old, new=new)
    yield from _parameters(pair, old, new, include)
    yield from _constrained(pair, old, new, include)
    yield from _result(pair, old, new, include)


def _unprototyped(pair: Pair, old: FunctionDecl, new: FunctionDecl, include: str) -> Iterator[HeaderChange]:
    """Yield that arguments are not converted any more to what a function takes (§6.5.2.2 paragraph 6)."""
    kinds = [kind_of(parameter.type, pair.old) for parameter in old.type.parameters]
    found = {"double": "real", "float": "other", "bool": "other"}
    said = [found.get(kind) or ("wide" if "long" in kind else "narrow" if kind in NARROW else "") for kind in kinds]
    if old.type.variadic:
        said.append("other")
    for kind in ("real", "wide", "other", "narrow"):
        if kind in said:
            at = said.index(kind)
            yield PrototypeDropped(pair.unit, old.name, include=include, old=old, new=new, position=at, kind=kind)
            return


def _parameters(pair: Pair, old: FunctionDecl, new: FunctionDecl, include: str) -> Iterator[HeaderChange]:
    differences = []
    for at, (a, b) in enumerate(zip(old.type.parameters, new.type.parameters, strict=False)):
        targets = pair.types.differ(a.type, b.type)
        if targets and not pair.types.stands_for(b.type, a.type):
            kind = sign_change(pair.types, a.type, b.type) or const_kind(pair, a.type, b.type)
            kind = "any-object" if any_object_now(pair.types, a.type, b.type) else kind
            no = None if _spelled_anew(pair, a.type) else refused(pair.types, a.type, b.type)
            if kind == "type" and no is None and _same_numbers(pair, a.type, b.type):
                kind = "alike"
            differences.append(ParameterDifference(position=at, old=a, new=b, kind=kind, targets=targets, refused=no))
    count = len(old.type.parameters) != len(new.type.parameters)
    if not differences and not count:
        return
    found = tuple(differences)
    if not count and all(d.kind == "const-added" for d in found):
        yield ParameterConstAdded(pair.unit, old.name, include=include, old=old, new=new, differences=found)
        return
    if not count and all(d.kind in ("signed", "unsigned", "const-added") for d in found):
        yield ParameterSignChanged(pair.unit, old.name, include=include, old=old, new=new, differences=found)
        return
    binary = exported(old) and (count or any(not represented_alike(pair.types, d.old.type, d.new.type) for d in found))
    yield ParametersChanged(pair.unit, old.name, include=include, old=old, new=new, differences=found, binary=binary)


def _same_numbers(pair: Pair, old: Type, new: Type) -> bool:
    """Tell whether two types are integers of one size wherever they differ: ``int64_t`` and ``long long``."""
    kinds = [integer_kind(type_, side) for type_, side in ((old, pair.old), (new, pair.new))]
    return all(kinds) and "bool" not in kinds and represented_alike(pair.types, old, new)


def _spelled_anew(pair: Pair, old: Type) -> bool:
    """Tell whether a name in a type stands for another one on the new side: who spells it there gets that one."""
    for word in re.findall(r"[A-Za-z_]\w*", spell(old)):
        own = TypedefRef(word)
        if word in pair.new.macros:
            return True
        if word in pair.new.typedefs and pair.types.peel(own, pair.old)[0] != pair.types.peel(own, pair.new)[0]:
            return True
    return False


def _constrained(pair: Pair, old: FunctionDecl, new: FunctionDecl, include: str) -> Iterator[HeaderChange]:
    """Yield what parameters ask of callers that they did not ask before."""
    before, after = old.type.parameters, new.type.parameters
    if old.type.prototyped and len(before) == len(after):
        nonnull = _nonnull(pair.types, new, pair.new) - _nonnull(pair.types, old, pair.old)
        both = enumerate(zip(before, after, strict=True), 1)
        found = tuple(
            (at, a, b)
            for at, (a, b) in both
            if (b.restrict and not a.restrict) or b.least > a.least or (at in nonnull and not a.least)
        )
        if found:
            yield ParametersConstrained(
                pair.unit, old.name, include=include, old=old, new=new, parameters=found, nonnull=nonnull
            )


def _nonnull(types: TypeComparer, function: FunctionDecl, library: Library) -> frozenset[int]:
    """Return the positions of parameters that may not be null."""
    if 0 not in function.nonnull:
        return frozenset(function.nonnull)
    parameters = enumerate(function.type.parameters, 1)
    return frozenset(at for at, each in parameters if isinstance(types.peel(each.type, library)[0], Pointer))


def _result(pair: Pair, old: FunctionDecl, new: FunctionDecl, include: str) -> Iterator[HeaderChange]:
    before = pair.types.unqualified(old.type.result, pair.old)
    targets = pair.types.differ(before, pair.types.unqualified(new.type.result, pair.new))
    if not targets:
        return
    sign = sign_change(pair.types, old.type.result, new.type.result)
    kind = sign or const_kind(pair, old.type.result, new.type.result)
    if result_now(pair.types, old.type.result, new.type.result):
        kind = "from-nothing"
    alike = kind == "from-nothing" or represented_alike(pair.types, old.type.result, new.type.result)
    binary = exported(old) and not alike
    no = not _spelled_anew(pair, old.type.result) and result_refused(pair.types, old.type.result, new.type.result)
    yield ReturnChanged(
        pair.unit, old.name, include=include, old=old, new=new, kind=kind, binary=binary, targets=targets, refused=no
    )


def const_kind(pair: Pair, old: Type, new: Type) -> str:
    """Return ``const-added``, ``const-dropped`` (of what is pointed to) or ``type``."""
    a, _ = pair.types.peel(old, pair.old)
    b, _ = pair.types.peel(new, pair.new)
    if not isinstance(a, Pointer) or not isinstance(b, Pointer):
        return "type"
    x, before = pair.types.peel(a.target, pair.old)
    y, after = pair.types.peel(b.target, pair.new)
    if before == after or pair.types.differ(x, y):
        return "type"
    if before < after and "_Atomic" not in after - before:
        return "const-added"
    return "const-dropped" if after < before and "_Atomic" not in before - after else "type"


def compare_variables(pair: Pair) -> Iterator[HeaderChange]:
    """Yield what changed in variables."""
    for name, old in pair.old.variables.items():
        include = pair.include(old.mark.location)
        new = pair.new.variables.get(name)
        if new is None:
            if (constant := _constant(pair, old)) is not None:
                yield from _as_constant(pair, old, constant, include)
            elif not pair.open(name) and name not in pair.new.macros:
                other = pair.new.functions.get(name)
                yield VariableRemoved(
                    pair.unit,
                    name,
                    include=include,
                    old=old,
                    became="function" if other else "",
                    location=other.mark.location if other else None,
                )
            elif name in pair.new.macros and exported(old) and not hidden(old) and not pair.open(name):
                at = pair.new.macros[name].mark.location
                yield FunctionHidden(pair.unit, name, include=include, old=old, location=at, how="a macro")
            continue
        if exported(old) and not exported(new) and not hidden(old):
            yield _own(pair, old, new, include)
        if (old.asm or name) != (new.asm or name) and "static" not in (old.linkage, new.linkage):
            yield SymbolChanged(pair.unit, name, include=include, old=old, new=new)
        targets = _variable(pair, old, new)
        local = old.thread_local != new.thread_local and not hidden(old)
        if hidden(old) and represented_alike(pair.types, old.type, new.type):
            continue  # no program links to it, and its size is the same
        if targets or local:
            sign = "" if local else sign_change(pair.types, old.type, new.type)
            lost, gained = ((), ()) if local else pair.types.qualifiers(old.type, new.type)
            alike = not local and represented_alike(pair.types, old.type, new.type)
            yield VariableChanged(
                *(pair.unit, name), include=include, old=old, new=new, targets=targets, sign=sign, lost=lost,
                gained=gained, binary=exported(old) and not alike,
            )  # fmt: skip
        elif old.value and new.value and old.value != new.value:
            where = difference(old, new, pair.old)
            yield VariableValueChanged(pair.unit, name, include=include, old=old, new=new, difference=where)
    for name, new in pair.new.variables.items():
        if name not in pair.old.variables and not pair.open_before(name):
            yield VariableAdded(pair.unit, name, include=pair.include(new.mark.location), new=new)


def _own(pair: Pair, old: Variable, new: Variable, include: str) -> HeaderChange:
    """Return that each program has a variable of its own where it used the library's."""
    at = new.mark.location
    if "const" in pair.types.peel(new.type, pair.new)[1]:
        return FunctionHidden(pair.unit, old.name, include=include, old=old, location=at, how="a static constant")
    return VariableRemoved(pair.unit, old.name, include=include, old=old, became="static variable", location=at)


def _constant(pair: Pair, old: Variable) -> MacroValue | None:
    """Return what a constant object of a header became, a macro or an enumerator; None for nothing of the kind."""
    if old.linkage != "static" or not re.fullmatch(r"-?[0-9]+", old.value):
        return None
    macro, enumerator = pair.new.macros.get(old.name), pair.new_constants.get(old.name)
    if enumerator is not None:
        return MacroValue("integer", str(enumerator.value), enumerator.value, "int")
    return macro.value if macro is not None and macro.value.kind in ("integer", "float") else None


def _as_constant(pair: Pair, old: Variable, new: MacroValue, include: str) -> Iterator[HeaderChange]:
    number = int(old.value)
    if number != (new.number if new.number is not None else float(new.text.rstrip("L"))):
        macro = Macro(old.name, MacroValue("integer", old.value, number, "int"), old.value, old.value, old.mark)
        place = pair.new.macros.get(old.name) or pair.new_constants[old.name]
        yield ConstantChanged(pair.unit, old.name, include=include, old=macro, new=new, location=place.mark.location)


def _variable(pair: Pair, old: Variable, new: Variable) -> Targets:
    """Compare the types of a variable; an array may get the length that it did not say (§6.2.7)."""
    a, qualifiers = pair.types.peel(old.type, pair.old)
    b, others = pair.types.peel(new.type, pair.new)
    if isinstance(a, Array) and isinstance(b, Array) and a.length is None and qualifiers == others:
        return pair.types.differ(a.element, b.element)
    return pair.types.differ(old.type, new.type)
