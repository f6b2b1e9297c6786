"""Which configurations of free macros are examined, so that each branch that can be entered is entered in one.

A free macro is one that a condition asks for and that neither the headers nor the target define.  For each branch
that no run has entered so far the smallest assignment is searched under which its conditions hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, product

from abidiff.surfaces.headers.build.asked import test_of
from abidiff.surfaces.headers.model import Block, fingerprint
from abidiff.surfaces.headers.read import conditions
from abidiff.surfaces.headers.read.conditions import Branch
from abidiff.surfaces.headers.read.expression import Expression, NotConstant
from abidiff.surfaces.headers.read.lexer import SourceFile, Token, tokenize
from abidiff.surfaces.headers.read.macros import Definition, Expanding
from abidiff.surfaces.headers.read.predefined import differing, macros_of
from abidiff.surfaces.headers.read.preprocess import DEFINES, Preprocessor
from abidiff.surfaces.headers.read.worlds import LANGUAGE, MACHINE, world

Configuration = tuple[tuple[str, str], ...]

MAX_CONFIGURATIONS = 16
MIN_CONFIGURATIONS = 3
MAX_TOKENS = 500_000  # over all configurations
MAX_MACROS = 3
MAX_NAMES = 8
MAX_TRIALS = 400
MAX_BEHIND = 2_000  # tokens of macros in one condition
STANDARD_TYPES = frozenset({"FILE", "size_t", "ssize_t", "time_t", "va_list", "obstack"})
OPEN, DEAD, BOUND, UNREAD, RESERVED, INTERNAL = "open", "dead", "bound", "unread", "reserved", "internal"
# What a library defines while it is built itself.
_INTERNAL = re.compile(
    r"(?:^|_)(?:BUILD|BUILDING|BUILT|INTERNAL|INTERNALS|COMPILING|COMPILATION|EXPORTS?|PRIVATE|IMPLEMENTATION|INSIDE"
    r"|SOURCE_FILE)(?:_|$)|^IN_|(?<!_GNU)(?<!POSIX)(?<!XOPEN)(?<!DEFAULT)(?<!BSD)(?<!SVID)(?<!ISOC99)"
    r"(?<!ISOC11)(?<!ATFILE)(?<!LARGEFILE)(?<!LARGEFILE64)_SOURCE$"
)
_WITH_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*([<>]=?|[=!]=)\s*([A-Za-z_]\w*\s*\([\s\d,xXa-fA-FuUlL]*\))")
_MEASURE = re.compile(r"\b__(?:SIZEOF_\w+|\w+_WIDTH|BIGGEST_ALIGNMENT|BYTE_ORDER)__\b")
_DIRECTIVE = re.compile(r"(?m)^[ \t]*#[ \t]*(?:el)?if\b.*$")
_VALUED = re.compile(r"(?:^|[(&|!\s])([A-Za-z_]\w*)(?=\s*(?:$|[)&|]))")


def internal(name: str) -> bool:
    """Tell whether a macro is one that a library defines while it is built itself."""
    return _INTERNAL.search(name) is not None


class Conditions:
    """The branches of the headers that a run read, and the macros that programs may define."""

    def __init__(self, preprocessor: Preprocessor, paths: Collection[str]) -> None:
        self.preprocessor = preprocessor
        self.table = preprocessor.expander.table
        self.fixed = {name for name, _ in preprocessor.defines} | preprocessor.sentinel_macros
        self.files = [file for path, file in preprocessor.seen.items() if path in paths and not file.system]
        self.branches = {file.path: list(conditions.branches(file)) for file in self.files}
        self.values: dict[str, list[str]] = {}
        self.compared: dict[str, list[str]] = {}
        self.defaults: set[str] = set()
        self.derived: dict[str, str] = {}
        self._solved: dict[tuple[str, int], tuple[Configuration | None, str]] = {}
        self._noted: dict[str, str] = {}
        self._taken: dict[tuple[str, int], dict[str, None]] = {}
        for file in self.files:
            if self.branches[file.path]:
                self._values(file)

    def _values(self, file: SourceFile) -> None:
        """Note the numbers that macros are compared with, and which have a value only by default."""
        defines = [
            (start, tokens[0][1])
            for name, start, end in file.pieces
            if name == "define" and (tokens := file.tokens(start, end))
        ]
        for branch in self.branches[file.path]:
            if branch.conditions:
                self._note(file, branch, defines)

    def _note(self, file: SourceFile, branch: Branch, defines: list[tuple[int, str]]) -> None:
        last = branch.conditions[-1]
        text = file.text[last.start : last.end]
        if last.kind == "if":
            behind = self._behind(conditions.names(file.tokens(last.start, last.end)))
            text = " ".join((text, *(token[1] for token in behind)))
        for name, value, bounds in (*conditions.compared(text), *self._with_calls(text)):
            self.compared.setdefault(name, []).extend(map(str, bounds))
            self.values.setdefault(name, []).extend(map(str, conditions.numbers_about(value)))
        if last.kind == "if":
            for match in _VALUED.finditer(text):
                self.values.setdefault(match[1], []).append("0")
        inside = [name for start, name in defines if branch.begin <= start < branch.end]
        if not inside:
            return
        asked = set(conditions.names(file.tokens(last.start, last.end)))
        self.defaults.update(asked.intersection(inside))
        kind = next(filter(None, map(world, self.names(file, branch))), "")
        for name in inside if kind else ():
            if name not in asked:
                self.derived.setdefault(name, kind)

    def _with_calls(self, text: str) -> Iterator[tuple[str, int, tuple[int, ...]]]:
        """Yield the names that a condition compares with the value of a macro: ``USE < VERSION(3, 12)``."""
        for match in _WITH_CALL.finditer(text):
            call = tokenize(match[3], 0, len(match[3]), 0)
            definition = self.table.get(call[0][1])
            if definition is None or definition.parameters is None:
                continue
            try:
                value = Expression(self.preprocessor.expander.expand(call), preprocessing=True).whole()[0]
            except (NotConstant, Expanding, RecursionError):
                continue
            if 0 <= value < 1 << 64:
                yield match[1], int(value), conditions.bounds(match[2], int(value))

    # --- macros -----------------------------------------------------------------------------

    def why(self, name: str) -> str:
        """Return why no program defines a macro; empty for a free one, ``fixed`` for one that has its value."""
        found = self._noted.get(name)
        if found is None:
            found = self._noted[name] = self._why(name)
        return found

    def _why(self, name: str) -> str:
        definition = self.table.get(name)
        if name in self.fixed or (definition is not None and (definition.guard or name not in self.defaults)):
            return world(name) or "fixed"
        if definition is not None and self._foreign(definition):
            return world(name) or "fixed"  # a header of others defines it, whatever the program does
        if name in STANDARD_TYPES:
            return RESERVED
        if name.startswith("__"):
            return world(name) or RESERVED
        return world(name) or self.derived.get(name, "") or (INTERNAL if internal(name) else "")

    def _foreign(self, definition: Definition) -> bool:
        file = self.preprocessor.files.file_of(definition.place) if definition.place else None
        return file is not None and file.system and file.path != DEFINES

    def names(self, file: SourceFile, branch: Branch) -> list[str]:
        """Return the names in the conditions of a branch, and in what macros of the headers among them stand for."""
        found: dict[str, None] = {}
        for condition in branch.conditions:
            found.update(self._asked_by(file, condition))
        return list(found)

    def _asked_by(self, file: SourceFile, condition: conditions.Condition) -> dict[str, None]:
        key = file.path, condition.start
        asked = self._taken.get(key)
        if asked is None:
            asked = dict.fromkeys(conditions.names(file.tokens(condition.start, condition.end)))
            if condition.kind == "if":
                asked.update(dict.fromkeys(conditions.names(self._behind(asked))))
            self._taken[key] = asked
        return asked

    def _behind(self, names: Iterable[str]) -> list[Token]:
        """Return the tokens of the macros of the headers that names in a condition stand for, and of those in them."""
        found: list[Token] = []
        pending, seen = list(names), set(names)
        while pending and len(found) < MAX_BEHIND:
            definition = self.table.get(pending.pop())
            if definition is None or definition.guard or not definition.place or self._foreign(definition):
                continue
            found += definition.body
            more = [t[1] for t in definition.body if t[0] == "i" and t[1] not in seen]
            seen.update(more)
            pending += more
        return found

    def _matters(self, file: SourceFile, branch: Branch) -> bool:
        """Tell whether a program may enter a branch, and whether there is something in it."""
        if conditions.says_nothing(file, branch):
            return False
        if branch.key in self.preprocessor.entered.get(file.path, ()):
            return True
        configuration, why = self.solve(file, branch)
        return configuration is not None or why == OPEN

    def tests(self) -> tuple[str, ...]:
        """Return the conditions that ask for macros that programs may define, as expressions over these."""
        found: dict[str, None] = {}
        for file in self.files:
            asked = {c for b in self.branches[file.path] if self._matters(file, b) for c in b.conditions}
            for condition in {(c.kind, c.start, c.end): c for c in asked}.values():
                free = {name for name in self._asked_by(file, condition) if not self.why(name)}
                tokens = file.tokens(condition.start, condition.end)
                if free and condition.kind != "if":
                    found[f"defined {tokens[0][1]}"] = None
                elif free:
                    found[test_of(self.preprocessor, tokens, free)] = None
        return tuple(sorted(found))

    def free(self) -> dict[str, tuple[str, ...]]:
        """Return the macros that programs may define: name → value by default, and the numbers it is compared with."""
        found = {n for file in self.files for b in self.branches[file.path] for n in self.names(file, b)}
        return {
            name: (self._default(name), *sorted(set(self.compared.get(name, ())), key=int))
            for name in sorted(found)
            if not self.why(name)
        }

    def _default(self, name: str) -> str:
        definition = self.table.get(name)
        return definition.body[0][1] if definition is not None and len(definition.body) == 1 else "0"

    # --- branches ---------------------------------------------------------------------------

    def waiting(self, entered: Mapping[str, Collection[int]]) -> Iterator[tuple[SourceFile, Branch]]:
        """Yield the branches that no run has entered: those that are written and not empty, and implied ones."""
        for file in self.files:
            seen = entered.get(file.path, ())
            for branch in self.branches[file.path]:
                if branch.key not in seen and (branch.key < 0 or conditions.content(file, branch)):
                    yield file, branch

    def solve(self, file: SourceFile, branch: Branch) -> tuple[Configuration | None, str]:
        """Return the smallest configuration that enters a branch, else why there is none."""
        key = file.path, branch.key
        if key not in self._solved:
            self._solved[key] = self._solve(file, branch)
        return self._solved[key]

    def _solve(self, file: SourceFile, branch: Branch) -> tuple[Configuration | None, str]:
        names = self.names(file, branch)
        free = [name for name in names if not self.why(name)]
        closed = self._closed(file, branch)
        if closed:
            return None, closed
        if len(free) > MAX_NAMES and branch.conditions:
            last = branch.conditions[-1]
            own = set(conditions.names(file.tokens(last.start, last.end)))
            free.sort(key=lambda name: name not in own)  # what its own condition asks for is tried
        trials, complete = 0, len(free) <= MAX_MACROS and not any(name in self.values for name in free)
        for count in range(1, min(MAX_MACROS, len(free)) + 1):
            for chosen in combinations(free[:MAX_NAMES], count):
                for values in product(*(self._choices(name) for name in chosen)):
                    trials += 1
                    if trials > MAX_TRIALS:
                        return None, OPEN
                    if self._holds(file, branch, tuple(zip(chosen, values, strict=True))):
                        return tuple(sorted(zip(chosen, values, strict=True))), ""
        if self._holds(file, branch, ()):
            return None, OPEN  # it depends on what was read before
        kinds = [kind for kind in map(self.why, names) if kind and kind != "fixed"]
        if kinds:
            return None, kinds[0]
        return None, DEAD if not free or complete else OPEN

    def _closed(self, file: SourceFile, branch: Branch) -> str:
        """Return why a branch is never entered where a condition of it asks for nothing that programs define."""
        for condition in branch.conditions:
            asked = self._asked_by(file, condition)
            why = [self.why(name) for name in asked]
            if not asked or not all(why):
                continue
            try:
                holds = self._condition(file, condition)
            except (NotConstant, Expanding, RecursionError):
                continue
            if holds != condition.wanted:
                return next((kind for kind in why if kind != "fixed"), DEAD)
        return ""

    def _choices(self, name: str) -> list[str]:
        return list(dict.fromkeys(("1", *self.values.get(name, ()))))[:10]

    def _holds(self, file: SourceFile, branch: Branch, chosen: Configuration) -> bool:
        """Tell whether all conditions of a branch hold under an assignment; what it leaves out is as by default."""
        table = self.table
        names = {name for name, _ in chosen}
        hidden = [
            name
            for name in self.names(file, branch)
            if name in self.defaults and name not in names and not self.why(name)
            and self._asks_whether_defined(file, branch, name)
        ]  # fmt: skip
        kept = {name: table.pop(name, None) for name in (*names, *hidden)}
        try:
            table.update((name, _definition(name, value)) for name, value in chosen)
            return all(self._condition(file, condition) == condition.wanted for condition in branch.conditions)
        except (NotConstant, Expanding, RecursionError):
            return False
        finally:
            for name, definition in kept.items():
                table.pop(name, None)
                if definition is not None:
                    table[name] = definition

    @staticmethod
    def _asks_whether_defined(file: SourceFile, branch: Branch, name: str) -> bool:
        """Tell whether a condition asks for the definition of a macro, not for its value."""
        for condition in branch.conditions:
            words = [t[1] for t in file.tokens(condition.start, condition.end)]
            if name in words and (condition.kind != "if" or "defined" in words):
                return True
        return False

    def _condition(self, file: SourceFile, condition: conditions.Condition) -> bool:
        tokens = file.tokens(condition.start, condition.end)
        if condition.kind != "if":
            return bool(tokens) and self.preprocessor.defined(tokens[0][1]) == (condition.kind == "ifdef")
        return self.preprocessor.evaluate(tokens, file.base + condition.start)

    def machines(self, targets: Collection[str]) -> tuple[dict[str, frozenset[int]], list[str]]:
        """Return the targets on which branches are live that are not on x86_64, and a choice of them.

        With each target the numbers of the branches; the choice enters each branch, then each set of them.
        """
        live: dict[str, set[int]] = {}
        chosen: list[str] = []
        ordered = dict(self.table)
        for number, (file, branch) in enumerate(self.waiting(self.preprocessor.entered)):
            names = self.names(file, branch)
            if branch.key < 0 or not any(name in differing() or name in _WIDTHS for name in names):
                continue
            these = [target for target in targets if self.live_on(file, branch, target)]
            for target in these:
                live.setdefault(target, set()).add(number)
            if these and not any(target in chosen for target in these):
                chosen.append(these[0])
        self.table.clear()
        self.table.update(ordered)  # in the order of their definition, which models keep
        sets = {target: frozenset(live[target]) for target in targets if target in live}
        for target, found in sets.items():
            if all(sets[other] != found for other in chosen):
                chosen.append(target)
        return sets, chosen

    def measuring(self, targets: Collection[str]) -> list[str]:
        """Return the targets on which macros of the compiler that the headers put into code are other numbers.

        These are the sizes, widths and the order of bytes: ``char room[__SIZEOF_POINTER__]``.
        """
        text = "\n".join(file.text for file in self.files if "__" in file.text)
        names = set(_MEASURE.findall(_DIRECTIVE.sub("", text))) & differing() - self.fixed
        here = macros_of("x86_64")
        return [t for t in targets if any(macros_of(t).get(name, "") != here.get(name, "") for name in names)]

    def _asked(self, file: SourceFile, branch: Branch) -> set[str]:
        """Return the names in the conditions of a branch and in the macros that these stand for."""
        found: set[str] = set()
        pending = self.names(file, branch)
        while pending:
            name = pending.pop()
            if name not in found:
                found.add(name)
                definition = self.table.get(name)
                pending += [t[1] for t in definition.body if t[0] == "i"] if definition is not None else ()
        return found

    def live_on(self, file: SourceFile, branch: Branch, target: str) -> bool:
        """Tell whether the conditions of a branch hold on a target."""
        table, there = self.table, macros_of(target)
        names = [name for name in self._asked(file, branch) if name in differing()]
        kept = {name: table.pop(name, None) for name in names}
        widths = {name: table.get(name) for name in _WIDTHS if name in table}
        try:
            table.update((name, _definition(name, there[name])) for name in names if name in there)
            if there.get("__SIZEOF_LONG__") == "4":
                table.update((name, _definition(name, _WIDTHS[name])) for name in widths)
            return all(self._condition(file, condition) == condition.wanted for condition in branch.conditions)
        except (NotConstant, Expanding, RecursionError):
            return False
        finally:
            for name, definition in (*kept.items(), *widths.items()):
                table.pop(name, None)
                if definition is not None:
                    table[name] = definition


# What the C library defines from the target's macros, where long has 32 bits.
_WIDTHS = {
    "__WORDSIZE": "32",
    "LONG_MAX": "0x7fffffff",
    "ULONG_MAX": "0xffffffffU",
    "LONG_BIT": "32",
    "SIZE_MAX": "0xffffffffU",
    "UINTPTR_MAX": "0xffffffffU",
    "INTPTR_MAX": "0x7fffffff",
}


def _definition(name: str, value: str) -> Definition:
    return Definition(name, tokenize(value, 0, len(value), 0), 0)


def bound(tokens: int) -> int:
    """Return how many configurations beside the default one are examined of headers with that many tokens."""
    return max(MIN_CONFIGURATIONS, min(MAX_CONFIGURATIONS, MAX_TOKENS // (tokens + 1)))


def covering(found: Conditions) -> dict[Configuration, bool]:
    """Return the configurations beside the default one, smallest first, and whether one only leaves out code."""
    made: dict[Configuration, bool] = {}
    for file, branch in found.waiting(found.preprocessor.entered):
        configuration, _ = found.solve(file, branch)
        if configuration is not None:
            made[configuration] = made.get(configuration, True) and branch.key < 0
    return {each: made[each] for each in sorted(made, key=lambda each: (made[each], len(each), each))}


def texts(found: Conditions, entered: Mapping[str, Collection[int]], paths: Collection[str]) -> tuple[str, ...]:
    """Return hashes over the conditions and the code of the branches that were entered."""
    out = set()
    for file in found.files:
        seen = entered.get(file.path, ())
        for branch in found.branches[file.path] if file.path in paths else ():
            if branch.key >= 0 and branch.key in seen:
                out.add(fingerprint(conditions.text(file, branch), conditions.digest(file, branch)))
    return tuple(sorted(out))


def blocks(
    found: Conditions,
    entered: Mapping[str, Collection[int]],
    failed: Collection[Configuration],
    left_out: Collection[Configuration],
    unread: Collection[str] = (),
) -> tuple[Block, ...]:
    """Return the outermost branches that are written and that no examined configuration enters, each with why.

    ``unread``: judged targets for which the headers could not be read.
    """
    out: list[Block] = []
    for file, branch in found.waiting(entered):
        seen = entered.get(file.path, ())
        if branch.key < 0 or any(parent not in seen for parent in branch.parents):
            continue
        configuration, why = found.solve(file, branch)
        if configuration is None and (conditions.refuses(file, branch) or _shown(found, file, branch, why)):
            continue
        if configuration is not None:
            why = UNREAD if configuration in failed else BOUND if configuration in left_out else DEAD
        elif why == MACHINE and any(found.live_on(file, branch, target) for target in unread):
            why = UNREAD
        line = file.location(branch.begin).line
        out.append(Block(file.path, line, conditions.text(file, branch), why, conditions.digest(file, branch)))
    return tuple(sorted(out, key=lambda block: (block.path, block.line)))


def _shown(found: Conditions, file: SourceFile, branch: Branch, why: str) -> bool:
    """Tell whether a branch only says which language linkage declarations have in C++ (:mod:`languages`)."""
    return why == LANGUAGE and "__cplusplus" in found.names(file, branch) and conditions.only_linkage(file, branch)
