from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Rule
from tests.fakes import Added


def check(change: Added) -> Iterable[Finding]:
    yield Finding(
        rule=RULE.id,
        severity=RULE.severity,
        unit=change.unit,
        subject=change.subject,
        message="the word is Added".lower(),
        breaks="who says it" if RULE.severity is Severity.BREAKING else "",
        old=getattr(change, "old", None),
        new=getattr(change, "new", None),
        witness=Witness("document", "say it", change.subject, (("said.txt", change.subject.encode()),))
        if RULE.severity is Severity.BREAKING
        else None,
    )


RULE = Rule("headers/word-added", "a word: word_added", "Because.", Severity.EXTENSION, (Added,), check, ())
