"""Headers that a program can't include one behind the other, or twice: include guards (ISO C11 §6.10.2, §6.7).

Two headers with one guard keep each other out: what the second declares is missing.  One without a guard defines its
types and functions again.  Both are found by reading the headers as such a program does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, combinations, islice
from typing import Protocol

from abidiff.project import Unit
from abidiff.surfaces.headers.build.configurations import Configuration
from abidiff.surfaces.headers.build.lent import reached_by
from abidiff.surfaces.headers.build.settings import defines_of
from abidiff.surfaces.headers.build.tables import Entry, is_definition
from abidiff.surfaces.headers.build.unit import Parser
from abidiff.surfaces.headers.model import Clash
from abidiff.surfaces.headers.read.failures import HeaderError
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import PLACE_BITS, SourceFile
from abidiff.surfaces.headers.read.preprocess import Preprocessor

MAX_PROGRAMS = 64
MAX_WAYS = 4  # headers that lead to one that has no guard

Program = tuple[str, str]


class TranslationUnit(Protocol):
    """What is asked of a translation unit that was read."""

    files: Files
    preprocessor: Preprocessor
    parser: Parser
    units: list[Unit]
    owner: dict[str, str]
    declares: dict[str, str]
    errors: dict[str, HeaderError]
    needs: dict[str, tuple[tuple[str, str], ...]]
    below: dict[str, list[str]]
    configuration: Configuration
    target: str


def together(unit: TranslationUnit) -> tuple[Clash, ...]:
    """Return what becomes of programs that include two public headers, or one twice (the same path)."""
    found: list[Clash] = []
    for guard, program in islice(chain(_guarded(unit), _unguarded(unit)), MAX_PROGRAMS):
        lost = _kept_out(unit, program) if guard else _repeated(unit, program)
        if lost:
            found.append(Clash(guard or lost[0], "guard" if guard else "repeated", program, lost=lost))
    return tuple(found)


def _usable(unit: TranslationUnit) -> list[str]:
    return [path for path in unit.owner if path in unit.preprocessor.done and path not in unit.errors]


def _guarded(unit: TranslationUnit) -> Iterator[tuple[str, Program]]:
    """Yield guards that another header defines too, each with a program that includes this one first."""
    usable = _usable(unit)
    if len(usable) < 2:
        return
    guards = {path: unit.files.open(path).guard()[0] for path in usable}
    of: dict[str, list[str]] = {}
    for path, guard in guards.items():
        if guard:
            of.setdefault(guard, []).append(path)
    for guard, paths in of.items():
        for other in paths[1:]:
            yield guard, (paths[0], other)
            yield guard, (other, paths[0])
    for path in usable:
        file = unit.files.open(path)
        for guard in sorted(of.keys() & file.words()):
            if guard != guards[path] and _defines(file, guard):
                for other in of[guard]:
                    yield guard, (path, other)


def _defines(file: SourceFile, name: str) -> bool:
    return any(
        directive == "define" and [token[1] for token in file.tokens(start, end)[:1]] == [name]
        for directive, start, end in file.pieces
    )


def _kept_out(unit: TranslationUnit, program: Program) -> tuple[str, ...]:
    """Return the words of a header that are missing where it comes second; none where something of it is there."""
    run = _run(unit, program)
    if run is None or _words(run, program[1]):
        return ()
    first, alone = _run(unit, program[:1]), _run(unit, program[1:])
    if first is None or alone is None:
        return ()
    there = {token[1] for token in first.tokens} | {name for name, d in first.expander.table.items() if not d.guard}
    return tuple(sorted(_words(alone, program[1]) - there))


def _words(run: Preprocessor, path: str) -> set[str]:
    """Return the identifiers in a header's code, and its macros."""
    number = run.files.open(path).base >> PLACE_BITS
    names = {token[1] for token in run.tokens if token[0] == "i" and token[2] >> PLACE_BITS == number}
    macros = run.expander.table.items()
    return names | {name for name, found in macros if found.place >> PLACE_BITS == number and not found.guard}


def _unguarded(unit: TranslationUnit) -> Iterator[tuple[str, Program]]:
    """Yield programs that may read one file twice which defines something, with no guard."""
    tables, usable = unit.parser.tables, _usable(unit)
    records, enums = tables.records.values(), tables.enums.values()
    found: tuple[Iterable[Entry], ...] = (records, enums, tables.functions.values(), tables.variables.values())
    defining = {entry.mark.location.path for entry in chain(*found) if is_definition(entry)}
    once = unit.preprocessor.read_once()
    defining = {path for path in defining - once if path in unit.declares and not _guards_itself(unit.files.open(path))}
    for path in sorted(defining):
        if path in usable:
            yield "", (path, path)
        leading = (each for each in usable if each != path and path in reached_by(unit.below, each))
        ways = list(islice(leading, MAX_WAYS))
        for program in (*combinations(ways, 2), *((way, way) for way in ways[:1])):
            yield "", program


def _guards_itself(file: SourceFile) -> bool:
    """Tell whether all code of a file is behind names that it defines there, other conditions around it or not."""
    guard = file.guard()[0]
    if guard and _defines(file, guard):
        return True
    levels: list[bool] = []
    for at, (directive, start, end) in enumerate(file.pieces):
        if directive in ("if", "ifdef", "ifndef"):
            levels.append(directive == "ifndef" and _defined_next(file, at))
        elif directive == "endif" and levels:
            levels.pop()
        elif directive.startswith("el") and levels:
            levels[-1] = False
        elif not directive and not any(levels) and file.text[start:end].strip():
            return False
    return True


def _defined_next(file: SourceFile, at: int) -> bool:
    """Tell whether the directive behind an ``#ifndef`` defines its name."""
    name = [token[1] for token in file.tokens(*file.pieces[at][1:])]
    behind = next(
        (piece for piece in file.pieces[at + 1 :] if piece[0] or file.text[piece[1] : piece[2]].strip()), None
    )
    if behind is None or behind[0] != "define":
        return False
    return name == [token[1] for token in file.tokens(*behind[1:])[:1]]


def _repeated(unit: TranslationUnit, program: Program) -> tuple[str, ...]:
    """Return the names that a program defines again by reading one file twice."""
    run = _run(unit, program)
    if run is None:
        return ()
    broken: set[str] = set()

    def note(message: str, place: int, _: str) -> None:
        if not message.startswith("unknown type name"):  # which a header before it may bring
            broken.add(unit.files.location(place).path)

    parser = Parser(unit.files, run.tokens, note)
    parser.target = unit.target
    parser.unit()
    known = unit.parser.tables.places  # a file that is a template says other names where it is read by itself
    return tuple(name for name, path in parser.tables.repeated.items() if path not in broken and name in known)


def _run(unit: TranslationUnit, program: tuple[str, ...]) -> Preprocessor | None:
    """Read headers as a program does that includes them; None where it can't."""
    needs = [need for path in program for need in unit.needs.get(path, ())]
    defines = (*defines_of(unit.units[0].options), *unit.configuration, *dict.fromkeys(needs))
    run = Preprocessor(unit.files, defines, target=unit.target)
    for path in program:
        if run.root(unit.files.open(path)) is not None:
            return None
    return run
