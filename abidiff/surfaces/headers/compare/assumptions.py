"""What compilers may rely on where functions and variables of two releases are used (GNU C, "Common Attributes")."""

from __future__ import annotations

from collections.abc import Iterator

from abidiff.surfaces.headers.change import AssumptionsChanged, HeaderChange, NoReturnAdded, WeakChanged
from abidiff.surfaces.headers.compare.attributes import hidden
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.representation import exported
from abidiff.surfaces.headers.model import Builtin, Function, FunctionDecl, Library, Pointer, Variable

# Who calls may lose something where these come, and where these go.
_ASKS = frozenset({"pure", "const"})
_BACK = frozenset({"leaf", "nothrow"})
_GIVES = frozenset({"noreturn", "returns_nonnull", "returns_twice"})


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


def _referred(found: FunctionDecl | Variable) -> bool:
    """Tell whether a header only declares something that the library has."""
    return exported(found) and not (found.body if isinstance(found, FunctionDecl) else found.value)
