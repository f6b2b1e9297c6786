"""A pattern exports less than it did."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import PatternNarrowed

_OVER = "which names these are: there are too many patterns (limits glob-states and glob-steps)"


def _check(change: PatternNarrowed) -> Iterable[Finding]:
    node = f" of {change.node}" if change.node else ""
    fate = f"in {', '.join(change.now)}" if change.now else "hidden"
    what = f"the pattern `{change.subject}`{node} is gone" if change.gone else f"less matches `{change.subject}`{node}"
    which = f" (`{change.sample}` would be one)" if change.sample else ""
    count = len(change.listed)
    listed = f"; {count} name{'s' if count != 1 else ''} listed now would match" if count else ""
    yield finding(
        RULE,
        change,
        f"{what}: names that it exported{which} are {fate} now; which there were is not in the map{listed}",
        severity=Severity.WARNING if change.known else None,
        key=change.node,
        breaks="programs that use such a symbol"
        + (f"; the {change.known} that something else shows are told apart" if change.known else ""),
        old=change.old,
        new=change.new,
        details=() if change.sample else (("not looked at", _OVER),),
        reaches=change.listed,
    )


RULE = Rule(
    id="symbols/pattern-removed",
    summary="names that a pattern exported are hidden, or in another node",
    why=(
        "What a pattern exports depends on the objects that are linked, which a release without a build does not "
        "show. So it cannot be decided whether a symbol got lost: list the names, or compare the built libraries. "
        "Names that a header, a public list or a library of the release shows are decided one by one; then only "
        "names that nobody declares are left, and that is a warning."
    ),
    clause="symbols",
    severity=Severity.UNDECIDED,
    removes=True,
    on=(PatternNarrowed,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "replaced by names",
            "LIBSHIP_1.0 { global: ship*; local: *; };",
            "LIBSHIP_1.0 { global: shipOpen; shipSink; local: *; };",
            fires=("ship*",),
        ),
        Example(
            "another node takes part of it",
            "LIBSHIP_1.0 { global: ship_*; local: *; };",
            "LIBSHIP_1.0 { global: ship_*; };\nLIBSHIP_1.1 { global: ship_fly_*; local: *; } LIBSHIP_1.0;",
            fires=("ship_*",),
            also=("symbols/pattern-added",),
        ),
        Example(
            "a pattern below `local:` yields to one below `global:`",
            "LIBSHIP_1.0 { global: ship_*; local: *; };",
            "LIBSHIP_1.0 { global: ship_*; local: ship_impl_*; *; };",
        ),
        Example(
            "a pattern below `local:` comes before `global: *`",
            "LIBSHIP_1.0 { global: *; };",
            "LIBSHIP_1.0 { global: *; local: ship_impl_*; };",
            fires=("*",),
        ),
        Example(
            "covered by a wider one",
            "LIBSHIP_1.0 { global: ship_open_*; local: *; };",
            "LIBSHIP_1.0 { global: ship_*; local: *; };",
            also=("symbols/pattern-added",),
        ),
    ),
)
