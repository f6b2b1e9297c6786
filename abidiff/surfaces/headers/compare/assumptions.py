"""What compilers may rely on where functions and variables of two releases are used (GNU C, "Common Attributes")."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.change import (
    HeaderChange,
)
from abidiff.surfaces.headers.compare.attributes import hidden
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.representation import exported
from abidiff.surfaces.headers.layout.layout import LayoutError, size_align
from abidiff.surfaces.headers.layout.targets import TARGETS
from abidiff.surfaces.headers.model import (
    Array,
    Builtin,
    Function,
    FunctionDecl,
    Library,
    Mark,
    Pointer,
    Qualified,
    RecordRef,
    Type,
    TypedefRef,
    Variable,
)
from abidiff.surfaces.headers.use_change import (
    AliasingDropped,
    AssumptionsChanged,
    DefinedInHeader,
    NoReturnAdded,
    ThreadModelChanged,
    VariableAlignmentChanged,
    WeakChanged,
)

# Who calls may lose something where these come, and where these go.
_ASKS = frozenset({"pure", "const"})
_BACK = frozenset({"leaf", "nothrow"})
_GIVES = frozenset({"noreturn", "returns_nonnull", "returns_twice"})
# The more a model asks of where a variable of threads is, the higher (ELF TLS).
_MODELS = {"global-dynamic": 0, "local-dynamic": 1, "initial-exec": 2, "local-exec": 3}
_ANYTHING = frozenset({"char", "signed char", "unsigned char", "void"})


def compare_assumptions(pair: Pair) -> Iterator[HeaderChange]:
    """Yield what programs are compiled otherwise for, though they call the same."""
    for name, old in pair.old.functions.items():
        new = pair.new.functions.get(name)
        if new is None or old.attributes == new.attributes or hidden(old):
            continue
        include = pair.include(old.mark.location)
        before, after = frozenset(old.attributes), frozenset(new.attributes)
        if "noreturn" in after - before:
            used = _has_result(pair, old)
            yield NoReturnAdded(pair.unit, name, include=include, old=old, new=new, result=used)
        gained = () if new.body else tuple(sorted((after - before) & _asked(pair, old, new)))
        lost = tuple(sorted((before - after) & _GIVES))
        if gained or lost:
            yield AssumptionsChanged(pair.unit, name, include=include, old=old, new=new, gained=gained, lost=lost)
    yield from _weak(pair)
    yield from _variables(pair)
    yield from _aliasing(pair)
    if pair.wanted is None:  # a macro that asks for the definitions is for one file of a program
        yield from _definitions(pair)


def _asked(pair: Pair, old: FunctionDecl, new: FunctionDecl) -> frozenset[str]:
    """Return the attributes by which calls may be left out, or kept from what they were seen to do."""
    asked = _BACK if _calls_back(pair, new, pair.new) else frozenset()
    if not _has_result(pair, old):
        return asked  # nothing is left of the others (GNU C)
    return asked | ({"const"} if "pure" in old.attributes else frozenset() if "const" in old.attributes else _ASKS)


def _has_result(pair: Pair, old: FunctionDecl) -> bool:
    result, _ = pair.types.peel(old.type.result, pair.old)
    return not (isinstance(result, Builtin) and result.kind == "void")


def _calls_back(pair: Pair, function: FunctionDecl, library: Library) -> bool:
    """Tell whether a function is given another one."""
    for parameter in function.type.parameters:
        found, _ = pair.types.peel(parameter.type, library)
        if isinstance(found, Pointer) and isinstance(pair.types.peel(found.target, library)[0], Function):
            return True
    return False


def _weak(pair: Pair) -> Iterator[HeaderChange]:
    """Yield symbols of the library that programs refer to weakly now, or no longer."""
    for before, after in ((pair.old.functions, pair.new.functions), (pair.old.variables, pair.new.variables)):
        for name, old in before.items():
            new = after.get(name)
            if new is None or old.attributes == new.attributes or hidden(old) or hidden(new):
                continue
            if not _referred(old) or not _referred(new):
                continue
            weak = "weak" in new.attributes
            if weak != ("weak" in old.attributes):
                include = pair.include(old.mark.location)
                yield WeakChanged(pair.unit, name, include=include, old=old, new=new, weak=weak)


def _variables(pair: Pair) -> Iterator[HeaderChange]:
    """Yield variables whose addresses are made or taken otherwise."""
    for name, old in pair.old.variables.items():
        new = pair.new.variables.get(name)
        if new is None or hidden(old) or not exported(old) or not exported(new):
            continue
        include = pair.include(old.mark.location)
        before, after = _model(old), _model(new)
        if old.thread_local and new.thread_local and _MODELS.get(after, 0) > _MODELS.get(before, 0):
            yield ThreadModelChanged(pair.unit, name, include=include, old=old, new=new, before=before, after=after)
        if old.aligned != new.aligned:
            found = _alignments(pair, old, new)
            if found:
                first = min(found, key=lambda target: (target != "x86_64", target))
                old_bytes, new_bytes = found[first]
                yield VariableAlignmentChanged(
                    pair.unit, name, include=include, old=old, new=new, before=old_bytes, after=new_bytes,
                    targets=frozenset(found),
                )  # fmt: skip


def _model(variable: Variable) -> str:
    words = (word.partition(":") for word in variable.attributes)
    return next((model for word, _, model in words if word == "tls_model"), "")


def _alignments(pair: Pair, old: Variable, new: Variable) -> dict[str, tuple[int, int]]:
    """Return the alignments of a variable on the targets where they differ."""
    found: dict[str, tuple[int, int]] = {}
    for target in pair.types.targets:
        try:
            both = _aligned(old, pair.old, target), _aligned(new, pair.new, target)
        except (LayoutError, ValueError, KeyError):
            continue
        if both[0] != both[1]:
            found[target] = both
    return found


def _aligned(variable: Variable, library: Library, target: str) -> int:
    type_ = variable.type
    while isinstance(type_, Array):
        type_ = type_.element
    asked = TARGETS[target].largest if variable.aligned < 0 else variable.aligned
    return max(asked, size_align(type_, library, target)[1])


def _aliasing(pair: Pair) -> Iterator[HeaderChange]:
    """Yield typedefs, and tagged structs and unions, that other objects may no longer be reached as."""
    for name, typedef in pair.old.typedefs.items():
        other = pair.new.typedefs.get(name)
        if typedef.own and other is not None and other is not typedef:
            type_ = TypedefRef(name)
            if _aliases(type_, pair.old) and not _aliases(type_, pair.new):
                yield _dropped(pair, name, typedef.mark, other.mark, type_)
    for id_, record in pair.old.records.items():
        found = pair.new.records.get(id_)
        if record.may_alias and record.own and record.tag and found is not None and not found.may_alias:
            yield _dropped(pair, id_, record.mark, found.mark, RecordRef(id_))


def _dropped(pair: Pair, subject: str, old: Mark, new: Mark, type_: Type) -> AliasingDropped:
    return AliasingDropped(
        pair.unit, subject, include=pair.include(old.location), old=old.location, new=new.location, type=type_,
        bare=pair.types.peel(type_, pair.old)[0],
    )  # fmt: skip


def _aliases(type_: Type, library: Library) -> bool:
    """Tell whether objects of any type may be reached as this one: it says so, or it is a character (6.5)."""
    for _ in range(200):
        if isinstance(type_, Qualified):
            type_ = type_.type
        elif isinstance(type_, TypedefRef):
            found = library.typedefs.get(type_.name)
            if found is None:
                return True
            if found.may_alias:
                return True
            type_ = found.type
        else:
            break
    if isinstance(type_, RecordRef):
        record = library.records.get(type_.id)
        return record is None or record.may_alias
    return isinstance(type_, Builtin) and type_.kind in _ANYTHING


def _definitions(pair: Pair) -> Iterator[HeaderChange]:
    """Yield symbols that each file of a program defines which includes a header."""
    whole = {
        item.mark.location.path
        for items in (pair.old.functions, pair.old.variables)
        for item in items.values()
        if _defines(item)
    }
    for before, after in ((pair.old.functions, pair.new.functions), (pair.old.variables, pair.new.variables)):
        for name, new in after.items():
            old = before.get(name)
            inline = isinstance(new, FunctionDecl) and bool(new.body) and new.linkage == "inline"
            if inline:
                found = old is not None and not exported(old)
            else:
                found = _defines(new) and (old is None or not _defines(old))
            if not found or (old is None and (new.mark.location.path in whole or pair.open_before(name))):
                continue
            include = pair.include((old or new).mark.location)
            yield DefinedInHeader(pair.unit, name, include=include, old=old, new=new, inline=inline)


def _defines(item: FunctionDecl | Variable) -> bool:
    """Tell whether each file that includes a declaration has a symbol from it that may be there once."""
    if "weak" in item.attributes:
        return False
    return item.defines if isinstance(item, Variable) else item.linkage == "extern" and bool(item.body)


def _referred(found: FunctionDecl | Variable) -> bool:
    """Tell whether a header only declares something that the library has."""
    return exported(found) and not (found.body if isinstance(found, FunctionDecl) else found.value)
