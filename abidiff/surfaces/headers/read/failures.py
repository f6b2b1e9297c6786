"""What ends a header, and what is said of one that could not be read."""

from __future__ import annotations

from typing import NoReturn

from abidiff import limits
from abidiff.errors import render_place
from abidiff.finding import Problem, ProblemKind
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import presentable


class HeaderError(Exception):
    """A header can't be included: ``#error``, or a bound was passed.

    ``needs``: the macros whose absence made ``#error`` fire; ``compared``: those that its conditions compare, each
    with the numbers about it; not ``conditional``: it always does, so that nobody can use the header.
    ``refused``: the header says so itself, nothing in it could not be read.
    """

    def __init__(
        self,
        message: str,
        place: int,
        hint: str = "",
        needs: tuple[str, ...] = (),
        compared: tuple[tuple[str, str], ...] = (),
        *,
        conditional: bool = True,
        refused: bool = False,
    ) -> None:
        super().__init__(message)
        self.refused = refused
        self.conditional = conditional
        self.message = message
        self.place = place
        self.hint = hint
        self.needs = needs
        self.compared = compared


def too_many(name: str, what: str, place: int) -> NoReturn:
    """End a header that passes a limit."""
    bound = getattr(limits.now(), name.replace("-", "_"))
    raise HeaderError(f"more than {bound:,} {what} (limit {name})", place, limits.raising(name))


def make_problem(
    files: Files, message: str, place: int, hint: str = "", kind: ProblemKind = ProblemKind.UNREAD
) -> Problem:
    """Return a Problem with path:line:column, the source line, a caret, and the hint."""
    location = files.location(place)
    line = presentable(files.line_text(place))
    return Problem(
        surface="headers",
        message=message,
        location=location,
        hint=hint,
        rendered=render_place(str(location), message, line, location.column, hint),
        kind=kind,
    )
