"""What is said of files of an application that can't be read."""

from __future__ import annotations

from abidiff.errors import ParseError
from abidiff.finding import Problem
from abidiff.location import Location


def too_large(path: str, data: bytes, limit: str, most: int) -> Problem | None:
    """Return the problem of a file with more than ``most`` bytes, which ``limit`` (``header-bytes``) sets."""
    if len(data) <= most:
        return None
    return Problem("requires", f"larger than {most} bytes (limit {limit})", Location(path))


def problem_of(error: ParseError) -> Problem:
    """Return the problem that a file does not parse, with its line."""
    return Problem("requires", error.message, error.location, hint=error.hint, rendered=error.render())
