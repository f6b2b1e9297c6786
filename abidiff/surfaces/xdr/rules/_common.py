"""What the rules of this surface share: directions, witnesses, and the texts around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from abidiff.finding import Finding, Severity, Witness
from abidiff.limits import now, raising
from abidiff.rule import Rule, finding
from abidiff.surfaces.xdr.change import AccessChanged, CallEvidence, Direction, Evidence, Role, XdrChange
from abidiff.surfaces.xdr.prove.calls import build_call
from abidiff.surfaces.xdr.prove.witness import build
from abidiff.wording import plural

FORWARD = {
    Role.ARGUMENTS: (Direction.OLD_CLIENT,),
    Role.RESULT: (Direction.OLD_SERVER,),
    Role.EVENT: (Direction.OLD_SERVER,),
    Role.MESSAGE: (Direction.OLD_CLIENT, Direction.OLD_SERVER),
}
BACKWARD = {
    Role.ARGUMENTS: (Direction.NEW_CLIENT,),
    Role.RESULT: (Direction.NEW_SERVER,),
    Role.EVENT: (Direction.NEW_SERVER,),
    Role.MESSAGE: (Direction.NEW_CLIENT, Direction.NEW_SERVER),
}
PARTIES = {
    Direction.OLD_CLIENT: ("new servers", "old clients"),
    Direction.NEW_CLIENT: ("old servers", "new clients"),
    Direction.NEW_SERVER: ("old clients", "new servers"),
    Direction.OLD_SERVER: ("new clients", "old servers"),
}


def directions(roles: Iterable[Role], *, forward: bool, backward: bool) -> tuple[Direction, ...]:
    """Return the directions that are hit when old → new (forward) or new → old (backward) goes wrong."""
    found: set[Direction] = set()
    for role in roles:
        found |= {*(FORWARD[role] if forward else ()), *(BACKWARD[role] if backward else ())}
    return tuple(direction for direction in Direction if direction in found)


def whom(hit: Iterable[Direction], verb: str) -> str:
    """Say in one line who is hit: ``new servers misread what old clients send``."""
    parts = [PARTIES[direction] for direction in hit]
    if len(parts) == len(Direction):
        return f"clients and servers of the two releases {verb} each other's messages"
    return "; ".join(
        f"{reader} {verb} what {sender} send" if not index else f"{reader} what {sender} send"
        for index, (reader, sender) in enumerate(parts)
    )


def witness(change: XdrChange) -> Witness | None:
    """Return the witness of a change, None where no message of a reasonable size shows it."""
    evidence = change.evidence
    if isinstance(evidence, CallEvidence):
        return build_call(evidence)
    return build(evidence)


def report(
    rule: Rule,
    change: XdrChange,
    message: str,
    *,
    severity: Severity | None = None,
    forward: bool = False,
    backward: bool = False,
    verb: str = "misread",
    breaks: str | None = None,
    details: tuple[tuple[str, str], ...] = (),
    traits: tuple[str, ...] = (),
    value: str = "",
) -> Finding:
    """Return a finding with its directions, what it reaches and, when it breaks something, its witness."""
    key = change.key
    if change.when:
        message = f"{message} (when {defined(change.when)})"
        key = f"{key} when {defined(change.when)}".lstrip()
    hit = directions(change.roles, forward=forward, backward=backward)
    severity = severity or rule.severity
    shown = None
    if severity is Severity.BREAKING:
        limit = _passed(change)
        shown = None if limit else witness(change)
        limit = limit or ("" if shown else _spent(change))
        if limit:
            message += f"; no message was made to show it (limit {limit})"
            details = (*details, ("limit", raising(limit)))
        elif shown is None:
            message += "; no message was found that goes wrong"
    return finding(
        rule,
        change,
        message,
        severity=severity,
        key=key,
        breaks=whom(hit, verb) if breaks is None else breaks,
        old=change.old,
        new=change.new,
        affects=tuple(str(direction) for direction in hit),
        details=details,
        reaches=change.reaches,
        traits=traits,
        value=value,
        witness=shown,
    )


def _passed(change: XdrChange) -> str:
    """Return the limit by which no more messages may be made; empty while there is none."""
    if change.evidence is None:
        return ""
    change.evidence.old.shown += 1
    return "wire-messages" if change.evidence.old.shown > now().wire_messages else _spent(change)


def _spent(change: XdrChange) -> str:
    """Return the limit of values where as many were made as a comparison may make."""
    of_values = isinstance(change.evidence, Evidence) and change.evidence.old.made >= now().wire_values
    return "wire-values" if of_values else ""


def defined(names: Sequence[str]) -> str:
    """Say which names are defined: ``WITH_A and WITH_B are defined``."""
    return f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} defined"


def hexed(number: int | None) -> str:
    """Write a program number as protocol files do."""
    return "no number" if number is None else hex(number)


def access(change: AccessChanged) -> tuple[tuple[str, str], ...]:
    """Return both lists of requirements, and the other annotations that changed with them."""
    before, after = (
        "no annotation" if rules is None else ", ".join(rules) or "none" for rules in (change.before, change.after)
    )
    return (("needed", before), ("needs", after), *change.notes)


def held(programs: Sequence[tuple[str, int | None]], messages: int) -> str:
    """Say what a file has: ``program DEMO 0x20000100 and 2 message types``."""
    parts = [f"program {name} {hexed(number)}" for name, number in programs]
    parts += [plural(messages, "message type")] if messages else []
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
