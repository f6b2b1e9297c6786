"""What the rules of this surface share."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from abidiff.finding import Finding, Severity, Witness
from abidiff.location import Location
from abidiff.rule import Rule
from abidiff.rule import finding as of_change
from abidiff.surfaces.headers.change import HeaderChange, Shift, said
from abidiff.surfaces.headers.layout.kinds import TARGET_NAMES
from abidiff.surfaces.headers.layout.spell import on, spell
from abidiff.surfaces.headers.model import MacroValue, Type
from abidiff.surfaces.headers.prove import witness as programs
from abidiff.surfaces.headers.prove.witness import for_target
from abidiff.surfaces.headers.read.texts import PREFIXES, shown

SOURCE = ("source",)
BINARY = ("binary",)
BOTH = ("source", "binary")
ALIKE = "; to those already built it is the same"
NOBODY = "nobody who calls it; a pointer to the function needs the new type"
SIGNS = {
    "unsigned": "programs that are compiled anew and ask whether it is negative: it never is any more",
    "signed": "nobody in general; numbers above the signed range are negative now when compiled anew",
}


def finding(
    rule: Rule,
    change: HeaderChange,
    message: str,
    *,
    breaks: str = "",
    old: Location | None = None,
    new: Location | None = None,
    affects: tuple[str, ...] | None = None,
    targets: Iterable[str] = (),
    details: tuple[tuple[str, str], ...] = (),
    witness: Witness | None = None,
    severity: Severity | None = None,
    key: str = "",
    short: str = "",
    within: str = "",
    traits: tuple[str, ...] = (),
) -> Finding:
    """Return a finding of a rule."""
    held_on = (change.target,) if change.target else sorted_targets(targets)
    if witness is not None and held_on and "x86_64" not in held_on:
        witness = for_target(witness, held_on[0])
    if change.target and f"on {change.target}" not in message:
        message = f"{message} (on {change.target})"
    if change.target:
        key = f"{key} on {change.target}".lstrip()
    if change.first:
        message = f"{message} (for programs that include <{change.first}> before other headers)"
        key = f"{key} first".lstrip()
        shown = witness is not None and (severity or rule.severity) is Severity.BREAKING
        severity = Severity.WARNING if shown else severity
    if change.when:
        message = f"{message} (when {said(change.when)})"
        key = f"{key} when {said(change.when)}".lstrip()
        short = short and f"{short} (when {said(change.when)})"
    return of_change(
        rule,
        change,
        message,
        severity=severity,
        breaks=breaks,
        key=key,
        old=old,
        new=new,
        affects=affects,
        targets=held_on,
        details=details,
        short=short,
        within=within,
        traits=traits,
        witness=witness,
    )


def qualifiers_break(lost: Collection[str], gained: Collection[str]) -> str:
    """Return what breaks when an object loses and gains qualifiers."""
    found = []
    if "const" in gained:
        found.append("programs that write it no longer compile")
    elif gained:
        found.append("programs that point to it discard a qualifier, which compilers report")
    if "volatile" in lost:
        found.append("who waits for it to change: compiled anew, a program may read it once")
    return "; ".join(found) or "nobody: what could only be read can be written as well"


def qualifiers_severity(lost: Collection[str], gained: Collection[str]) -> Severity | None:
    """Return how severe it is that an object loses and gains qualifiers; None for a break."""
    if gained:
        return None
    return Severity.WARNING if "volatile" in lost else Severity.NOTICE


def affected(*, binary: bool) -> tuple[str, ...]:
    """Return whom a change concerns that the compiler sees: also programs already built, or not."""
    return BOTH if binary else SOURCE


def sorted_targets(targets: Iterable[str]) -> tuple[str, ...]:
    """Return targets in the order of the table; empty when it is all of them."""
    found = set(targets)
    return () if len(found) == len(TARGET_NAMES) else tuple(t for t in TARGET_NAMES if t in found)


def on_targets(targets: Iterable[str]) -> str:
    """Return `` on i386, armhf`` for a message, empty when it is all targets or none."""
    found = sorted_targets(targets)
    return f" on {', '.join(found)}" if found else ""


def types_text(old: Type, new: Type, targets: Collection[str]) -> str:
    """Return ``NEW, was OLD`` of two types for a message, with the targets on which they differ."""
    return f"{spell(on(new, targets))}, was {spell(on(old, targets))}{on_targets(targets)}"


def value_text(value: MacroValue) -> str:
    """Return a constant's value for a message."""
    if value.kind == "string":
        return f'{PREFIXES.get(value.type, "")}"{shown(value.text)}"'
    if value.kind == "integer" and value.number is not None:
        return number_text(value.number)
    return value.text or "nothing"


def number_text(number: int) -> str:
    """Return a number, large ones also in hexadecimal."""
    return f"{number} ({number:#x})" if number > 255 else str(number)


def shift_text(shift: Shift) -> str:
    """Return one difference of a layout: ``size 8 → 16``, ``offset of b 4 → 8``."""
    if shift.what in ("size", "alignment"):
        return f"{shift.what} {shift.old} → {shift.new}"
    if shift.bitfield or shift.old % 8 or shift.new % 8:
        return f"{shift.what} at bit {shift.old} → {shift.new}"
    return f"{shift.what} at {shift.old // 8} → {shift.new // 8}"


def used(change: HeaderChange, kind: str, name: str) -> Witness:
    """Return a program that uses a name, which is no longer there, as what it is."""
    match kind:
        case "typedef":
            return programs.names_type(change, name)
        case "enumerator":
            return programs.enumerator_used(change, name)
        case "constant":
            return programs.constant_used(change, name)
        case "struct" | "union":
            return programs.sized(change, name)
        case _:
            return programs.uses(change, name)
