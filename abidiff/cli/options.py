"""Options that several commands share, and what they turn into."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from abidiff.surface_names import HEADERS, NAMES, RNG, SYMBOLS, XDR

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from abidiff.config import Config
    from abidiff.finding import Report
    from abidiff.pipeline import Options

    TextParameter = click.ParamType[str]
else:
    TextParameter = click.ParamType  # older versions of click take no argument there

Function = TypeVar("Function", bound=Callable[..., Any])

MACRO = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
FORMAT_NAMES = ("text", "json", "sarif", "junit", "codequality", "github", "markdown", "rst", "html")


class OutputFile(TextParameter):
    """A file to write, ``-`` for standard output; one whose folder is not there is refused at once."""

    name = "file"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name as it is.  Raises :class:`PlaceError`."""
        del param, ctx
        from abidiff.cli.output import refuse_no_folder

        refuse_no_folder(value)
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete as the shell completes files."""
        del ctx, param
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="file")]


OUTPUT = OutputFile()


def _defines(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return (name, value) of each ``NAME[=VALUE]``; 1 without a value, as compilers have it."""
    del ctx, param
    out = []
    for text in given:
        name, equals, value = text.partition("=")
        if not MACRO.fullmatch(name) or "\n" in value:
            raise click.BadParameter(f"{text!r} is not NAME or NAME=VALUE")
        out.append((name, value if equals else "1"))
    return tuple(out)


def _limits(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return (name, value) of each ``NAME=VALUE``."""
    del ctx, param
    from abidiff.errors import UsageError
    from abidiff.limits import check

    out = []
    for text in given:
        name, _, value = text.partition("=")
        if not re.fullmatch(r"[0-9]{1,18}", value):
            raise click.BadParameter(f"{text!r} is not NAME=VALUE with a whole number")
        try:
            check(name, int(value))
        except UsageError as error:
            raise click.BadParameter(f"{error.message}; {error.hint}" if error.hint else error.message) from None
        out.append((name, int(value)))
    return tuple(out)


def limit_option(function: Function) -> Function:
    """Add ``--limit`` to a command that gives it to :func:`pipeline_options`."""
    option: Callable[[Function], Function] = click.option(
        "--limit",
        "limits",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_limits,
        help="Set a bound on what an input may cost (docs/limits.md); may be given several times.",
    )
    return option(function)


def _set_limits(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> None:
    from abidiff import limits

    limits.use(dict(_limits(ctx, param, given)))


def own_limits(function: Function) -> Function:
    """Add ``--limit`` to a command that reads its input itself: the limits are set before it runs."""
    option: Callable[[Function], Function] = click.option(
        "--limit",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_set_limits,
        expose_value=False,
        help="Set a bound on what an input may cost (docs/limits.md); may be given several times.",
    )
    return option(function)


def input_options(function: Function) -> Function:
    """Add what says how the releases are read."""
    for option in (
        click.option("--deprecations", is_flag=True, help="List what is deprecated, since when, and when it may go."),
        click.option(
            "--history",
            multiple=True,
            metavar="RELEASE",
            help="An earlier release, to know since when something is deprecated; may be given several times.",
        ),
        click.option(
            "--direction",
            type=click.Choice(["input", "output", "both"]),
            default=None,
            help="Take every schema as what is given to the library, handed out by it, or both [the profile's].",
        ),
        click.option(
            "-D",
            "--define",
            "defines",
            multiple=True,
            metavar="NAME[=VALUE]",
            callback=_defines,
            help="Read the headers with this macro, as a program that includes them would define it.",
        ),
        click.option(
            "--with",
            "others",
            type=click.Path(),
            multiple=True,
            metavar="PACKAGE|DIR",
            help="Headers of other projects that these include; read, not compared; may be given several times.",
        ),
        click.option(
            "--catalog",
            "catalogs",
            multiple=True,
            metavar="GLOB",
            help="XML catalogs of the releases that say which file a schema's href is; may be given several times.",
        ),
        click.option(
            "--exclude",
            "excluded",
            multiple=True,
            metavar="GLOB",
            help="Leave these files out, and say how many; may be given several times.",
        ),
        click.option(
            "--root",
            "roots",
            multiple=True,
            metavar="GLOB",
            help="Headers that programs include first, in this order; the others follow.",
        ),
        limit_option,
        click.option("--no-cache", is_flag=True, help="Neither read nor write the cache."),
        click.option("--serial", is_flag=True, help="Read one release after the other, in one process."),
        click.option(
            "--config",
            "config_file",
            type=click.Path(dir_okay=False),
            help="Configuration [default: the nearest abidiff.toml, or pyproject.toml with tool.abidiff].",
        ),
        click.option("--no-config", is_flag=True, help="Use no configuration, and so no waivers."),
        click.option(
            "--profile",
            default="",
            metavar="NAME|FILE",
            shell_complete=_complete_profile,
            help="Profile of the project [default: recognised].",
        ),
        click.option(
            "--surface",
            "surfaces",
            multiple=True,
            type=click.Choice(NAMES),
            help="Look at this surface only; may be given several times.",
        ),
    ):
        function = option(function)
    return function


def glob_options(function: Function) -> Function:
    """Add what names the files of a project that no profile knows."""
    for name in (RNG, XDR, SYMBOLS, HEADERS):
        function = click.option(
            f"--{name}",
            f"glob_{name}",
            multiple=True,
            metavar="GLOB",
            help=f"Files of the surface {name}, instead of a profile's.",
        )(function)
    return function


def report_options(function: Function) -> Function:
    """Add what says how the report is written."""
    for option in (
        click.option("--brief", is_flag=True, help="A line for each finding, no list of additions."),
        click.option(
            "--all",
            "everything",
            is_flag=True,
            help="Tell every finding whole and list every addition, however many (text, markdown, rst).",
        ),
        click.option(
            "--color",
            "--colour",
            "colour",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colour in the text report; NO_COLOR is respected.",
        ),
        click.option(
            "-o", "--output", type=OUTPUT, metavar="FILE", help="Write the report to a file, whole or not at all."
        ),
        click.option(
            "-f",
            "--format",
            "format_names",
            multiple=True,
            metavar="NAME[=FILE]",
            shell_complete=_complete_format,
            help=f"One of {', '.join(FORMAT_NAMES)} [default: text]; several with =FILE each.",
        ),
        click.option(
            "--witness-dir",
            metavar="DIR",
            type=click.Path(file_okay=False),
            help="Write the witnesses there: C programs, messages, documents.",
        ),
        click.option(
            "--verify", is_flag=True, help="Ask independent programs (compilers, validators) about witnesses."
        ),
        click.option(
            "--fail-on",
            type=click.Choice(["never", "breaking", "undecided", "warning"]),
            default=None,
            help="The mildest that makes the exit code other than 0 [default: undecided, so breaking as well].",
        ),
        click.option(
            "--allow-undecided",
            is_flag=True,
            help="Succeed in spite of open questions, and say which they were.",
        ),
    ):
        function = option(function)
    return function


def _complete_profile(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from abidiff.profile import known

    del ctx, param
    files = [str(path) for path in sorted(Path().glob("*.toml"))[:50]]
    return [name for name in (*known(), *files) if name.startswith(incomplete)]


def _complete_format(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    del ctx, param
    return [name for name in FORMAT_NAMES if name.startswith(incomplete)]


def configuration(config_file: str | None, no_config: bool, start: Path | None = None) -> Config:
    """Return the configuration that holds."""
    from abidiff import config

    if no_config:
        return config.Config()
    if config_file:
        return config.load(Path(config_file))
    return config.load(config.find(start or Path.cwd()), found=True)


def destinations(format_names: tuple[str, ...], output: str | None) -> list[tuple[str, str | None]]:
    """Return (format, file) for each ``--format``; at most one goes to standard output, and none to an input."""
    from abidiff.cli.output import apart_from_inputs, place, refuse_no_folder

    out: list[tuple[str, str | None]] = []
    if output == "":
        raise click.BadParameter("the name of the file is empty", param_hint="'--output'")
    for given in format_names or ("text",):
        name, equals, file = given.partition("=")
        if name not in FORMAT_NAMES:
            from abidiff.cli.main import suggestion

            raise click.BadParameter(
                f"no format {name!r}.{suggestion(name, list(FORMAT_NAMES))}", param_hint="'--format'"
            )
        if equals and not file:
            raise click.BadParameter(f"{given!r} names no file: {name}=FILE, or {name} alone", param_hint="'--format'")
        out.append((name, file or output))
    if len({place(file) for _, file in out}) < len(out):
        raise click.UsageError("several formats need a file each: --format json=report.json --format html=report.html")
    for _, target in out:
        refuse_no_folder(target)
    apart_from_inputs([file for _, file in out])
    return out


def pipeline_options(given: dict[str, Any], config: Config, **more: Any) -> Options:
    """Turn the shared options of a command into those of the pipeline, and set the limits of the run."""
    from abidiff import limits
    from abidiff.finding import FailOn
    from abidiff.pipeline import Options

    limits.use({**dict(config.limits), **dict(given.get("limits", ()))})
    return Options(
        globs=tuple((name, glob) for name in NAMES for glob in given.get(f"glob_{name}", ())),
        surfaces=tuple(given.get("surfaces", ())),
        profile=given.get("profile", ""),
        config=config,
        allow_undecided=given.get("allow_undecided", False),
        fail_on=FailOn(given["fail_on"]) if given.get("fail_on") else None,
        verify=given.get("verify", False),
        history=tuple(given.get("history", ())),
        deprecations=given.get("deprecations", False),
        direction=given.get("direction") or "",
        others=tuple(given.get("others", ())),
        defines=tuple(given.get("defines", ())),
        catalogs=tuple(given.get("catalogs", ())),
        excluded=tuple(given.get("excluded", ())),
        roots=tuple(given.get("roots", ())),
        parallel=not given.get("serial", False),
        cache=not given.get("no_cache", False),
        **more,
    )


def deliver(report: Report, given: dict[str, Any]) -> int:
    """Write the report in every format that was asked for, and the witnesses; return the exit code."""
    from abidiff.cli import output
    from abidiff.reports import Style, render

    witness_dir = given.get("witness_dir")
    written = [
        (
            render(
                name,
                report,
                Style(
                    output.wants_colour(given["colour"], file), output.width(file), given["brief"], given["everything"]
                ),
            ),
            file,
        )
        for name, file in destinations(given["format_names"], given["output"])
    ]
    with output.Outputs() as outputs:
        for text, file in written:
            outputs.add(text.encode("utf-8", "backslashreplace"), file)
        if witness_dir:
            from abidiff.pipeline.witnesses import write

            write(report, Path(witness_dir), outputs.failing)
    return report.exit_code
