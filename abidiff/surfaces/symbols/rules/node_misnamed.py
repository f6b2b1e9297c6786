"""A new version node is not named after the new release."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.rule import Example, Rule, finding
from abidiff.surfaces.symbols.change import NodeMisnamed


def _check(change: NodeMisnamed) -> Iterable[Finding]:
    later = f"a release after {change.old_version}" if change.old_version else "a release"
    yield finding(
        RULE,
        change,
        f"new node {change.subject} does not carry the version of {later}, at most {change.expected}",
        breaks="whoever reads from the node which release a program needs",
        old=change.old,
        new=change.new,
    )


RULE = Rule(
    id="symbols/node-misnamed",
    summary="a new version node is not named after the new release",
    why=(
        "Where nodes are named after releases, a program's dependencies are read from them, by packaging tools as by "
        "people. A node of a release that has long shipped, or that is yet to come, says something wrong. Needs "
        "`version_prefix` in the profile."
    ),
    clause="symbols",
    severity=Severity.WARNING,
    on=(NodeMisnamed,),
    check=_check,
    affects=("binary",),
    examples=(
        Example(
            "not of the new release",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; };\nSHIP_1.1 { shipSink; } LIBSHIP_1.0;",
            fires=("SHIP_1.1",),
            also=("symbols/symbol-added",),
            options={"version_prefix": "LIBSHIP_", "version": "1.1"},
        ),
        Example(
            "of a release to come",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.2 { shipSink; } LIBSHIP_1.0;",
            fires=("LIBSHIP_1.2",),
            also=("symbols/symbol-added",),
            options={"version_prefix": "LIBSHIP_", "version": "1.1"},
        ),
        Example(
            "of the new release",
            "LIBSHIP_1.0 { shipOpen; };",
            "LIBSHIP_1.0 { shipOpen; };\nLIBSHIP_1.1 { shipSink; } LIBSHIP_1.0;",
            also=("symbols/symbol-added",),
            options={"version_prefix": "LIBSHIP_", "version": "1.1"},
        ),
    ),
)
