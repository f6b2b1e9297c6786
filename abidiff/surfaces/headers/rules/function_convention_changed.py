"""A function is called by another convention."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import ConventionChanged
from abidiff.surfaces.headers.model import FunctionDecl
from abidiff.surfaces.headers.prove import attributes
from abidiff.surfaces.headers.rules._common import BINARY, finding, on_targets


def _check(change: ConventionChanged) -> Iterable[Finding]:
    yield finding(
        RULE,
        change,
        f"{change.subject} is called as {_said(change.new)}, was {_said(change.old)}{on_targets(change.targets)}",
        breaks="programs already built pass arguments where it does not look for them",
        old=change.old.mark.location,
        new=change.new.mark.location,
        affects=BINARY,
        targets=change.targets,
        witness=attributes.convention(change),
    )


def _said(function: FunctionDecl) -> str:
    return " ".join(function.type.calling) or "usual"


RULE = Rule(
    id="headers/function-convention-changed",
    summary="the calling convention of a function changed",
    why=(
        "An attribute such as ms_abi or regparm decides where arguments are put. Programs already built keep to "
        "the old convention."
    ),
    clause="layout-and-calls",
    severity=Severity.BREAKING,
    on=(ConventionChanged,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "another convention",
            "int shipOpen(int a, int b);\n",
            "int shipOpen(int a, int b) __attribute__((ms_abi));\n",
            fires=("shipOpen",),
        ),
        Example(
            "another convention on i386 alone",
            "int shipOpen(int a);\n",
            "int shipOpen(int a) __attribute__((regparm(3)));\n",
            fires=("shipOpen",),
        ),
        Example(
            "the usual convention, and said so",
            "int shipOpen(int a);\n",
            "int __attribute__((sysv_abi, cdecl)) shipOpen(int a);\n",
        ),
        Example(
            "attributes that callers do not see",
            "int shipOpen(const char *uri);\n",
            "int shipOpen(const char *uri) __attribute__((format(printf, 1, 0), warn_unused_result));\n",
        ),
    ),
)
