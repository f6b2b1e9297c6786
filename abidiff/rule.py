"""A rule is one file: what it says, whom it concerns, its check, and its examples.

The examples are the test and the manual: one parametrised test runs every
example of every rule, ``abi-diff explain RULE`` prints them, and ``docs/rules``
is generated from them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from typing import Any

import msgspec

from abidiff.change import Change
from abidiff.finding import Finding, News, Severity, Witness
from abidiff.location import Location
from abidiff.wording import listed


class Example(msgspec.Struct, frozen=True):
    """Two small releases and what a rule says about them.

    ``old`` and ``new`` are the text of one file of the surface's kind, or file name →
    text for several.  ``fires`` lists the subjects of the findings of this rule, in
    order; empty means that the rule stays silent.  ``also`` lists ids of other rules
    that rightly speak about the same example (each a reviewed exception).
    ``between`` are releases between the two, for rules over histories.
    ``options`` go into the unit's options (see :class:`abidiff.project.Unit`); with ``apart`` every file is a unit.
    """

    name: str
    old: str | Mapping[str, str]
    new: str | Mapping[str, str]
    fires: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    between: tuple[str | Mapping[str, str], ...] = ()
    options: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Rule(msgspec.Struct, frozen=True):
    """A named check on one kind of change.

    ``id``        ``surface/name-in-kebab-case``, the file's name being ``name_in_snake_case``.
    ``severity``  the severity under the full promise; a profile's tier may change it.
    ``why``       why it breaks whom: two or three sentences for the manual.
    ``on``        the kinds of change it looks at.
    ``check``     change → findings (usually none or one).
    ``clause``    the heading of docs/claims.md that a change is held against.
    ``many``      what many notices of this rule in one unit are together, after their number: such a sweep
                  (access control came in, a map got versions) is one cause and one finding.
    ``removes``   what it speaks of is gone: a mark of deprecation may have announced it.
    ``whole``     it speaks of a whole library, so whatever uses the library is touched.
    ``news``      the entry of release notes that lists it when it is an addition.
    ``evident``   the place that it names shows it: no program, message or document could show more.
    ``internal``  it concerns the maintainers, not users: release notes leave it out.
    ``mentioned`` the subject is a name that C code uses: the places that do are told, when there are sources.
    """

    id: str
    summary: str
    why: str
    severity: Severity
    on: tuple[type[Change], ...]
    check: Callable[[Any], Iterable[Finding]]
    examples: tuple[Example, ...]
    affects: tuple[str, ...] = ()
    clause: str = ""
    many: str = ""
    mentioned: bool = False
    removes: bool = False
    whole: bool = False
    news: News | None = None
    evident: bool = False
    internal: bool = False


SWEEP = 12
"""More notices of one rule in one unit than this are told together, where the rule says how."""


def finding(
    rule: Rule,
    change: Change,
    message: str,
    *,
    breaks: str = "",
    old: Location | None = None,
    new: Location | None = None,
    key: str = "",
    severity: Severity | None = None,
    affects: tuple[str, ...] | None = None,
    targets: tuple[str, ...] = (),
    details: tuple[tuple[str, str], ...] = (),
    reaches: tuple[str, ...] = (),
    traits: tuple[str, ...] = (),
    short: str = "",
    within: str = "",
    value: str = "",
    witness: Witness | None = None,
) -> Finding:
    """Return what a rule says of a change; severity and whom it affects are the rule's own unless they are given.

    A break that nothing shows is undecided.
    """
    severity = rule.severity if severity is None else severity
    if severity is Severity.BREAKING and witness is None and not rule.evident:
        severity = Severity.UNDECIDED
    return Finding(
        rule=rule.id,
        severity=severity,
        unit=change.unit,
        subject=change.subject,
        message=message,
        breaks=breaks,
        key=key,
        old=old,
        new=new,
        affects=rule.affects if affects is None else affects,
        targets=targets,
        details=details,
        reaches=reaches,
        traits=traits,
        short=short,
        within=within,
        value=value,
        removes=rule.removes,
        witness=witness,
    )


@cache
def load(package: str) -> tuple[Rule, ...]:
    """Return the ``RULE`` of every module of a package, sorted by id."""
    import pkgutil

    found = []
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if info.name.startswith("_"):
            continue
        found.append(importlib.import_module(f"{package}.{info.name}").RULE)
    return tuple(sorted(found, key=lambda rule: rule.id))


def run(rules: Iterable[Rule], changes: Iterable[Change], most: int = 0) -> list[Finding]:
    """Give every change to every rule that looks at its kind; with ``most`` end once there are more findings."""
    by_kind: dict[type[Change], list[Rule]] = {}
    for rule in rules:
        for kind in rule.on:
            by_kind.setdefault(kind, []).append(rule)
    found = (finding for change in changes for rule in by_kind.get(type(change), ()) for finding in rule.check(change))
    return list(islice(found, most + 1) if most else found)


def folded(rules: Iterable[Rule], findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, many notices of one rule and unit as one that reaches all of them."""
    words = {rule.id: rule.many for rule in rules if rule.many}
    groups: dict[tuple[str, str], list[Finding]] = {}
    out: list[Finding] = []
    for finding in findings:
        if finding.rule in words and finding.severity is Severity.NOTICE:
            group = groups.setdefault((finding.rule, finding.unit), [])
            group.append(finding)
            if len(group) > 1:
                continue
        out.append(finding)
    last: list[Finding] = []
    for finding in out:
        group = groups.get((finding.rule, finding.unit), [finding])
        if finding is not group[0] or len(group) <= SWEEP:
            last += group if finding is group[0] else [finding]
            continue
        last.append(_sweep(group, words[finding.rule]))
    return last


def _sweep(group: list[Finding], words: str) -> Finding:
    """Return one finding for many; its place is the first one's."""
    names = tuple(finding.subject for finding in group)
    first = group[0]
    message = f"{len(group)} {words}: {listed(names, 3)}"
    return first.with_(subject=first.unit, key="*", message=message, details=(), reaches=names)
