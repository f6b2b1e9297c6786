"""How to run: what every step of the flow may ask."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from abidiff.config import Config
from abidiff.finding import FailOn
from abidiff.pipeline.reading import Request


def quiet(_: str) -> None:
    """Show no progress."""


class Options(msgspec.Struct, frozen=True):
    """How to run.

    ``surfaces``     names of the surfaces to look at; empty means all.
    ``profile``      name or path of the profile; empty: recognised.
    ``fail_on``      the mildest that makes the run fail; None: the configuration's.
    ``parallel``     read the old side in a process of its own.
    ``globs``        (surface, glob) pairs that name the files instead of the generic profile.
    ``direction``    takes every schema as ``input``, ``output`` or ``both``.
    ``others``       packages, archives and folders with headers that those of the releases include.
    ``defines``      macros that headers are read with.
    ``excluded``     globs of files that belong to nothing, ``roots`` of the headers where reading starts.
    ``history``      earlier releases, which tell since when something is deprecated.
    ``deprecations`` list what is deprecated in the notes of the report.
    ``same_is_fine`` two sides of the same content are no problem (a change that touches no API).
    ``progress``     called with what is being done.
    """

    surfaces: tuple[str, ...] = ()
    profile: str = ""
    config: Config = msgspec.field(default_factory=Config)
    allow_undecided: bool = False
    fail_on: FailOn | None = None
    verify: bool = False
    parallel: bool = True
    cache: bool = True
    same_is_fine: bool = False
    history: tuple[str, ...] = ()
    deprecations: bool = False
    globs: tuple[tuple[str, str], ...] = ()
    direction: str = ""
    others: tuple[str, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    excluded: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    progress: Callable[[str], None] = quiet

    def request(self, argument: str) -> Request:
        """Return what to read for one argument."""
        profile = self.profile or self.config.profile
        surfaces = self.surfaces or self.config.surfaces or tuple(dict(self.globs))
        others = (*self.config.others, *self.others)
        defines = tuple({**dict(self.config.defines), **dict(self.defines)}.items())
        narrowed = self.excluded, self.roots
        return Request(argument, profile, surfaces, self.cache, self.globs, self.direction, others, defines, *narrowed)
