"""Parameters of a function were added, removed or have another type."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import ParameterDifference, ParametersChanged
from abidiff.surfaces.headers.layout.spell import on, prototype
from abidiff.surfaces.headers.model import FunctionDecl
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.rules._common import NOBODY, affected, finding, types_text

# Differences with which each call compiles and works as before.
_TAKEN = ("alike", "any-object", "const-added", "signed", "unsigned")


def _check(change: ParametersChanged) -> Iterable[Finding]:
    old, new = change.old.type.parameters, change.new.type.parameters
    alike = len(old) == len(new)
    if not alike:
        message = f"{change.subject} takes {len(new)} parameters, not {len(old)}"
    else:
        message = "; ".join(_difference(d) for d in change.differences)
    targets = frozenset().union(*(d.targets for d in change.differences)) if alike else frozenset()
    taken = alike and all(d.kind in _TAKEN for d in change.differences)
    yield finding(
        RULE,
        change,
        message,
        breaks=NOBODY if taken else _breaks(change),
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=affected(binary=change.binary),
        targets=targets,
        details=(("was", prototype(change.old)), ("is", prototype(change.new))),
        severity=Severity.WARNING if taken else None,
        witness=_witness(change, replace(change.old, type=on(change.old.type, targets))),
    )


def _breaks(change: ParametersChanged) -> str:
    built = ", and those already built pass something else" if change.binary else ""
    return f"programs that call it no longer compile as they did{built}"


def _witness(change: ParametersChanged, old: FunctionDecl) -> Witness:
    """Return a call that is refused; where each call compiles, who calls by a pointer goes wrong."""
    before, after = old.type.parameters, change.new.type.parameters
    given = {d.position: d.refused for d in change.differences if d.refused is not None}
    many = len(before) > len(after) and not change.new.type.variadic
    if len(before) < len(after) or many or given:
        return witness.calls(change, old, [given.get(at) or p.type for at, p in enumerate(before)])
    return witness.points(change, old)


def _difference(difference: ParameterDifference) -> str:
    old, new = difference.old, difference.new
    name = new.name or old.name
    which = f"parameter {difference.position + 1}" + (f" ({name})" if name else "")
    return f"{which} is {types_text(old.type, new.type, difference.targets)}"


RULE = Rule(
    id="headers/function-parameters-changed",
    summary="a function takes other parameters",
    why=(
        "Callers pass what the old declaration asked for. With another number of parameters or other "
        "types they do not compile, or, already built, the callee reads registers and stack that hold "
        "something else. Types are compared after resolving typedefs: a typedef swapped for what it "
        "stands for is no change. Where a pointer to an object became one to any object (`void *`), each call "
        "is what it was: a warning, for those who point to the function."
    ),
    clause="types",
    severity=Severity.BREAKING,
    on=(ParametersChanged,),
    check=_check,
    affects=("source", "binary"),
    examples=(
        Example(
            "a parameter more",
            "int shipOpen(const char *uri);\n",
            "int shipOpen(const char *uri, unsigned int flags);\n",
            fires=("shipOpen",),
        ),
        Example("another type", "int shipSail(int miles);\n", "int shipSail(long miles);\n", fires=("shipSail",)),
        Example(
            "const dropped from what a parameter points to",
            "int shipOpen(const char *uri);\n",
            "int shipOpen(char *uri);\n",
            fires=("shipOpen",),
        ),
        Example("any object now", "int shipSink(char *ship);\n", "int shipSink(void *ship);\n", fires=("shipSink",)),
        Example(
            "another type on some targets only",
            "#include <stddef.h>\nint shipLoad(size_t tons);\n",
            "int shipLoad(unsigned long tons);\n",
            fires=("shipLoad",),
        ),
        Example(
            "spelled differently, the same type",
            "typedef unsigned int tons;\nint shipLoad(const tons weight, int list[4], int done(int));\n",
            "typedef unsigned int tons;\nint shipLoad(unsigned tons_, int *items, int (*cb)(int x));\n",
        ),
    ),
)
