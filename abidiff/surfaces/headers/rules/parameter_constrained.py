"""A parameter asks for more of what is passed."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import ParametersConstrained
from abidiff.surfaces.headers.model import Parameter
from abidiff.surfaces.headers.rules._common import SOURCE, finding


def _check(change: ParametersConstrained) -> Iterable[Finding]:
    said = []
    for position, old, new in change.parameters:
        asks = _asks(old, new, null=position in change.nonnull)
        said.append(f"parameter {position}{f' ({new.name})' if new.name else ''} {asks}")
    yield finding(
        RULE,
        change,
        "; ".join(said),
        breaks="calls that were valid are undefined now, and compilers may rely on it",
        old=change.old.mark.location,
        new=change.new.mark.location,
    )


def _asks(old: Parameter, new: Parameter, *, null: bool) -> str:
    parts = []
    if new.restrict and not old.restrict:
        parts.append("may not overlap others (restrict)")
    if new.least > old.least:
        before = f", was {old.least}" if old.least else ""
        parts.append(f"points to {new.least} elements at least (static){before}")
    if null and not old.least:
        parts.append("may not be null (nonnull)")
    return " and ".join(parts)


RULE = Rule(
    id="headers/parameter-constrained",
    summary="a parameter asks for more of what is passed",
    why=(
        "restrict says that what a parameter points to is reached through no other one, [static n] that there are n "
        "elements, the attribute nonnull that it is not null. Every call still compiles, but one that does not keep "
        "it is undefined. Less of it asks nothing of anybody."
    ),
    clause="types",
    severity=Severity.WARNING,
    on=(ParametersConstrained,),
    check=_check,
    affects=SOURCE,
    examples=(
        Example(
            "restrict comes",
            "int shipCopy(char *to, const char *from);\n",
            "int shipCopy(char *restrict to, const char *restrict from);\n",
            fires=("shipCopy",),
        ),
        Example(
            "more elements",
            "int shipSum(const int a[static 4]);\n",
            "int shipSum(const int a[static 8]);\n",
            fires=("shipSum",),
        ),
        Example(
            "null no more",
            "int shipOpen(const char *uri, int flags, void *data);\n",
            "int shipOpen(const char *uri, int flags, void *data) __attribute__((nonnull(1)));\n",
            fires=("shipOpen",),
        ),
        Example(
            "no pointer may be null",
            "int shipOpen(const char *uri, int flags) __attribute__((nonnull(1)));\n"
            "int shipStart(const char *uri, int flags);\n",
            "int shipOpen(const char *uri, int flags) __attribute__((nonnull));\n"
            "int shipStart(const char *uri, int flags) __attribute__((nonnull));\n",
            fires=("shipStart",),
        ),
        Example(
            "null again",
            "int shipOpen(const char *uri) __attribute__((nonnull));\n",
            "int shipOpen(const char *uri);\n",
        ),
        Example("restrict goes", "int shipCopy(char *restrict to);\n", "int shipCopy(char *to);\n"),
        Example("fewer elements", "int shipSum(const int a[static 4]);\n", "int shipSum(const int *a);\n"),
        Example("a length that says nothing", "int shipSum(const int a[4]);\n", "int shipSum(const int a[8]);\n"),
    ),
)
