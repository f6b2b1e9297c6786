"""The command ``abi-diff``: a lazy group, so that help and completion load no parser.

Standard output is the report and nothing else; errors and progress go to standard error.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import click

from abidiff.about import __version__
from abidiff.errors import EXIT_INTERRUPTED, EXIT_UNDECIDED, EXIT_USAGE, AbidiffError


class Entry(NamedTuple):
    """A command: the module below ``abidiff.cli`` whose ``command`` it is, and its line in the help."""

    module: str
    summary: str


COMMANDS = {
    "compare": Entry("compare", "Compare two releases: what breaks, for whom, with proof."),
    "gate": Entry("gate", "Judge what a change in a git work tree introduces."),
    "check": Entry("check", "Check that one release says the same everywhere."),
    "detail": Entry("detail", "Show what changed inside one record."),
    "notes": Entry("notes", "Write release notes from two releases."),
    "rules": Entry("rules", "List the rules."),
    "explain": Entry("explain", "Explain a rule, with its examples."),
    "policy": Entry("policy", "Show what is promised for what."),
    "waive": Entry("waive", "Accept a finding, with a reason."),
    "rng": Entry("rng", "Decide questions about single RELAX NG schemas."),
    "xdr": Entry("xdr", "List what XDR protocols offer; decode and encode single messages."),
    "configurations": Entry("configurations", "Show in which configurations of macros headers are examined."),
    "drivers": Entry("drivers", "Show which driver implements which function, since when."),
    "history": Entry("history", "Keep all releases of a library in one file."),
    "since": Entry("since", "Tell since when something is there, until when, and what broke it."),
    "requires": Entry("requires", "Tell the oldest release that an application runs on, and why."),
    "impact": Entry("impact", "Tell what of a new release breaks an application, and where."),
    "matrix": Entry("matrix", "Show which distribution ships which release."),
    "timeline": Entry("timeline", "Show a whole history as one HTML page."),
    "survey": Entry("survey", "Compare many pairs of releases, resumable, with one page over all."),
    "symbols": Entry("symbols", "Bring a Debian symbols file up to date, or list what an RPM package provides."),
    "snapshot": Entry("snapshot", "Write the models of a release to one file."),
    "bundle": Entry("bundle", "Pack the input of a verdict that you think is wrong, to report it."),
    "cache": Entry("cache", "Show or empty the cache."),
    "completion": Entry("completion", "Print the completion script for a shell."),
}


class LazyGroup(click.Group):
    """Imports the module of a command only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(f"abidiff.cli.{entry.module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; a misspelt one gets a suggestion."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            ctx.fail(f"No such command {args[0]!r}." + suggestion(args[0], list(COMMANDS)))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete the names of commands from the table, importing none."""
        from click.shell_completion import CompletionItem

        found: list[Any] = [
            CompletionItem(name, help=entry.summary) for name, entry in COMMANDS.items() if name.startswith(incomplete)
        ]
        return found + click.Command.shell_complete(self, ctx, incomplete)


def suggestion(word: str, known: list[str]) -> str:
    """Return `` Did you mean 'x'?`` or an empty text."""
    import difflib

    near = difflib.get_close_matches(word, known, 3, 0.5)
    return f" Did you mean {' or '.join(repr(name) for name in near)}?" if near else ""


def _noted(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    """Remember an option that another one asks for, in whatever order they stand."""
    ctx.meta["abidiff.verbose"] = value


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    """Print the version, or with --verbose the versions of all that a verdict may depend on."""
    if not value:
        return
    click.echo(f"abi-diff, version {__version__}")
    if ctx.meta.get("abidiff.verbose"):
        from abidiff.cli.version import told

        click.echo(told())
    ctx.exit()


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--verbose", is_flag=True, is_eager=True, expose_value=False, callback=_noted, help="With --version: of everything."
)
@click.option("--version", is_flag=True, expose_value=False, callback=_version, help="Show the version and exit.")
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
def cli(debug: bool) -> None:
    """Say what breaks between two releases of a library, for whom, with proof.

    A release is a tarball, an unpacked directory, a git revision (REPO@REV), a snapshot,
    HISTORY.db@VERSION, or a single file (.h, .x, .rng, .syms).

    Exit codes: 0 compatible, 1 incompatible, 2 usage, 3 undecided or could not be compared.
    """
    del debug  # read from the arguments by main, which also has to know when parsing fails


def main(args: list[str] | None = None, heard: Callable[[], None] = lambda: None) -> NoReturn:
    """Run the command and exit with its code; nothing leaves here as a traceback unless --debug.

    ``heard`` is called where an interrupt is told as one.
    """
    arguments = sys.argv[1:] if args is None else args
    debug = "--debug" in arguments
    try:
        heard()
        code = cli.main(args=arguments, prog_name="abi-diff", standalone_mode=False)
        _flush()
        gc.freeze()  # nor does the interpreter look for any when it ends
        sys.exit(code if isinstance(code, int) else 0)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        try:
            error.show()
        except OSError:
            _silence()
        sys.exit(EXIT_USAGE)
    except (click.Abort, KeyboardInterrupt):
        _interrupted()
    except BrokenPipeError:
        _silence()
        sys.exit(EXIT_UNDECIDED)
    except AbidiffError as error:
        say(error.render())
        sys.exit(error.exit_code)
    except OSError as error:
        if debug:
            raise
        say(_failed(error))
        _silence()
        sys.exit(EXIT_UNDECIDED)
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python wraps what falls into a ``__set_name__``
            _interrupted()
        if debug:
            raise
        say(f"unexpected error: {type(error).__name__}: {error}")
        say("  this is a bug in abidiff: run again with `abi-diff --debug …` and report what it prints")
        sys.exit(EXIT_UNDECIDED)


def _interrupted() -> NoReturn:
    with contextlib.suppress(OSError):
        sys.stderr.write("abi-diff: interrupted\n")  # nothing is loaded for it
    sys.exit(EXIT_INTERRUPTED)


def say(text: str) -> None:
    """Write to standard error, with control characters made visible."""
    from abidiff.reports.escape import printable

    shown = "\n".join(printable(line) for line in text.split("\n"))
    try:
        print(f"abi-diff: {shown}", file=sys.stderr)  # noqa: T201
    except OSError:
        _silence()


def _failed(error: OSError) -> str:
    """Return the line for a file or a stream that failed; an error without a number has only its text."""
    if error.errno is None:
        return str(error) or type(error).__name__
    return f"{error.filename or 'standard output'}: {error.strerror}"


def _flush() -> None:
    """Write out what is left, so that a closed pipe is seen here and not at exit."""
    if sys.stdout is not None:
        sys.stdout.flush()


def _silence() -> None:
    """Keep the interpreter from complaining about a closed pipe at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (AttributeError, OSError, ValueError):
            continue
