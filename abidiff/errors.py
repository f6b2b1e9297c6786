"""One exception tree; the exit code stands on the class."""

from __future__ import annotations

from abidiff.location import Location

EXIT_COMPATIBLE = 0
EXIT_INCOMPATIBLE = 1
EXIT_USAGE = 2
EXIT_UNDECIDED = 3
EXIT_INTERRUPTED = 130  # 128 and the number of SIGINT


class AbidiffError(Exception):
    """Any error that is reported to the user without a traceback."""

    exit_code = EXIT_UNDECIDED

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def render(self) -> str:
        """Return the text for stderr: the message, and what to do."""
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message


class UsageError(AbidiffError):
    """The command line or the configuration asks for something that makes no sense."""

    exit_code = EXIT_USAGE


class SourceError(AbidiffError):
    """A release can't be read: missing, damaged, hostile, or too large."""


class MissingError(SourceError):
    """An argument names nothing that can be opened: it is not there, or this user may not read it."""

    exit_code = EXIT_USAGE


class PolicyError(AbidiffError):
    """The configuration of policy or waivers is wrong."""

    exit_code = EXIT_USAGE


class LimitError(AbidiffError):
    """A bound on time, memory, depth or size was passed."""


class ParseError(AbidiffError):
    """A file does not parse.  Shows path:line:column, the line, a caret and a hint."""

    def __init__(self, message: str, location: Location, *, line_text: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.location = location
        self.line_text = line_text

    def render(self) -> str:
        """Return ``path:line:column: message``, the source line with a caret, and the hint."""
        return render_place(str(self.location), self.message, self.line_text, self.location.column, self.hint)


def render_place(place: str, message: str, line_text: str, column: int, hint: str) -> str:
    """Lay out an error with its source line (cut around the caret when very long)."""
    out = [f"{place}: {message}"]
    if line_text:
        start = max(0, column - 81)
        shown = line_text[start : start + 160].rstrip("\r\n").replace("\t", " ")
        shown = "".join(c if c.isprintable() else "�" for c in shown)
        out.append(f"  {shown}")
        if column:
            out.append("  " + " " * (column - 1 - start) + "^")
    if hint:
        out.append(f"  hint: {hint}")
    return "\n".join(out)
