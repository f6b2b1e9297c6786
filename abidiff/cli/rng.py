"""``abi-diff rng``: questions about single schemas and documents."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from abidiff.cli.options import own_limits
from abidiff.surface_names import RNG
from abidiff.wording import listed

INVALID, OPEN = 1, 3


@click.group("rng", no_args_is_help=True)
def command() -> None:
    """Decide questions about single RELAX NG schemas."""


@command.command("validate")
@click.argument("schema", type=click.Path())
@click.argument(
    "documents", nargs=-1, required=True, type=click.Path(allow_dash=True, readable=False), metavar="DOCUMENT..."
)
@click.option("-s", "--schema", "name", default="", metavar="NAME", help="The schema to use, such as domain.rng.")
@click.option("--profile", default="", metavar="NAME|FILE", help="Profile of the project [default: recognised].")
@own_limits
@click.option("-q", "--quiet", is_flag=True, help="Print only what is not valid.")
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def validate(ctx: click.Context, /, schema: str, documents: tuple[str, ...], name: str, **given: Any) -> None:
    """Say whether documents are valid under a schema.

    SCHEMA is a .rng file, or a release (tarball, folder, REPO@REV): of its schemas the one that takes
    the document's root element is used, or the one that --schema names.  DOCUMENT is a file, a folder
    (all .xml files below it, links out of it are not read), or - for standard input.

    Exit codes: 0 all valid, 1 some are not, 3 for some there is no answer (not readable, no schema).
    """
    chooser = _chooser(schema, name, given["profile"])
    results = [_outside(path) if outside else _one(chooser, path) for path, outside in _paths(documents)]
    if not results:
        from abidiff.errors import SourceError

        raise SourceError("no document was found", hint="of a folder, the files that end in .xml are validated")
    if given["format_name"] == "json":
        text = json.dumps({"schema": schema, "documents": results}, indent=2, ensure_ascii=False)
    else:
        text = "\n".join(_lines(results, given["quiet"]))
    click.echo(text)
    states = {result["result"] for result in results}
    ctx.exit(OPEN if states - {"valid", "invalid"} else INVALID if "invalid" in states else 0)


@command.command("sample")
@click.argument("schema", type=click.Path())
@click.option("-s", "--schema", "name", default="", metavar="NAME", help="The schema to use, such as domain.rng.")
@click.option("--profile", default="", metavar="NAME|FILE", help="Profile of the project [default: recognised].")
@own_limits
@click.option("-n", "--count", default=1, type=click.IntRange(1, 1_000_000), help="How many [default: 1].")
@click.option("--seed", default=0, help="Another seed, other documents [default: 0].")
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False), help="Write files there: 1.xml, 2.xml, ...")
def sample(schema: str, name: str, profile: str, count: int, seed: int, folder: str | None) -> None:
    """Print random documents that are valid under a schema, one a line.

    Every other document is steered to an element drawn evenly from all, so that rare ones come up too.
    """
    from random import Random

    from abidiff.cli.output import write_file
    from abidiff.errors import UsageError
    from abidiff.surfaces.rng.prove.sample import Sampler

    chooser = _chooser(schema, name, profile)
    if len(chooser.schemas) > 1:
        known = ", ".join(one.name for one in chooser.schemas)
        raise UsageError(f"{schema} has several schemas", hint=f"choose one with --schema: {known}")
    sampler, random = Sampler(chooser.validator.schemas), Random(seed)  # noqa: S311
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        document = sampler.anywhere(chooser.schemas[0], random)
        if document is None:
            raise UsageError("the schema has no valid document that could be found")
        if folder is None:
            click.echo(document)
        else:
            write_file(Path(folder, f"{number}.xml"), document + b"\n")


def _chooser(argument: str, name: str, profile: str) -> Any:
    """Read the schemas; raises what is wrong with them."""
    from abidiff.errors import AbidiffError, UsageError
    from abidiff.pipeline.reading import Request, opened
    from abidiff.surfaces.rng.build.parse import parse
    from abidiff.surfaces.rng.validate.choose import Chooser

    release, _, project = opened(Request(argument, profile=profile, surfaces=(RNG,)))
    model = parse(release, project, {})
    problems = [p for p in model.problems if not name or p.unit == name]
    chooser = Chooser(model, name)
    if problems and (name or not model.schemas):
        raise AbidiffError(problems[0].rendered or problems[0].message)
    if not chooser.schemas:
        known = ", ".join(schema.name for schema in model.schemas) or "none"
        raise UsageError(f"{argument} has no schema {name!r}" if name else f"{argument} has no schema", hint=known)
    for problem in problems:
        click.echo(f"abi-diff: {problem.rendered or problem.message}", err=True)
    return chooser


def _paths(documents: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """Yield the documents, and whether one leads out of the folder that was given; links to folders stay unfollowed."""
    from abidiff.given import leads_out

    for given in documents:
        if given == "-" or not Path(given).is_dir():
            yield given, False
            continue
        for folder, folders, files in os.walk(given):
            folders.sort()
            for file in sorted(files):
                if file.lower().endswith(".xml"):
                    yield f"{folder}/{file}", leads_out(Path(folder, file), Path(given))


def _outside(path: str) -> dict[str, Any]:
    return {"document": path, "result": "unreadable", "message": "a link out of the folder: not read"}


def _one(chooser: Any, path: str) -> dict[str, Any]:
    """Validate one document."""
    from abidiff.errors import LimitError, ParseError
    from abidiff.given import content
    from abidiff.surfaces.rng.validate.validate import parse_document

    shown = "standard input" if path == "-" else path
    found: dict[str, Any] = {"document": shown}
    try:
        data = sys.stdin.buffer.read() if path == "-" else content(Path(path))
        result = chooser.validate(parse_document(data, shown), shown)
    except OSError as error:
        return {**found, "result": "unreadable", "message": error.strerror or str(error)}
    except ParseError as error:
        return {**found, "result": "unreadable", "message": error.render(), "line": error.location.line}
    except LimitError as error:
        return {**found, "result": "undecided", "message": error.message}
    if result is None:
        return {**found, "result": "unmatched", "message": "no schema takes its root element"}
    name, wrong = result
    if wrong is None:
        return {**found, "schema": name, "result": "valid"}
    return {
        **found,
        "schema": name,
        "result": "invalid",
        "message": wrong.message,
        "line": wrong.location.line,
        "path": wrong.path,
        "expected": list(wrong.expected),
    }


def _lines(results: list[dict[str, Any]], quiet: bool) -> Iterator[str]:
    counts: dict[str, int] = {}
    for result in results:
        state = result["result"]
        counts[state] = counts.get(state, 0) + 1
        where = result["document"]
        if state == "valid":
            if not quiet:
                yield f"{where}: valid ({result['schema']})"
        elif state == "invalid":
            yield f"{where}:{result['line']}: {result['message']} ({result['schema']}, {result['path']})"
            if result["expected"]:
                yield f"  expected: {listed(result['expected'], 12)}"
        else:
            yield f"{where}: {state}: {result['message']}"
    if len(results) > 1:
        yield ", ".join(f"{number} {state}" for state, number in sorted(counts.items()))
