"""The record that every surface is: the same few verbs everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from abidiff.change import Change
from abidiff.files import Answer
from abidiff.finding import Finding, LibraryNames, Problem
from abidiff.project import Project
from abidiff.release import Release
from abidiff.toml import Table


class Model(Protocol):
    """What ``parse`` returns: a frozen ``msgspec.Struct`` with the items, and what went wrong.

    A model holds everything that ``compare`` and the rules need (locations and texts
    included), and serialises with msgspec: caches and snapshots are made of models.
    """

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read or modelled; any of them keeps the verdict from success."""


class FileKind(msgspec.Struct, frozen=True):
    """How a file that is given alone is recognised as one of a surface.

    ``unit``     the name of its unit, the same whatever the file is called: old.h is compared with new.h.
    ``ending``   a regular expression over its name.
    ``content``  one over the first 64 KiB of it in UTF-8, for names that tell nothing; empty: names alone tell.
    ``weight``   of several contents that match, the one of the highest weight counts.
    """

    unit: str
    ending: str
    content: bytes = b""
    weight: int = 0


class UnitOptions(msgspec.Struct, frozen=True):
    """The options of a surface's units.

    ``read``    a profile's table → the options.
    ``shared``  the profile's table that is named as the surface → options that all its units get.
    ``single``  (options of the profile's unit or nothing, substitutions) → those of a file that is given alone.
    ``laid``    (options, paths of a release, substitutions) → the options for that release.
    ``globs``   the options that hold globs of further files to read.
    """

    read: Callable[[Table], dict[str, Any]]
    shared: Callable[[Table], dict[str, Any]] | None = None
    single: Callable[[Mapping[str, Any], Mapping[str, str]], dict[str, Any]] | None = None
    laid: Callable[[dict[str, Any], Sequence[str], Mapping[str, str]], dict[str, Any]] | None = None
    globs: tuple[str, ...] = ()


class Surface(msgspec.Struct, frozen=True):
    """One promise.

    ``parse``    (release, project, models of the surfaces before it) → model.  Never raises for
                 bad input: what does not parse is a Problem in the model, the rest still counts.
    ``model``    () → the model's class, for reading caches and snapshots.
    ``census``   model → what was looked at (``{"functions": 500, ...}``); all zero means empty.
    ``files``    the name under which the census counts files, which are no items; empty when it counts none.
    ``compare``  (old model, new model) → changes, in a deterministic order.
    ``rules``    the package whose modules are the rules.
    ``verify``   (findings with witnesses, old, new) → the same findings with ``confirmation``.
    ``undecided`` (old model, new model) → the problems of each that keep the verdict open: all but those of what can't
                 be read on either side and is the same on both.
    ``unlike``   (path, content) → why a file with the name of the surface's is none; empty for one that is,
                 also when it is only a part of others.
    ``is_empty`` content → whether there is nothing in a file, where a profile takes files for what they hold.
    ``unsound``  model → what in one that was not made here names nothing; empty when all is right.
    ``optional`` whether a release may be without it: such a side says nothing, which is no problem.
    ``example``  the file name that an example's text gets.

    ``needs``    the surfaces before it whose models it looks at.
    ``smallest`` the smallest input that has an item (name, content): a parser is ready when it has parsed it.
    ``linked``   whether programs that are compiled and linked depend on it: then it decides SONAME and version.
    ``libraries`` (old model, new model) → the names of the shared libraries that both have.
    ``recall``   (queries, release, project, models) → model: ``parse`` with what earlier runs left in the cache.
    ``options``  () → how profiles set the options of its units.
    ``kinds``    how single files are recognised as its own.
    ``answer``   (files, about) → question → answer, where a trace holds answers instead of files.
    ``items``    model → (unit, path, name) of all that its files say: shows what was read of a file at all.
    ``versioned`` whether its models depend on the version of the release; else parsing does not see it.
    ``parts``    each unit stands for itself: one without an item was emptied, and leads to no other.

    The functions import what they need when called, so that listing the surfaces costs nothing.
    """

    name: str
    title: str
    example: str
    rules: str
    parse: Callable[[Release, Project, Mapping[str, Any]], Any]
    model: Callable[[], type]
    census: Callable[[Any], Mapping[str, int]]
    compare: Callable[[Any, Any], Sequence[Change]]
    files: str = ""
    verify: Callable[[Sequence[Finding], Release, Release], Iterable[Finding]] | None = None
    undecided: Callable[[Any, Any], tuple[Sequence[Problem], Sequence[Problem]]] | None = None
    unlike: Callable[[str, bytes], str] | None = None
    is_empty: Callable[[bytes], bool] | None = None
    unsound: Callable[[Any], str] | None = None
    optional: bool = False
    needs: tuple[str, ...] = ()
    smallest: tuple[str, bytes] | None = None
    linked: bool = False
    libraries: Callable[[Any, Any], Iterable[LibraryNames]] | None = None
    recall: Callable[[Any, Release, Project, Mapping[str, Any]], Any] | None = None
    answer: Answer | None = None
    items: Callable[[Any], Iterable[tuple[str, str, str]]] | None = None
    versioned: bool = True
    parts: bool = False
    options: Callable[[], UnitOptions] | None = None
    kinds: tuple[FileKind, ...] = ()
