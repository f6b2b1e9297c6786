"""What the rules of this surface share: who is hit, and the document as a witness."""

from __future__ import annotations

from abidiff.finding import Finding, Severity, Witness
from abidiff.rule import Rule
from abidiff.rule import finding as of_change
from abidiff.surfaces.rng.change import SchemaChange

TAKEN = "whoever hands in such a document: it was valid and is refused"
PRINTED = "whoever reads such documents: what the old schema promised no longer holds"


def witness(change: SchemaChange) -> Witness | None:
    """Return the document."""
    proof = change.proof
    if proof is None:
        return None
    text = proof.document.decode("utf-8")
    if proof.full:
        summary = "valid under NEW as printed; without what OLD does not know, invalid under OLD: " + proof.reason
        files = (("witness.xml", proof.full), ("without-new.xml", proof.document))
        return Witness("document", summary, text, files)
    return Witness(
        "document", f"valid under OLD, invalid under NEW: {proof.reason}", text, (("witness.xml", proof.document),)
    )


def finding(rule: Rule, change: SchemaChange, breaks: str = "", *, severity: Severity | None = None) -> Finding:
    """Return the finding of a rule about a change."""
    severity = severity or rule.severity
    if not breaks and severity is Severity.BREAKING:
        breaks = PRINTED if change.output else TAKEN
    details = change.details
    old, new = change.schemas
    if change.proof is not None:
        details = (*details, ("schema", old if old == new else f"{old} → {new}"))
    return of_change(
        rule,
        change,
        change.message,
        severity=severity,
        key=change.key,
        breaks=breaks,
        old=change.old,
        new=change.new,
        affects=("output",) if change.output else ("input",),
        details=details,
        reaches=tuple(name for name in change.reaches if name != change.unit),
        traits=change.traits,
        short=change.short,
        value=change.value,
        witness=witness(change),
    )
