"""What a command asks: of which input, as what project, which surfaces of it, read how."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of every release of a command alike.

    ``profile``      name or path of the profile; empty: recognised.
    ``surfaces``     names of the surfaces to look at; empty means all.
    ``cache``        use what earlier runs left in the cache, and leave something there.
    ``globs``        (surface, glob) pairs that name the files instead of the generic profile.
    ``direction``    takes every schema as ``input``, ``output`` or ``both``.
    ``others``       packages, archives and folders with headers that those of the releases include.
    ``defines``      macros that headers are read with.
    ``catalogs``     globs of the XML catalogs of a release that say which file a schema's href is.
    ``excluded``     globs of files that belong to nothing, ``roots`` of the headers where reading starts.
    """

    profile: str = ""
    surfaces: tuple[str, ...] = ()
    cache: bool = True
    globs: tuple[tuple[str, str], ...] = ()
    direction: str = ""
    others: tuple[str, ...] = ()
    defines: tuple[tuple[str, str], ...] = ()
    catalogs: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()


class Request(Terms, frozen=True):
    """What is asked of one release, ``argument`` being what the user gave for it."""

    argument: str

    def settings(self) -> tuple[object, ...]:
        """Return what decides, beside the release itself, which files are what and how they are read."""
        given = profile_key(self.profile), self.globs, self.direction, self.defines, others_key(self.others)
        return (*given, *self.chosen())

    def chosen(self) -> tuple[object, ...]:
        """Return what takes away from the files of a profile, where there is any."""
        given = (self.excluded, self.roots) if self.excluded or self.roots else ()
        return (*given, self.catalogs) if self.catalogs else given

    def named_globs(self) -> tuple[tuple[str, str], ...]:
        """Return (option, glob) of all that have to match a file on one side."""
        more = (("exclude", self.excluded), ("root", self.roots), ("catalog", self.catalogs))
        return (*self.globs, *((name, glob) for name, globs in more for glob in globs))


def others_key(arguments: tuple[str, ...]) -> str:
    """Return a hash over the headers of other projects; of folders these are read for it."""
    if not arguments:
        return ""
    from abidiff.sources import others

    return others.identity(arguments) or others.digest(arguments)


def profile_key(profile: str) -> str:
    """Return what a profile is: its name, and its content where it is a file of the user."""
    path = Path(profile)
    try:
        return profile + hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else profile
    except OSError:
        return profile
