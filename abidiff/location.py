"""Where something stands in a release."""

from __future__ import annotations

from typing import NamedTuple


def blanked(text: str) -> str:
    """Return spaces for a text, its line ends kept: what stands behind it stays where it is."""
    return "\n".join([" " * len(line) for line in text.split("\n")])


class Location(NamedTuple):
    """A place in a file of a release.

    ``path`` is relative to the root of the release, with ``/``; ``line`` and
    ``column`` count from 1, and 0 means unknown.  The name of the release is not
    part of it (models are cached by content): reports put it in front.
    """

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.path]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)

    def under(self, label: str) -> str:
        """Return the location below the name of its release: ``libvirt-11.3.0/src/x.h:3``."""
        return f"{label}/{self}" if label else str(self)
