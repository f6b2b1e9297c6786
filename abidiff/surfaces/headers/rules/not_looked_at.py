"""Code differs that no examined configuration enters."""

from __future__ import annotations

from collections.abc import Iterable

from abidiff.finding import Finding, Severity
from abidiff.location import Location
from abidiff.rule import Example, Rule
from abidiff.surfaces.headers.change import NotExamined, NotLookedAt, said
from abidiff.surfaces.headers.model import Block
from abidiff.surfaces.headers.rules._common import finding

MOST = 5
_KINDS = {
    "language": "for other languages",
    "compiler": "for other compilers",
    "machine": "for other machines and systems",
    "dead": "whose conditions never hold",
    "internal": "for building the library itself",
    "reserved": "behind names that only an implementation defines",
    "bound": "beyond the number of configurations that are examined",
    "unread": "that could not be read in its configuration",
    "open": "behind conditions that were not solved",
}
_UNDECIDED = frozenset(("bound", "unread", "open"))


def _check(change: NotLookedAt | NotExamined) -> Iterable[Finding]:
    if isinstance(change, NotExamined):
        yield finding(
            RULE,
            _plain(change),
            f"the {change.side} headers could not be read when {said(change.when)}",
            severity=Severity.UNDECIDED,
            details=(("decide", f"compare with {' '.join(f'-D {n}={v}' for n, v in change.when)}"),),
        )
        return
    shown = change.old or change.new
    count = max(len(change.old), len(change.new))
    blocks = "1 block" if count == 1 else f"{count} blocks"
    yield finding(
        RULE,
        change,
        f"{blocks} of code {_KINDS.get(change.subject, change.subject)} changed and was not looked at",
        old=_place(change.old),
        new=_place(change.new),
        severity=Severity.UNDECIDED if change.subject in _UNDECIDED else Severity.WARNING,
        details=tuple(("block", f"{block.path}:{block.line} #if {block.condition}"[:160]) for block in shown[:MOST]),
    )


def _plain(change: NotExamined) -> NotExamined:
    """Return the change without its configuration, which its subject says."""
    return NotExamined(change.unit, change.subject, side=change.side)


def _place(blocks: tuple[Block, ...]) -> Location | None:
    return Location(blocks[0].path, blocks[0].line) if blocks else None


RULE = Rule(
    id="headers/not-looked-at",
    summary="code changed that no examined configuration enters",
    why=(
        "Code behind conditions is compared in the configurations that enter it. Code for another language, compiler "
        "or machine than those judged, and code whose conditions never hold, is compared as text only: a difference "
        "is a warning. Where a program could enter it and no configuration did, it could not be decided."
    ),
    clause="what-was-not-looked-at",
    severity=Severity.WARNING,
    on=(NotLookedAt, NotExamined),
    check=_check,
    affects=("source",),
    examples=(
        Example(
            "code for another compiler",
            "#ifdef _MSC_VER\ntypedef int ship;\n#else\ntypedef long ship;\n#endif\n",
            "#ifdef _MSC_VER\ntypedef char ship;\n#else\ntypedef long ship;\n#endif\n",
            fires=("compiler",),
        ),
        Example(
            "code that is switched off",
            "#if 0\nint shipOld(void);\n#endif\nint ship(void);\n",
            "int ship(void);\n",
            fires=("dead",),
        ),
        Example(
            "code behind a macro that programs define is looked at",
            "#ifdef SHIP_EXTRA\nint shipExtra(void);\n#endif\nint ship(void);\n",
            "#ifdef SHIP_EXTRA\n/* the same */\nint shipExtra(void);\n#endif\nint ship(void);\n",
        ),
        Example(
            "the same code for another language",
            '#ifdef __cplusplus\nextern "C" {\n#endif\nint ship(void);\n#ifdef __cplusplus\n}\n#endif\n',
            '#ifdef __cplusplus\nextern "C" {\n#endif\nint  ship( void );\n#ifdef __cplusplus\n}\n#endif\n',
        ),
    ),
)
