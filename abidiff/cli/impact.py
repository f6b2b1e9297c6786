"""``abi-diff impact APP OLD NEW``."""

from __future__ import annotations

from typing import Any

import click

from abidiff.cli.options import (
    configuration,
    deliver,
    destinations,
    glob_options,
    input_options,
    pipeline_options,
    report_options,
)


@click.command("impact")
@click.argument("application", metavar="APP")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option("--tests", is_flag=True, help="Count what the application's tests use as well.")
@input_options
@glob_options
@report_options
def command(application: str, old: str, new: str, tests: bool, **given: Any) -> int:
    """Of what breaks between two releases, tell what touches an application, and where it does.

    APP is what requires takes: a folder, an archive, REPO@REV, a source or a binary.  OLD and NEW are what compare
    takes; headers, symbol maps and shared libraries are compared unless --surface asks for others.  What is used behind
    a check that the new release does not pass is not touched.

    Exit code: 0 when nothing that breaks touches the application, 1 when something does, 3 when something could not be
    read or decided.
    """
    from msgspec.structs import replace

    from abidiff import limits
    from abidiff.cli.progress import progress
    from abidiff.cli.standing import standing
    from abidiff.pipeline import compare_with_sides
    from abidiff.requires import languages
    from abidiff.requires.impact import asked, impact
    from abidiff.sources.open import open_argument
    from abidiff.sources.request import Opening

    destinations(given["format_names"], given["output"])
    config = configuration(given["config_file"], given["no_config"])
    with progress() as show:
        release = open_argument(application, Opening(languages.wanted, limits.now(), show))
        given["surfaces"] = given.get("surfaces") or asked(release.files, tests=tests)
        options = pipeline_options(given, config, progress=show)
        compared, before, after = compare_with_sides(old, new, options)
        report = impact(release, before, after, compared, tests=tests)
    return deliver(replace(report, application=standing(application)), given)
