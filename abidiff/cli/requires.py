"""``abi-diff requires APP``."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from abidiff.cli.options import own_limits, report_options

if TYPE_CHECKING:
    from abidiff.requires.distributions import Row


@click.command("requires")
@click.argument("application", metavar="APP")
@click.option(
    "--history",
    default="libvirt",
    show_default=True,
    metavar="FILE|NAME",
    help="The history of the library: a file, or one that is shipped.",
)
@click.option("--driver", default="", metavar="NAME", help="By what this hypervisor driver implements.")
@click.option(
    "--declared",
    default="",
    metavar="VERSION",
    help="The oldest release that it declares [default: what its build files and packages say]; none: do not ask.",
)
@click.option("--tests", is_flag=True, help="Count what the application's tests use as well.")
@click.option("--matrix", is_flag=True, help="Name the supported distributions that are left behind.")
@click.option("--next", "ahead", is_flag=True, help="Tell how far the oldest release may be raised, now and later.")
@click.option(
    "--on", "day", default="", metavar="DATE", help="With --matrix and --next: as of that day [default: today]."
)
@click.option(
    "--distributions", metavar="FILE", help="With --matrix and --next: these, instead of those that are shipped."
)
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@report_options
@own_limits
def command(
    application: str,
    history: str,
    driver: str,
    declared: str,
    tests: bool,
    matrix: bool,
    ahead: bool,
    day: str,
    distributions: str | None,
    no_cache: bool,
    **given: Any,
) -> int:
    """Tell what an application needs of a library: the oldest release that serves it, and what sets that.

    APP is a folder, an archive, REPO@REV, or a file: C and Python sources, binaries.  What is used behind a check (of
    the version, of the name) is optional.

    Exit code: 1 when something newer than what is declared, or that a later release has no more, is used without a
    check, or a check lets releases through that lack what is behind it; 3 when a file could not be read or no release
    has a name.
    """
    from msgspec.structs import replace

    from abidiff import limits
    from abidiff.cli.options import deliver
    from abidiff.cli.standing import standing
    from abidiff.errors import UsageError
    from abidiff.finding import FailOn, Report
    from abidiff.requires import languages, memory
    from abidiff.requires.model import parsed
    from abidiff.requires.question import Question
    from abidiff.sources.open import open_argument
    from abidiff.sources.request import Opening

    asks = not declared
    version = parsed(declared) if declared != "none" else ()
    if declared and declared != "none" and not version:
        raise UsageError(f"{declared!r} is no version", hint="give it as 8.0.0")
    release = open_argument(application, Opening(languages.wanted, limits.now(), lambda _: None))
    fail_on = FailOn(given["fail_on"]) if given.get("fail_on") else FailOn.UNDECIDED
    rows, on = _rows(distributions, day, Path(history).stem) if matrix or ahead else ((), datetime.date.min)
    question = Question(
        Path(history).stem, version, tests, asks, rows, on, matrix, ahead, fail_on, given["allow_undecided"]
    )

    def ask() -> Report:
        from abidiff.history.lives import opened
        from abidiff.requires.catalogue import Catalogue
        from abidiff.requires.languages import document_roots
        from abidiff.requires.models import whole_documents
        from abidiff.requires.report import report

        roots = document_roots(release.files, tests=tests)
        with opened(history) as found:
            catalogue = Catalogue(found, driver, roots)
            return report(release, catalogue, question, whole_documents(found) if roots else None)

    found = ask() if no_cache else memory.remembered(memory.key(release, history, driver, question), ask)
    return deliver(replace(found, application=standing(application)), given)


def _rows(distributions: str | None, day: str, library: str) -> tuple[tuple[Row, ...], datetime.date]:
    """Return the distributions that are asked about, and the day."""
    from abidiff.cli.matrix import day_of, must_know
    from abidiff.requires.distributions import read, shipped

    rows = read(Path(distributions)) if distributions else shipped()
    must_know(rows, library)
    return rows, day_of(day)
