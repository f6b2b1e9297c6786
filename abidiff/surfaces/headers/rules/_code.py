"""What the rules about macros and inline functions share: a decision as a finding."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff import limits
from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Rule
from abidiff.surfaces.headers.code.decide import Decision, literal
from abidiff.surfaces.headers.code_change import CodeChanged
from abidiff.surfaces.headers.prove import witness
from abidiff.surfaces.headers.read.texts import element
from abidiff.surfaces.headers.rules._common import SOURCE, finding

_SEVERITY = {
    "value": Severity.BREAKING,
    "operand": Severity.BREAKING,
    "argument": Severity.BREAKING,
    "text": Severity.BREAKING,
    "result": Severity.BREAKING,
    "without": Severity.BREAKING,
    "call": Severity.BREAKING,
    "form": Severity.BREAKING,
    "constant": Severity.WARNING,
    "type": Severity.WARNING,
    "result-type": Severity.WARNING,
    "grown": Severity.NOTICE,
    "longer": Severity.NOTICE,
    "grouped": Severity.WARNING,
    "reordered": Severity.WARNING,
    "letter": Severity.WARNING,
    "pasted": Severity.WARNING,
    "implementation": Severity.NOTICE,
}
_BREAKS = {
    "value": "programs that are compiled anew get another value",
    "operand": "programs that are compiled anew get another value where it stands between other operators",
    "argument": "programs that are compiled anew get another value for arguments that are expressions",
    "text": "programs that write it beside a string literal no longer compile",
    "lvalue": "programs that assign to it or take its address no longer compile",
    "result": "programs that use its value no longer compile",
    "without": "programs that call it without variable arguments no longer compile",
    "call": "programs that call it as before no longer compile",
    "form": "programs in which it stands where only an expression or one statement can no longer compile",
    "constant": "nobody in general; a call is no constant expression any more, and its arguments are converted",
    "result-type": "nobody in general; the value has another arithmetic type",
    "grown": "nobody: it holds for constants that are new, and for those that it held for",
    "longer": "nobody: the list has more rows behind those that it had",
    "reordered": "nobody in general; programs that number the rows get other numbers when compiled anew",
    "pasted": "nobody in general",
    "type": "nobody in general; the value is the same, expressions with it may have another type",
    "grouped": "nobody in general; an operand or argument of lower precedence counts as one now",
    "letter": "nobody in general; fractions as arguments, or negative numbers that are shifted, may get another value",
    "implementation": "nobody, as far as its use goes: programs that are compiled anew run the new code",
    "unknown": "perhaps programs that are compiled anew: whether it means the same can't be decided",
}


def decided(rule: Rule, change: CodeChanged, name: str) -> Iterable[Finding]:
    """Return the finding of a decision about code."""
    decision = change.decision
    proof = _witness(change)
    severity = _SEVERITY.get(decision.kind, Severity.UNDECIDED)
    if decision.kind == "lvalue" and proof is not None:
        severity = Severity.BREAKING
    message = f"{name} {change.subject} expands to other code" if change.what == "macro" else f"{name} {change.subject}"
    if decision.old is not None and decision.new is not None:
        said = literal(decision.new), literal(decision.old)
        if decision.kind == "type":
            said = decision.new[1], decision.old[1]
        message = f"{decision.use} is {said[0]}, was {said[1]}"
    elif change.became:
        message = f"{change.what} {change.subject} is {change.became} now"
    elif change.what != "macro":
        message = f"{change.subject} has another body"
    yield finding(
        rule,
        change,
        message,
        breaks=_BREAKS[decision.kind] + _why(decision),
        old=change.old,
        new=change.new,
        affects=SOURCE,
        severity=severity,
        details=(("was", _short(change.was)), ("is", _short(change.now))),
        witness=proof,
    )


def _witness(change: CodeChanged) -> Witness | None:
    decision = change.decision
    if decision.program:
        optimised = not decision.constant
        return witness.program(change, decision.program, f"uses {decision.use}", optimised=optimised)
    if decision.kind == "text":
        body = f'const {element(decision.use)} witness[] = "" {change.subject};\n'
        return witness.program(change, body, f"writes {change.subject} beside a literal")
    if decision.kind == "lvalue" and "(" not in decision.use:
        body = f"void *witness(void)\n{{\n    return (void *)&{decision.use};\n}}\n"
        return witness.program(change, body, f"takes the address of {decision.use}")
    if decision.kind not in ("value", "operand", "argument") or decision.old is None:
        return None
    if change.what != "macro" or not decision.constant or "[" in decision.use:
        return witness.optimised(change, f"{decision.use} != {literal(decision.old)}", f"calls {decision.use}")
    return witness.asserts(change, f"({decision.use}) == {literal(decision.old)}", f"asserts what {decision.use} is")


def _why(decision: Decision) -> str:
    if not decision.reason:
        return ""
    named = f" (limit {decision.limit}; {limits.raising(decision.limit)})" if decision.limit else ""
    return f": {decision.reason}{named}"


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:197] + "..."
