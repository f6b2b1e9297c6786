from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Rule
from tests.fakes import Open


def check(change: Open) -> Iterable[Finding]:
    yield Finding(
        rule=RULE.id,
        severity=RULE.severity,
        unit=change.unit,
        subject=change.subject,
        message="the word is Open".lower(),
        breaks="who says it" if RULE.severity is Severity.BREAKING else "",
        old=getattr(change, "old", None),
        new=getattr(change, "new", None),
        witness=Witness("document", "say it", change.subject, (("said.txt", change.subject.encode()),))
        if RULE.severity is Severity.BREAKING
        else None,
    )


RULE = Rule("headers/word-open", "a word: word_open", "Because.", Severity.UNDECIDED, (Open,), check, ())
