"""abidiff: what breaks between two releases, for whom, with proof.

`compare` and `check` and the records of their answers are the interface of this package (docs/python.md); they are
loaded when they are first used.  The flow behind them is one way: sources → surfaces → rules → policy → reports.
"""

from __future__ import annotations

from abidiff.about import __version__

TYPE_CHECKING = False  # as typing has it, which would be loaded before the command hears an interrupt
if TYPE_CHECKING:
    from typing import Any

    from abidiff.interface import (
        AbidiffError,
        Confirmation,
        FailOn,
        Finding,
        LimitError,
        Location,
        ParseError,
        Problem,
        Report,
        Severity,
        Side,
        SourceError,
        SurfaceSummary,
        UsageError,
        Verdict,
        Witness,
        check,
        compare,
        render,
    )

__all__ = [
    "AbidiffError",
    "Confirmation",
    "FailOn",
    "Finding",
    "LimitError",
    "Location",
    "ParseError",
    "Problem",
    "Report",
    "Severity",
    "Side",
    "SourceError",
    "SurfaceSummary",
    "UsageError",
    "Verdict",
    "Witness",
    "__version__",
    "check",
    "compare",
    "render",
]


def __getattr__(name: str) -> Any:
    """Load the interface when one of its names is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'abidiff' has no attribute {name!r}")
    from abidiff import interface

    return getattr(interface, name)


def __dir__() -> list[str]:
    """Return the names of the interface."""
    return sorted(__all__)
