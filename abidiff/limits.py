"""The one table of what an input may cost: every input is taken for hostile.

Each limit has a name (``header-tokens``), a unit and a default; ``--limit NAME=VALUE`` and ``[limits]`` in the
configuration set another value for a run.  What runs into one raises or records an error that names it
(:func:`passed`, :func:`raising`).  docs/limits.md is generated from this table.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated, Any, get_args, get_type_hints

import msgspec

from abidiff.errors import LimitError, UsageError
from abidiff.surface_names import HEADERS, RNG, SYMBOLS, XDR


def _of(surface: str, unit: str, what: str) -> msgspec.Meta:
    return msgspec.Meta(description=what, extra={"surface": surface, "unit": unit})


_FILES = "input"
_ALL = "comparison"
_C = HEADERS
_MAPS = SYMBOLS
_RNG = RNG
_XDR = XDR


class Limits(msgspec.Struct, frozen=True):
    """How much one release may cost to read and to compare."""

    file_bytes: Annotated[int, _of(_FILES, "bytes", "one file that is kept")] = 32 << 20
    kept_bytes: Annotated[int, _of(_FILES, "bytes", "all the files that are kept")] = 512 << 20
    kept_files: Annotated[int, _of(_FILES, "files", "files that are kept")] = 100_000
    members: Annotated[
        int, _of(_FILES, "members", "members of an archive, entries of a folder, paths of a git tree")
    ] = 2_000_000
    unpacked_bytes: Annotated[int, _of(_FILES, "bytes", "all members of an archive, wanted or not")] = 16 << 30
    ratio: Annotated[int, _of(_FILES, "times", "unpacked to packed size, once ratio-from is passed")] = 400
    ratio_from: Annotated[int, _of(_FILES, "bytes", "unpacked size from which the ratio counts")] = 256 << 20
    seconds: Annotated[float, _of(_FILES, "seconds", "wall time for opening one release")] = 300.0
    depth: Annotated[int, _of(_FILES, "levels", "links followed to one file; depth of a folder's tree")] = 64
    path_parts: Annotated[int, _of(_FILES, "parts", "components of the path of a member")] = 1_000
    link_steps: Annotated[int, _of(_FILES, "links", "links met in folders that links lead to")] = 20_000
    zip_entries: Annotated[int, _of(_FILES, "entries", "entries in the directory of a zip archive")] = 300_000

    pattern_seconds: Annotated[
        float, _of(_FILES, "seconds", "CPU time of the regular expressions of a profile, in one pass over a release")
    ] = 3.0
    pattern_bytes: Annotated[int, _of(_FILES, "bytes", "memory of one search with such an expression")] = 320 << 20

    findings: Annotated[int, _of(_ALL, "findings", "findings of one surface")] = 20_000

    header_bytes: Annotated[int, _of(_C, "bytes", "one header")] = 12 << 20
    header_includes: Annotated[int, _of(_C, "levels", "headers that include each other")] = 100
    header_tokens: Annotated[int, _of(_C, "tokens", "one header")] = 500_000
    unit_tokens: Annotated[int, _of(_C, "tokens", "one translation unit after preprocessing")] = 2_000_000
    unit_includes: Annotated[
        int, _of(_C, "files", "files read for one translation unit, each as often as it is included and not kept out")
    ] = 100_000
    header_expansion: Annotated[int, _of(_C, "tokens", "the expansions of macros in one translation unit")] = 400_000
    macro_expansion: Annotated[int, _of(_C, "tokens", "what each macro adds to these")] = 40
    condition_nesting: Annotated[int, _of(_C, "levels", "conditions in conditions")] = 1_000
    condition_branches: Annotated[int, _of(_C, "branches", "branches of one condition")] = 200
    record_members: Annotated[int, _of(_C, "members", "members of the structs and unions of one declaration")] = 20_000
    macro_nesting: Annotated[int, _of(_C, "levels", "macros in the arguments of macros")] = 120
    expression_nesting: Annotated[int, _of(_C, "levels", "a constant expression")] = 120
    code_text: Annotated[
        int, _of(_C, "characters", "the code of one macro, expanded, of one inline function or initialiser")
    ] = 32_000
    code_nesting: Annotated[int, _of(_C, "levels", "expressions and statements in such code")] = 80
    code_steps: Annotated[int, _of(_C, "steps", "evaluating the code of two releases")] = 3_000_000
    evaluation_steps: Annotated[int, _of(_C, "steps", "evaluating one macro or inline function once")] = 5_000

    map_bytes: Annotated[int, _of(_MAPS, "characters", "one symbol map")] = 16 << 20
    map_symbols: Annotated[int, _of(_MAPS, "symbols", "symbols and patterns of one map or library")] = 200_000
    glob_states: Annotated[int, _of(_MAPS, "states", "states in comparing the patterns of two maps")] = 20_000
    glob_steps: Annotated[int, _of(_MAPS, "steps", "patterns tried for names of one map")] = 4_000_000

    protocol_bytes: Annotated[int, _of(_XDR, "bytes", "one protocol file")] = 16 << 20
    protocol_nesting: Annotated[int, _of(_XDR, "levels", "types written inside types")] = 32
    protocol_expression: Annotated[int, _of(_XDR, "characters", "one constant expression")] = 4096
    protocol_depth: Annotated[int, _of(_XDR, "levels", "constants defined by constants")] = 64
    protocol_variants: Annotated[int, _of(_XDR, "variants", "variants of the protocols by names of conditions")] = 24
    wire_steps: Annotated[int, _of(_XDR, "steps", "steps in deciding whether a type accepts another's bytes")] = 50_000
    wire_messages: Annotated[int, _of(_XDR, "messages", "messages made to show breaks, in one comparison")] = 1_000
    wire_values: Annotated[int, _of(_XDR, "values", "values of all messages that show breaks")] = 120_000

    python_bytes: Annotated[int, _of(_FILES, "bytes", "one Python file of an application")] = 2 << 20
    document_bytes: Annotated[int, _of(_FILES, "bytes", "one document of an application")] = 8 << 20
    call_bytes: Annotated[int, _of(_FILES, "bytes", "the arguments of one macro in C code of an application")] = 2_000
    declaration_bytes: Annotated[
        int, _of(_FILES, "bytes", "one declaration or pragma in C code of an application, looked at for attributes")
    ] = 10_000

    schema_bytes: Annotated[int, _of(_RNG, "bytes", "one schema file")] = 50_000_000
    schema_tags: Annotated[int, _of(_RNG, "tags", "tags of one schema file, counted by '<'")] = 1_000_000
    schema_nesting: Annotated[
        int, _of(_RNG, "levels", "patterns in patterns between two elements; braces of the compact syntax: half of it")
    ] = 200
    schema_tokens: Annotated[int, _of(_RNG, "tokens", "one schema in the compact syntax")] = 150_000
    schema_reads: Annotated[int, _of(_RNG, "files", "schema files read through include and externalRef")] = 20_000
    schema_includes: Annotated[int, _of(_RNG, "levels", "schema files that include each other")] = 60
    schema_defines: Annotated[int, _of(_RNG, "definitions", "definitions of one schema file")] = 30_000
    schema_grammars: Annotated[int, _of(_RNG, "levels", "grammars in grammars")] = 20
    schema_patterns: Annotated[int, _of(_RNG, "patterns", "patterns and their parts after simplification")] = 2_000_000
    schema_parts: Annotated[int, _of(_RNG, "parts", "parts of one choice, group or interleave")] = 50_000
    pattern_nesting: Annotated[int, _of(_RNG, "levels", "groups of a regular expression")] = 100
    pattern_repeat: Annotated[int, _of(_RNG, "repetitions", "a bound in a regular expression")] = 100_000
    pattern_positions: Annotated[int, _of(_RNG, "positions", "places in a regular expression, repeated out")] = 20_000
    automaton_states: Annotated[int, _of(_RNG, "states", "the automaton of a language of values")] = 20_000
    automaton_steps: Annotated[int, _of(_RNG, "steps", "steps in making one automaton")] = 1_000_000
    value_types: Annotated[
        int, _of(_RNG, "combinations", "combinations of types that are not regular in one set of values")
    ] = 200
    inclusion_states: Annotated[int, _of(_RNG, "states", "states of one element in comparing schemas")] = 4_000
    inclusion_total: Annotated[int, _of(_RNG, "states", "states of all elements in comparing schemas")] = 100_000
    schema_steps: Annotated[int, _of(_RNG, "steps", "parts looked at in comparing schemas")] = 12_000_000
    derived_patterns: Annotated[int, _of(_RNG, "patterns", "patterns derived in comparing schemas")] = 500_000
    document_nesting: Annotated[
        int, _of(_RNG, "levels", "elements in elements of a document that two schemas have in common")
    ] = 100
    witness_steps: Annotated[int, _of(_RNG, "steps", "combinations looked at for a common document")] = 30_000
    common_steps: Annotated[
        int, _of(_RNG, "steps", "steps in looking for children that two elements have in common")
    ] = 3_000
    inclusion_ways: Annotated[
        int, _of(_RNG, "ways", "ways to go on after one element, whose combinations are looked at")
    ] = 6
    schema_wildcards: Annotated[
        int, _of(_RNG, "comparisons", "wildcards of one interleave or group, held against the names beside them")
    ] = 5_000_000
    schema_catalogs: Annotated[int, _of(_RNG, "files", "catalogs read to find one file")] = 100
    facet_digits: Annotated[
        int, _of(_RNG, "characters", "a bound of a decimal; larger ones are compared as no regular language")
    ] = 40
    instance_bytes: Annotated[int, _of(_RNG, "bytes", "one document that is validated")] = 50_000_000
    instance_tags: Annotated[int, _of(_RNG, "tags", "tags of such a document, counted by '<'")] = 4_000_000
    instance_patterns: Annotated[
        int, _of(_RNG, "patterns", "patterns that such a document needs beside those of the schema")
    ] = 400_000
    instance_parts: Annotated[int, _of(_RNG, "parts", "the parts of all these patterns")] = 20_000_000


class Limit(msgspec.Struct, frozen=True):
    """One limit: its name, what it bounds in which unit on which surface, and its default."""

    name: str
    surface: str
    unit: str
    what: str
    default: float

    @property
    def field(self) -> str:
        """The name of its field in :class:`Limits`."""
        return self.name.replace("-", "_")


DEFAULT = Limits()
_current = DEFAULT


def table() -> tuple[Limit, ...]:
    """Return every limit, in the order of the table."""
    hints: dict[str, Any] = get_type_hints(Limits, include_extras=True)
    out = []
    for field in Limits.__struct_fields__:
        meta: msgspec.Meta = get_args(hints[field])[1]
        extra = meta.extra or {}
        default = getattr(DEFAULT, field)
        out.append(Limit(field.replace("_", "-"), extra["surface"], extra["unit"], meta.description or "", default))
    return tuple(out)


def now() -> Limits:
    """Return the limits of this run."""
    return _current


def use(given: Mapping[str, int]) -> None:
    """Set the limits of this run: the defaults with other values for the given names."""
    global _current
    for name, value in given.items():
        check(name, value)
    _current = Limits(**{name.replace("-", "_"): value for name, value in given.items()}) if given else DEFAULT


def check(name: str, value: int) -> None:
    """Refuse a limit that there is not, or a value that is none.  Raises :class:`UsageError`."""
    if name.replace("-", "_") not in Limits.__struct_fields__ or "_" in name:
        import difflib

        known = [field.replace("_", "-") for field in Limits.__struct_fields__]
        near = difflib.get_close_matches(name, known, 1, 0.4)
        raise UsageError(
            f"no limit is called {name!r}", hint=f"did you mean {near[0]}?" if near else "docs/limits.md lists them"
        )
    if not 0 < value < 1 << 62:
        raise UsageError(f"limit {name}: {value} is not a whole number above 0")


def given() -> dict[str, int]:
    """Return the limits of this run that are not the defaults, as :func:`use` takes them: for other processes."""
    fields = Limits.__struct_fields__
    others = (field for field in fields if getattr(_current, field) != getattr(DEFAULT, field))
    return {field.replace("_", "-"): int(getattr(_current, field)) for field in others}


def key() -> str:
    """Return what of the limits is not the default, for the keys of the cache; empty when nothing is."""
    if _current is DEFAULT:
        return ""
    fields = Limits.__struct_fields__
    return " ".join(f"{f}={getattr(_current, f)}" for f in fields if getattr(_current, f) != getattr(DEFAULT, f))


def raising(name: str) -> str:
    """Return the hint that says how to raise a limit."""
    value = int(getattr(_current, name.replace("-", "_")))
    return f"--limit {name}={2 * value} raises this bound"


def passed(name: str, what: str, *, hint: str = "") -> LimitError:
    """Return the error for an input that passed a limit; ``what`` says where and which."""
    return LimitError(f"{what} (limit {name})", hint=f"{hint}; {raising(name)}" if hint else raising(name))


class Deadline:
    """Raises :class:`LimitError` once the time is over; cheap enough for every chunk."""

    __slots__ = ("_seconds", "_until", "_what")

    def __init__(self, seconds: float, what: str) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        self._what = what

    def check(self) -> None:
        """Raise when the time is over."""
        if time.monotonic() > self._until:
            raise passed("seconds", f"{self._what}: not read within {self._seconds:g} seconds")
