"""What a program that imports abidiff may rely on: the two questions, and the records of their answer.

Everything else is private.  docs/python.md states how this interface may change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from abidiff.config import Config, load
from abidiff.errors import AbidiffError, LimitError, ParseError, SourceError, UsageError
from abidiff.finding import (
    Confirmation,
    FailOn,
    Finding,
    Problem,
    Report,
    Severity,
    Side,
    SurfaceSummary,
    Verdict,
    Witness,
)
from abidiff.location import Location

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
    "check",
    "compare",
    "render",
]


def compare(
    old: str | os.PathLike[str],
    new: str | os.PathLike[str],
    *,
    surfaces: Iterable[str] = (),
    profile: str = "",
    config: str | os.PathLike[str] | None = None,
    others: Iterable[str | os.PathLike[str]] = (),
    defines: Mapping[str, str] | None = None,
    fail_on: FailOn | str = FailOn.UNDECIDED,
    limits: Mapping[str, int] | None = None,
    verify: bool = False,
    cache: bool = True,
) -> Report:
    """Compare two releases, as ``abi-diff compare OLD NEW`` does.

    ``old``, ``new``  a tarball, package, folder, file, snapshot, ``REPO@REV`` or ``HISTORY.db@VERSION``.
    ``surfaces``      names of the surfaces to look at; none means all.
    ``profile``       name or path of the profile; empty: recognised.
    ``config``        an ``abidiff.toml``; None means none: none is looked for.
    ``others``        packages and folders with headers that those of the releases include (``--with``).
    ``defines``       macros that headers are read with (``-D``).
    ``fail_on``       what ``Report.exit_code`` speaks of.
    ``limits``        bounds to raise or lower, by their names in docs/limits.md.
    ``verify``        let a C compiler, rpcgen, libxml2 and jing judge the witnesses; this runs these programs.
    ``cache``         remember models in the user's cache folder.

    Raises ``UsageError`` for arguments that make no sense and ``SourceError`` for a release that can't be read.  What
    can't be read or decided *inside* a release is no exception: it is in ``problems`` and ``findings``.
    """
    from abidiff.pipeline import Options
    from abidiff.pipeline import compare as run

    options = Options(
        surfaces=tuple(surfaces),
        profile=profile,
        config=_config(config, limits),
        others=tuple(os.fspath(other) for other in others),
        defines=tuple((defines or {}).items()),
        fail_on=FailOn(fail_on),
        verify=verify,
        parallel=False,
        cache=cache,
    )
    return run(os.fspath(old), os.fspath(new), options)


def check(
    release: str | os.PathLike[str],
    *,
    surfaces: Iterable[str] = (),
    profile: str = "",
    config: str | os.PathLike[str] | None = None,
    limits: Mapping[str, int] | None = None,
    cache: bool = True,
) -> Report:
    """Look at what one release says of itself in several places, as ``abi-diff check RELEASE`` does.

    The arguments and errors are those of `compare`.  ``Report.old`` is None.
    """
    from abidiff.pipeline import Options
    from abidiff.pipeline import check as run

    options = Options(
        surfaces=tuple(surfaces), profile=profile, config=_config(config, limits), parallel=False, cache=cache
    )
    return run(os.fspath(release), options)


def render(report: Report, form: str = "text", *, brief: bool = False) -> str:
    """Return a report in one of the formats of docs/reports.md, without colour and 80 columns wide."""
    from abidiff.reports import Style
    from abidiff.reports import render as write

    return write(form, report, Style(False, 80, brief))


def _config(path: str | os.PathLike[str] | None, limits: Mapping[str, int] | None) -> Config:
    """Return the configuration, and set the limits of the process to what it and the call ask for."""
    from abidiff import limits as bounds

    config = Config() if path is None else load(Path(path))
    bounds.use({**dict(config.limits), **dict(limits or {})})
    return config
