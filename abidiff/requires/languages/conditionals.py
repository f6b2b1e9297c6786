"""The conditional groups of C files (ISO C 6.10.1), without preprocessing: which checks each line is behind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import reduce
from typing import NamedTuple

from abidiff.errors import ParseError
from abidiff.location import Location, blanked
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.facts import UNKNOWN, Condition, Facts, conjunction, guard_of, negated, shortened
from abidiff.requires.languages.c_asserts import Assertion
from abidiff.requires.languages.c_conditions import Outcome, defined, either, outcome, refused, torn
from abidiff.requires.languages.c_expressions import MOST_TOKENS, tokens
from abidiff.requires.languages.c_points import Macro, Steps
from abidiff.requires.model import Guard

DIRECTIVE = re.compile(
    r"[ \t]*#[ \t]*(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif|define|undef|error|pragma[ \t]+weak)\b(.*)",
    re.DOTALL,
)
DEFINITION = re.compile(r"(\w+)(\([^)]*\))? ?(.*)")
COMMENT = re.compile(r"""//[^\n]*|/\*.*?(?:\*/|\Z)|'\\?"'|"(?:\\.|[^"\\\n])*\"""", re.DOTALL)
DEEPEST = 300
"""Groups inside each other; compilers have to take 63 (ISO C 5.2.4.1)."""
MOST = 2000
"""Characters of a macro's value that are looked at."""

Tokens = tuple[str, ...]


class Region(NamedTuple):
    """Lines from ``start`` on that are behind ``guards``, up to the next region.

    ``skipped``  they are in no program.
    ``path``     the condition under which they are reached, as tokens; none where they stand in no conditional group.
    """

    start: int
    guards: tuple[Guard, ...]
    skipped: bool = False
    path: Tokens = ()

    @property
    def always(self) -> bool:
        """Tell whether the lines stand in no conditional group."""
        return not self.path


class Directive(NamedTuple):
    """A directive: its line, its word, and the rest of it."""

    line: int
    word: str
    rest: str


class _Open(NamedTuple):
    """A group that is open: what its branches so far said, what this one does and how it reads, and where it began.

    ``here`` is None where a file only makes sure that it is read once.  ``skipped``: its condition never holds, or
    that of a branch before it always does; this holds then for all ``later`` ones.  ``path``: the condition of this
    branch as tokens, with those of the branches before it.
    """

    before: Condition
    here: Condition | None
    now: Guard | None
    line: int
    text: str
    skipped: bool = False
    later: bool = False
    path: Tokens = ()


class Groups:
    """Goes through the directives of one file.

    ``regions``  the lines and the checks that they are behind.
    ``macros``   what the file defines, with the conditions around each definition.
    ``refusals`` groups that hold ``#error``, with what the application stands on therefore.
    ``steps``    what is left of the steps that conditions may take.
    ``weak``     name → the line that makes it weak (``#pragma weak NAME``), where that is behind no condition.
    """

    def __init__(self, path: str, catalogue: Catalogue, others: Mapping[str, Macro]) -> None:
        self.path = path
        self.catalogue = catalogue
        self.others = others
        self.known: dict[str, Macro] = dict(others)
        self.macros: dict[str, Macro] = {}
        self.weak: dict[str, int] = {}
        self.refusals: list[Guard] = []
        self.regions = [Region(1, ())]
        self.stack: list[_Open] = []
        self.steps = Steps()

    def read(self, directives: list[Directive]) -> None:
        """Take in all directives.  Raises ParseError when the groups do not pair."""
        skipped = False
        for n, found in enumerate(directives):
            if found.word in ("define", "undef"):
                if not skipped:
                    (self._define if found.word == "define" else self._undefine)(found.rest)
                continue
            if found.word == "error":
                if not skipped:
                    self._refuse(found)
                continue
            if found.word.startswith("pragma"):
                if not self._path() and found.rest.isidentifier():
                    self.weak.setdefault(found.rest, found.line)
                continue
            after = directives[n + 1] if n + 1 < len(directives) else None
            self._conditional(found, after)
            skipped = any(each.skipped for each in self.stack)
            guards = () if skipped else tuple(each.now for each in self.stack if each.now is not None)
            self.regions.append(Region(found.line, guards, skipped, self._path()))
        if self.stack:
            place = Location(self.path, self.stack[-1].line, 1)
            raise ParseError("#if without #endif", place, hint="the file ends inside of it")

    def _refuse(self, found: Directive) -> None:
        """Take in ``#error``: the application stands on that the conditions do not lead to it."""
        around = [each for each in self.stack if each.here is not None]
        if around:
            text, place = f"{around[-1].text} #error {found.rest}", Location(self.path, around[-1].line, 1)
            facts = refused(self._path(), self.catalogue, self.known, self.steps)
            self.refusals += [guard_of(each, shortened(text), place) for each in facts]

    def asserted(self, region: Region, found: Assertion, line: int) -> list[Guard]:
        """Return what the application stands on because of an assertion."""
        fails = joined(region.path, ("!", "(", *tokens(found.asked), ")"))
        facts = refused(fails, self.catalogue, self.known, self.steps, code=True)
        return [guard_of(each, shortened(found.text), Location(self.path, line, 1)) for each in facts]

    def _path(self) -> Tokens:
        return reduce(joined, (each.path for each in self.stack if each.here is not None), ())

    def _where(self) -> Condition | None:
        """Return what the conditions around say, but for that by which a file is read once."""
        around = [each.here for each in self.stack if each.here is not None]
        return reduce(conjunction, around) if around else None

    def _conditional(self, found: Directive, after: Directive | None) -> None:
        line, word, rest = found
        location = Location(self.path, line, 1)
        condition, always = UNKNOWN, None
        if word not in ("else", "endif"):
            condition, always = self._condition(word, rest)
        path = ("(", *_tokens(word, rest), ")")
        if word.startswith("if"):
            here = None if _only_once(found, after) and rest not in self.catalogue.entries else condition
            guard = _guard(condition.yes, f"#{word} {rest}", location)
            if len(self.stack) >= DEEPEST:
                raise ParseError(f"#if nested more than {DEEPEST} deep", location)
            self.stack.append(
                _Open(negated(condition), here, guard, line, f"#{word} {rest}", always is False, always is True, path)
            )
        elif not self.stack:
            raise ParseError(f"#{word} without #if", location, line_text=f"#{word} {rest}")
        elif word == "endif":
            self.stack.pop()
        else:
            top = self.stack.pop()
            before = top.before
            if word == "else":
                condition = before
            else:
                before, condition = conjunction(before, negated(condition)), conjunction(before, condition)
            shown = f"#{word} {rest}" if rest else f"#else of line {top.line}"
            now = _guard(condition.yes, shown, location)
            skipped = top.later or always is False
            path = joined(_not_last(top.path), path if word != "else" else ())
            self.stack.append(
                _Open(before, condition, now, top.line, shown, skipped, top.later or always is True, path)
            )

    def _condition(self, word: str, rest: str) -> Outcome:
        return outcome(_tokens(word, rest), self.catalogue, self.known, self.steps)

    def _define(self, rest: str) -> None:
        found = DEFINITION.match(rest[:MOST])
        if found is None:
            return
        name, parameters, value = found[1], found[2] or "", found[3]
        macro = defined(parameters, value, self._where())
        self.macros[name] = either(self.macros[name], macro) if name in self.macros else macro
        self._know(name)

    def _undefine(self, rest: str) -> None:
        name = rest.split()[0] if rest.split() else ""
        if name in self.macros:
            self.macros[name] = torn(self.macros[name])
            self._know(name)

    def _know(self, name: str) -> None:
        own, other = self.macros[name], self.others.get(name)
        self.known[name] = either(own, other) if other is not None else own


def _tokens(word: str, rest: str) -> Tokens:
    """Return the tokens of the condition of a directive."""
    if word in ("if", "elif"):
        return tokens(rest)
    found = ("defined", *rest.split()[:1])
    return found if word in ("ifdef", "elifdef") else ("!", *found)


def joined(one: Tokens, other: Tokens) -> Tokens:
    """Return the condition that two hold; what is too long is cut, and says nothing then."""
    return (*one, *(("&&",) if one and other else ()), *other)[: MOST_TOKENS + 1]


def _not_last(path: Tokens) -> Tokens:
    """Return the condition that a branch does not hold and those before it do not either: its own stands last."""
    depth = 0
    for n in range(len(path) - 1, -1, -1):
        depth += (path[n] == ")") - (path[n] == "(")
        if depth == 0:
            return (*path[:n], "!", *path[n:])
    return path


def _only_once(found: Directive, after: Directive | None) -> bool:
    """Tell whether a group is there only as long as a name is not defined that its first line defines."""
    return found.word == "ifndef" and after is not None and after.word == "define" and _first(after) == found.rest


def _first(found: Directive) -> str:
    return found.rest.split("(")[0].split()[0] if found.rest.split("(")[0].split() else ""


def directives(text: str) -> list[Directive]:
    """Return the directives of a file that say which lines count, and those that define macros."""
    if "#" not in text:
        return []
    bare = COMMENT.sub(_blank, text) if "/*" in text or "//" in text else text
    out = []
    lines = bare.split("\n")
    n = 0
    while n < len(lines):
        line, start = lines[n].rstrip("\r"), n
        if "#" in line:
            parts = [line]
            while parts[-1].endswith("\\") and n + 1 < len(lines):
                n += 1
                parts[-1] = parts[-1][:-1]
                parts.append(lines[n].rstrip("\r"))
            found = DIRECTIVE.match("".join(parts))
            if found:
                out.append(Directive(start + 1, found[1], " ".join(found[2].split())))
        n += 1
    return out


def _blank(found: re.Match[str]) -> str:
    """Return spaces for a comment; a string stays, for what looks like a comment in it is none."""
    return found[0] if found[0][0] in "\"'" else blanked(found[0])


def _guard(facts: Facts, text: str, location: Location) -> Guard | None:
    if not facts:
        return None
    return guard_of(facts, text[:120], location)
