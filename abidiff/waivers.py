"""Waivers: breaks that the project accepts, each with a reason, and what is wrong with them.

A waived finding is still reported.  A waiver that is expired or too broad waives
nothing, and is itself a finding, as is one that covers nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from msgspec.structs import replace

from abidiff.config import Config, Waiver, parse
from abidiff.errors import PolicyError
from abidiff.finding import Finding, Severity
from abidiff.policy import Policy
from abidiff.rule import Rule
from abidiff.versions import version_key

_WAIVABLE = (Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING, Severity.NOTICE)
_MIN_LITERALS = 3


def _never(_: object) -> Iterable[Finding]:
    return ()


RULES = (
    Rule(
        "policy/waiver-expired",
        "a waiver has expired",
        "A waiver counts until its date, or until its release is made. After that it waives nothing: decide "
        "again, and either undo the break or write down why it is accepted for longer.",
        Severity.WARNING,
        (),
        _never,
        (),
        clause="waivers",
        internal=True,
    ),
    Rule(
        "policy/waiver-too-broad",
        "a waiver covers more than it says",
        "A waiver whose pattern has fewer than three literal characters, or that covers more findings than its "
        "`at-most` (20 unless said otherwise), would also hide breaks that nobody looked at. It waives nothing.",
        Severity.WARNING,
        (),
        _never,
        (),
        clause="waivers",
        internal=True,
    ),
    Rule(
        "policy/waiver-unused",
        "a waiver covers nothing",
        "Nothing that was found matches the waiver. It is left over, or its rule or subject is misspelt; "
        "remove it, so that it does not hide a later break.",
        Severity.WARNING,
        (),
        _never,
        (),
        clause="waivers",
        internal=True,
    ),
)


def waive(findings: Sequence[Finding], policy: Policy, *, looked_at: Iterable[str]) -> list[Finding]:
    """Mark what is waived, and add a finding for each waiver that is wrong.

    ``looked_at`` names the surfaces that were compared: a waiver of another one is not unused.
    """
    surfaces = set(looked_at)
    out = list(findings)
    wrong = []
    for waiver in policy.config.waivers:
        matched = [n for n, finding in enumerate(out) if matches(waiver, finding)]
        trouble = _trouble(waiver, len(matched), policy, surfaces)
        if trouble is not None:
            wrong.append(trouble)
        if trouble is None or trouble.rule == "policy/waiver-unused":
            for n in matched:
                out[n] = out[n].with_(waiver=waiver.reason)
    return out + wrong


def matches(waiver: Waiver, finding: Finding) -> bool:
    """Tell whether a waiver speaks about a finding."""
    if finding.severity not in _WAIVABLE:
        return False
    if waiver.fingerprint and waiver.fingerprint != finding.fingerprint:
        return False
    if waiver.rule and waiver.rule != finding.rule:
        return False
    if waiver.unit and waiver.unit != finding.unit:
        return False
    subject = waiver.subject
    return not subject or subject == finding.subject or _glob(subject, finding.subject)


def _glob(pattern: str, subject: str) -> bool:
    return any(c in pattern for c in "*?[") and fnmatchcase(subject, pattern)


def _trouble(waiver: Waiver, matched: int, policy: Policy, surfaces: set[str]) -> Finding | None:
    expired = expiry(waiver, policy.today, policy.version)
    if expired:
        return _finding(waiver, "policy/waiver-expired", expired)
    literals = len(re.sub(r"\[[^\]]*\]|[*?]", "", waiver.subject))
    if not waiver.fingerprint and any(c in waiver.subject for c in "*?[") and literals < _MIN_LITERALS:
        return _finding(waiver, "policy/waiver-too-broad", f"the subject {waiver.subject!r} matches almost anything")
    if matched > waiver.at_most:
        text = f"it covers {matched} findings, more than {waiver.at_most}: name them, or raise at-most"
        return _finding(waiver, "policy/waiver-too-broad", text)
    surface = waiver.rule.partition("/")[0]
    if not matched and (not surface or surface in surfaces):
        return _finding(waiver, "policy/waiver-unused", "nothing that was found matches it")
    return None


def expiry(waiver: Waiver, day: datetime.date, version: str) -> str:
    """Say why a waiver has expired, or return an empty text."""
    end = waiver.expires
    if isinstance(end, datetime.date):
        return f"it expired on {end.isoformat()}" if day > end else ""
    if end is None:
        return ""
    if not version:
        return f"it counts until release {end}, and the new side does not tell its version"
    return f"it expired with release {end}" if version_key(version) >= version_key(end) else ""


def over(waiver: Waiver, day: datetime.date, version: str) -> bool:
    """Tell whether a waiver is known to have expired: one that ends with a release only where a version is known."""
    return bool(expiry(waiver, day, version)) and (bool(version) or not isinstance(waiver.expires, str))


def without(text: str, waiver: Waiver, path: Path) -> str:
    """Return the text of a configuration without one of its waivers; comments above the next table stay.

    The result is read again: where it would say anything else than all the rest, the waiver is to be removed by hand.
    """
    lines = text.splitlines(keepends=True)
    first = waiver.line - 1
    last = next((n for n in range(first + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#")):
        last -= 1
    left = "".join(lines[:first]).rstrip("\n") + "\n" + "".join(lines[last:]) if first else "".join(lines[last:])
    by_hand = PolicyError(f"{path}: the waiver at {waiver.place} can't be replaced", hint="remove it by hand first")
    try:
        same = _told(parse(left, path)) == _told(parse(text, path), waiver)
    except PolicyError:
        raise by_hand from None
    if not same:
        raise by_hand
    return left


def _told(config: Config, leave: Waiver | None = None) -> Config:
    """Return a configuration without the places of its waivers, and without one of them."""
    kept = (waiver for waiver in config.waivers if waiver != leave)
    return replace(config, waivers=tuple(replace(waiver, place="", line=0) for waiver in kept))


def _finding(waiver: Waiver, rule: str, message: str) -> Finding:
    subject = " ".join(part for part in (waiver.rule, waiver.subject, waiver.fingerprint) if part)
    return Finding(
        rule=rule,
        severity=Severity.WARNING,
        unit="",
        subject=subject,
        message=f"waiver: {message}",
        breaks="nobody; but what it covered counts again" if rule != "policy/waiver-unused" else "",
        key=waiver.unit,
        details=(("where", waiver.place), ("reason", waiver.reason)),
    )


def written(
    config_text: str,
    *,
    in_pyproject: bool,
    fingerprint: str,
    reason: str,
    rule: str = "",
    subject: str = "",
    unit: str = "",
    expires: str = "",
    note: str = "",
    at_most: int | None = None,
) -> str:
    """Return the text of a configuration with one more waiver at its end."""
    if fingerprint and not re.fullmatch(r"[0-9a-f]{16}", fingerprint):
        raise PolicyError(f"not a fingerprint: {fingerprint[:40]!r}", hint="16 hexadecimal digits, from a report")
    if any("\ud800" <= c <= "\udfff" for c in reason + note + expires):
        raise PolicyError("the text of a waiver is not UTF-8")
    table = "tool.abidiff.waivers" if in_pyproject else "waivers"
    lines = [f"[[{table}]]"]
    fields = (
        ("rule", rule),
        ("subject", subject),
        ("unit", unit),
        ("fingerprint", fingerprint),
        ("reason", reason),
    )
    lines += [f"{key} = {_toml(value)}" for key, value in fields if value]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", expires):
        lines.append(f"expires = {expires}")
    elif expires:
        lines.append(f"expires = {_toml(expires)}")
    if at_most is not None:
        lines.append(f"at-most = {at_most}")
    if note:
        lines.append(f"note = {_toml(note)}")
    before = config_text.rstrip("\n")
    return (before + "\n\n" if before else "") + "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """Return a basic string (TOML 1.0): JSON escapes, DEL escaped as well."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def release_notes(config: Config, findings: Iterable[Finding]) -> list[tuple[str, Finding]]:
    """Return the notes of the waivers that cover something, with the first finding of each."""
    found = list(findings)
    out = []
    for waiver in config.waivers:
        covered = [f for f in found if f.waiver and matches(waiver, f)]
        if waiver.note and covered:
            out.append((waiver.note, covered[0]))
    return out
