"""What a condition says about the release that is there, when it holds and when it does not."""

from __future__ import annotations

from typing import NamedTuple

from abidiff.location import Location
from abidiff.requires.model import Guard, Version

SHOWN = 100
"""Characters of a check that a report shows."""


class Facts(NamedTuple):
    """The release is ``low`` or newer, older than ``high``, has ``names``, not ``lacks``; empty: nothing is said."""

    low: Version = ()
    high: Version = ()
    names: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.low or self.high or self.names or self.lacks)


class Condition(NamedTuple):
    """What is known where a condition holds, and where it does not."""

    yes: Facts = Facts()
    no: Facts = Facts()


UNKNOWN = Condition()


def guard_of(facts: Facts, text: str, location: Location) -> Guard:
    """Return the check behind which facts hold."""
    return Guard(text, location, facts.low, facts.high, tuple(sorted(facts.names)), lacks=tuple(sorted(facts.lacks)))


def shortened(text: str) -> str:
    """Return a check as it is shown."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def refusal(condition: Condition, text: str, location: Location) -> list[Guard]:
    """Return the check that refuses all releases below a version, where a condition holds on the others alone."""
    version = condition.yes.low
    is_exact = version and condition.no == Facts(high=version) and condition.yes == Facts(low=version)
    return [guard_of(condition.yes, shortened(text), location)] if is_exact else []


def at_least(version: Version) -> Condition:
    """Return the condition that the release is a version or newer."""
    return Condition(Facts(low=version), Facts(high=version))


def compared(operator: str, version: Version, *, swapped: bool = False) -> Condition:
    """Return the condition RELEASE operator version; ``swapped``: version operator RELEASE."""
    if swapped:
        operator = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator)
    after = _after(version)
    match operator:
        case ">=":
            return at_least(version)
        case ">":
            return at_least(after)
        case "<":
            return negated(at_least(version))
        case "<=":
            return negated(at_least(after))
        case "==":
            return Condition(Facts(low=version, high=after), Facts())
        case "!=":
            return Condition(Facts(), Facts(low=version, high=after))
    return UNKNOWN


def _after(version: Version) -> Version:
    """Return the next version: 7.999.999, the last number below 8.0.0 where each part has three digits, gives 8."""
    major, minor, micro = (*version, 0, 0)[:3]
    if micro < 999:
        return (major, minor, micro + 1)
    return (major, minor + 1) if minor < 999 else (major + 1,)


def has(*names: str) -> Condition:
    """Return the condition that names are there."""
    one = frozenset(names) if len(names) == 1 else frozenset[str]()
    return Condition(Facts(names=frozenset(names)), Facts(lacks=one))


def negated(condition: Condition) -> Condition:
    """Return the opposite condition."""
    return Condition(condition.no, condition.yes)


def conjunction(one: Condition, other: Condition) -> Condition:
    """Return the condition that both hold."""
    return Condition(together(one.yes, other.yes), common(one.no, other.no))


def disjunction(one: Condition, other: Condition) -> Condition:
    """Return the condition that one of both holds."""
    return negated(conjunction(negated(one), negated(other)))


def together(one: Facts, other: Facts) -> Facts:
    """Return what is known where both are."""
    highs = [high for high in (one.high, other.high) if high]
    return Facts(max(one.low, other.low), min(highs, default=()), one.names | other.names, one.lacks | other.lacks)


def common(one: Facts, other: Facts) -> Facts:
    """Return what is known where at least one of both is."""
    high = max(one.high, other.high) if one.high and other.high else ()
    return Facts(min(one.low, other.low), high, one.names & other.names, one.lacks & other.lacks)
