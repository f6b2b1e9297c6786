"""``abi-diff xdr list``: the sheet of a protocol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from abidiff.cli.options import OUTPUT, configuration, limit_option, pipeline_options
from abidiff.errors import EXIT_UNDECIDED
from abidiff.surface_names import SYMBOLS, XDR

if TYPE_CHECKING:
    from abidiff.surfaces.xdr.sheet import Known, Sheet


@click.command("list")
@click.argument("release", type=click.Path(), metavar="FILE.x|RELEASE")
@click.option("--protocol", "names", multiple=True, metavar="NAME", help="Show this protocol only; may be repeated.")
@click.option("--types", is_flag=True, help="Show the types too (JSON and HTML have them always).")
@click.option(
    "--history", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="A history: tells since when procedures are there, and which were given up.",
)  # fmt: skip
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json", "html"]), default="text")
@click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write to a file, whole or not at all.")
@click.option("--profile", default="", metavar="NAME|FILE", help="Profile of the project [default: recognised].")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@limit_option
def command(release: str, names: tuple[str, ...], **given: Any) -> int:
    """List the procedures of protocols by number: what they carry, since when, who may call them.

    The release is whatever `compare` takes, or one FILE.x; types of the .x files beside it are found too.  Exit code 3
    when something could not be read, or there is no protocol.

    \b
    abi-diff xdr list libvirt-11.3.0.tar.xz --protocol remote_protocol
    abi-diff xdr list nfs4.x --types
    abi-diff xdr list .@v11.3.0 --history libvirt.db --format html -o protocols.html
    """
    from abidiff.cli.output import emit
    from abidiff.errors import SourceError, UsageError
    from abidiff.reports.protocol import render

    found, title, problems = _sheets(release, given)
    if not found and not problems:
        raise SourceError(f"{release}: no protocol was found", hint="--profile says which files are protocols")
    known = sorted(sheet.name for sheet in found)
    for name in names:
        if name not in known:
            raise UsageError(f"no protocol {name!r}", hint=f"known: {', '.join(known)}")
    wanted = [sheet for sheet in found if not names or sheet.name in names]
    emit(render(given["format_name"], wanted, title, problems, types=given["types"]), given["output"])
    return EXIT_UNDECIDED if problems else 0


def _sheets(release: str, given: dict[str, Any]) -> tuple[list[Sheet], str, list[str]]:
    """Read the protocols; return their sheets, what they are of, and what could not be read."""
    from abidiff.pipeline import read_side
    from abidiff.surfaces.xdr.sheet import Known, sheets
    from abidiff.versions import version_key

    options = pipeline_options(
        {**given, "history": (), "surfaces": (SYMBOLS, XDR)}, configuration(None, no_config=True)
    )
    known = _history(given["history"])
    main = Path(release)
    if main.suffix == ".x" and main.is_file():
        from abidiff.cli.xdr_files import neighbours
        from abidiff.surfaces.xdr.wire.load import load_protocol

        _, model = load_protocol(neighbours(main, ()), main.name)
        own = main.with_suffix("").name
        problems = [p.rendered or p.message for p in model.problems if p.unit == own]
        order = sorted(set(known.seen.values()) | _stated(model), key=version_key)
        return [s for s in sheets(model, known, order) if s.name == own], main.name, problems
    side = read_side(release, options)
    model = side.models[XDR]
    known = Known(known.seen, _functions(side.profile, side.models), known.gone)
    order = sorted({*known.seen.values(), *known.functions.values(), *_stated(model)}, key=version_key)
    problems = [problem.rendered or problem.message for problem in model.problems]
    return sheets(model, known, order), side.side.label or release, problems


def _history(path: Path | None) -> Known:
    from abidiff.surfaces.xdr.sheet import Known

    if path is None:
        return Known()
    from abidiff.history.lives import opened
    from abidiff.history.procedures import procedures

    with opened(path) as history:
        return procedures(history)


def _functions(profile: str, models: Any) -> Any:
    """Return since when the functions behind procedures are there, where the profile ties them together."""
    from abidiff.profile import load
    from abidiff.surfaces.consistency.dates import function_versions
    from abidiff.surfaces.consistency.settings import settings

    options = settings(load(profile).consistency or {})
    return function_versions(options, models[XDR], models[SYMBOLS]) if options.rpc else {}


def _stated(model: Any) -> set[str]:
    return {
        text
        for protocol in model.protocols for program in protocol.programs
        for version in program.versions for procedure in version.procedures
        for name, text in procedure.notes if name == "since"
    }  # fmt: skip
