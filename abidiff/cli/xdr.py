"""``abi-diff xdr``: what a protocol offers; decode and encode single messages of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from abidiff.cli.options import own_limits
from abidiff.cli.xdr_files import neighbours
from abidiff.cli.xdr_list import command as listing


@click.group("xdr", no_args_is_help=True)
def command() -> None:
    """List what protocols offer; decode and encode single XDR messages."""


command.add_command(listing)


HEADERS = click.option(
    "-H", "--header", "headers", multiple=True, type=click.Path(exists=True), metavar="FILE|DIR",
    help="C header, or folder of headers, that constants come from.",
)  # fmt: skip


@command.command("decode")
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE.x")
@click.argument("type_name", metavar="TYPE")
@click.argument("data", metavar="BYTES")
@HEADERS
@own_limits
@click.option("--lenient", is_flag=True, help="Take what libtirpc takes: unknown enum values, any number for TRUE.")
@click.option("--partial", is_flag=True, help="Do not mind bytes that are left over.")
@click.option("-f", "--format", "format_name", type=click.Choice(["text", "json"]), default="text")
def decode(file: str, type_name: str, data: str, headers: tuple[str, ...], **given: Any) -> None:
    """Show the value that BYTES hold.

    BYTES is hexadecimal (blanks and colons are skipped), @FILE for the bytes of a file, or - for hexadecimal
    on standard input.  Types of the .x files beside FILE.x are found too.

    \b
      abi-diff xdr decode remote_protocol.x remote_nonnull_string "00000002 68690000"
    """
    from abidiff.surfaces.xdr.wire.codec import CodecError, Decoder
    from abidiff.surfaces.xdr.wire.jsonvalue import to_json

    scope, ref = _type(file, type_name, headers)
    decoder = Decoder(scope, _bytes(data), strict=not given["lenient"])
    try:
        node = decoder.decode(ref)
        if not given["partial"]:
            decoder.finish()
    except CodecError:
        if decoder.root is not None and given["format_name"] == "text":
            click.echo("\n".join(_tree([decoder.root])))
        raise
    if given["format_name"] == "json":
        click.echo(json.dumps(to_json(scope, ref, node.value), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_tree([node])))


@command.command("encode")
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE.x")
@click.argument("type_name", metavar="TYPE")
@click.argument("value", metavar="JSON")
@HEADERS
@own_limits
@click.option("--raw", is_flag=True, help="Write the bytes themselves, not hexadecimal.")
def encode(file: str, type_name: str, value: str, headers: tuple[str, ...], raw: bool) -> None:
    """Print the bytes of a value, as hexadecimal.

    JSON is as ``decode --format json`` prints it, @FILE, or - for standard input: opaque data as hexadecimal,
    optional data as null or the value, unions as {"case": ..., "value": ...}.
    """
    from abidiff.errors import UsageError
    from abidiff.surfaces.xdr.wire.codec import Encoder
    from abidiff.surfaces.xdr.wire.jsonvalue import from_json

    scope, ref = _type(file, type_name, headers)
    try:
        given = json.loads(_text(value))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"this is no JSON: {error}") from None
    data = Encoder(scope).encode(ref, from_json(scope, ref, given))
    if raw:
        click.echo(data, nl=False)
    else:
        click.echo(data.hex())


def _type(file: str, name: str, headers: tuple[str, ...]) -> tuple[Any, Any]:
    """Read the protocol with its neighbours; return its scope and the type."""
    from abidiff.surfaces.xdr.wire.load import find_type, load_protocol

    main = Path(file)
    scope, model = load_protocol(neighbours(main, headers), main.name)
    return scope, find_type(scope, model, main.name, name)


def _text(given: str) -> str:
    from abidiff.errors import SourceError
    from abidiff.given import content

    try:
        if given == "-":
            return sys.stdin.read()
        return content(Path(given[1:])).decode() if given.startswith("@") else given
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"can't read {given}: {error}") from None


def _bytes(given: str) -> bytes:
    from abidiff.errors import SourceError, UsageError
    from abidiff.given import content

    if given.startswith("@"):
        try:
            return content(Path(given[1:]))
        except OSError as error:
            raise SourceError(f"can't read {given[1:]}: {error.strerror}") from None
    text = "".join(sys.stdin.read().split()) if given == "-" else "".join(given.split())
    text = text.replace(":", "").removeprefix("0x")
    try:
        return bytes.fromhex(text)
    except ValueError:
        hint = "an odd number of digits" if len(text) % 2 and text.isalnum() else "digits 0 to 9 and a to f"
        raise UsageError("BYTES is no hexadecimal text", hint=hint) from None


def _tree(nodes: list[Any]) -> list[str]:
    """Write a value with offsets, in lines."""
    from abidiff.surfaces.xdr.prove.witness import rows

    return [f"{row.start:>6}  {row.text}" for row in rows(nodes)]
