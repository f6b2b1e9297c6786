"""A document of the application that the newer release's schema refuses."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity, Witness
from abidiff.requires.change import Refused
from abidiff.requires.samples import SCHEMA
from abidiff.rule import Example, Rule, finding
from abidiff.wording import listed

MOST_EXPECTED = 12


def check(change: Refused) -> Iterable[Finding]:
    """Say where the document goes wrong; it is the witness itself."""
    expected = listed(change.expected, MOST_EXPECTED)
    text = change.document.decode("utf-8", "replace")
    summary = "the older release's schema takes this document, the newer one's does not"
    yield finding(
        RULE,
        change,
        f"{change.subject} is refused at {change.path}: {change.why}" if change.path else f"{change.why}",
        breaks="the application, where the library validates what it is given",
        details=(("used", str(change.place)), *((("expected", expected),) if expected else ())),
        witness=Witness("document", summary, text, (("document.xml", change.document),)),
    )


RULE = Rule(
    id="impact/document-refused",
    summary="A document of the application is valid for the older release, and not for the newer one.",
    why="""The library refuses it where it validates its input, and may ignore what it does not know where it does not:
    either way the application does not get what it asks for.""",
    clause="requirements",
    severity=Severity.BREAKING,
    on=(Refused,),
    check=check,
    examples=(
        Example(
            "a value that went",
            {"ship.rng": SCHEMA.replace("RIGS", "<value>brig</value><value>sloop</value>")},
            {
                "ship.rng": SCHEMA.replace("RIGS", "<value>sloop</value><value>yawl</value>"),
                "app.xml": "<ship rig='brig'/>\n",
            },
            fires=("app.xml",),
        ),
        Example(
            "a value that stays",
            {"ship.rng": SCHEMA.replace("RIGS", "<value>brig</value><value>sloop</value>")},
            {
                "ship.rng": SCHEMA.replace("RIGS", "<value>sloop</value><value>yawl</value>"),
                "app.xml": "<ship rig='sloop'/>\n",
            },
        ),
        Example(
            "refused before as well",
            {"ship.rng": SCHEMA.replace("RIGS", "<value>brig</value><value>sloop</value>")},
            {
                "ship.rng": SCHEMA.replace("RIGS", "<value>sloop</value><value>yawl</value>"),
                "app.xml": "<ship rig='raft'/>\n",
            },
        ),
    ),
)
