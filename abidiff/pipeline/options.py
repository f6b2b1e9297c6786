"""How to run: what every step of the flow may ask."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from abidiff.config import Config
from abidiff.finding import FailOn
from abidiff.pipeline.request import Request, Terms


def quiet(_: str) -> None:
    """Show no progress."""


class Options(Terms, frozen=True, kw_only=True):
    """What a command asks of its releases, and how to run it.

    ``fail_on``      the mildest that makes the run fail; None: the configuration's.
    ``parallel``     read the old side in a process of its own.
    ``history``      earlier releases, which tell since when something is deprecated.
    ``deprecations`` list what is deprecated in the notes of the report.
    ``same_is_fine`` two sides of the same content are no problem (a change that touches no API).
    ``progress``     called with what is being done.
    """

    config: Config = msgspec.field(default_factory=Config)
    allow_undecided: bool = False
    fail_on: FailOn | None = None
    verify: bool = False
    parallel: bool = True
    same_is_fine: bool = False
    history: tuple[str, ...] = ()
    deprecations: bool = False
    progress: Callable[[str], None] = quiet

    def request(self, argument: str) -> Request:
        """Return what to read for one argument: what the command line says, before what the configuration says."""
        asked = {name: getattr(self, name) for name in Terms.__struct_fields__}
        asked["profile"] = self.profile or self.config.profile
        asked["surfaces"] = self.surfaces or self.config.surfaces or tuple(dict(self.globs))
        asked["others"] = (*self.config.others, *self.others)
        asked["defines"] = tuple({**dict(self.config.defines), **dict(self.defines)}.items())
        return Request(argument, **asked)
