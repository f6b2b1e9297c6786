"""The preprocessor: directives, conditions, inclusion (ISO C11 §6.10), bounded for hostile input."""

from __future__ import annotations

import re

import msgspec

from abidiff import limits
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.surfaces.headers.read.directives import (
    asked_about,
    destringized,
    is_guard,
    is_guarding,
    operand,
    parameters_of,
    words,
)
from abidiff.surfaces.headers.read.expression import Expression, NotConstant
from abidiff.surfaces.headers.read.failures import HeaderError, make_problem, too_many
from abidiff.surfaces.headers.read.files import Files
from abidiff.surfaces.headers.read.lexer import PLACE_BITS, SourceFile, Token, presentable
from abidiff.surfaces.headers.read.macros import Definition, Expander, Expanding
from abidiff.surfaces.headers.read.predefined import CPLUSPLUS, KNOWN_ATTRIBUTES, predefined

_MACRO_PRAGMA = re.compile(r'\s*(push|pop)_macro\s*\(\s*"\s*([^\s"]+)\s*"\s*\)')
_POISON = re.compile(r"\s*GCC\s+poison\b\s*(.*)", re.DOTALL)
_PRAGMA_ERROR = re.compile(r"\s*GCC\s+error\b\s*(.*)", re.DOTALL)
_CONDITIONALS = frozenset({"if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif"})
_HAS = frozenset({"__has_include", "__has_include_next"})
_HAS_FEATURE = frozenset({"__has_attribute", "__has_builtin", "__has_c_attribute", "__has_cpp_attribute"})


# C23 6.10.1: the compilers that are judged do not have it, and nothing is embedded.
_HAS_EMBED = "__has_embed"
DEFINES = "<defines>"
_OPERATORS = frozenset({"defined", _HAS_EMBED}) | _HAS | _HAS_FEATURE
_ANSWERS = frozenset({("n", "0"), ("n", "1")})
"""What most conditions are once their operators have an answer."""


class _Group(msgspec.Struct):
    """One ``#if`` group: is the current branch live, was one taken, where did it start."""

    live: bool
    taken: bool
    outer: bool
    place: int
    sentinel: int = -1
    needs: tuple[str, ...] = ()
    has_else: bool = False
    branches: int = 1
    text: str = ""


class Preprocessor(msgspec.Struct):
    """One translation unit, for one target.

    ``cplusplus``  as a C++ program reads it.
    ``tokens``     what is left for the parser; a pragma is a token of kind ``P``.
    ``sentinels``  path → spans of offsets guarded by a sentinel macro.
    ``seen``       path → file, of everything included, in order.
    ``edges``      (path of the includer, path of the included).
    ``done``       paths that were read to their end; ``via`` path → the root that led to it.
    ``absent``     names of headers that were not found.
    ``poisoned``   names that ``#pragma GCC poison`` made unusable → where it stands.
    ``used``       path → the files (by the number in their places) whose macros it asks for or expands.
    ``replaced``   path → the headers that define macros of it anew or take them away.
    ``entered``    path → branches that were live: where each directive stands, the complement of where the
                   ``#endif`` does for an ``#else`` that is not written.
    """

    files: Files
    defines: tuple[tuple[str, str], ...] = ()
    sentinel_macros: frozenset[str] = frozenset()
    target: str = "x86_64"
    cplusplus: bool = False
    tokens: list[Token] = msgspec.field(default_factory=list)
    sentinels: dict[str, list[tuple[int, int]]] = msgspec.field(default_factory=dict)
    seen: dict[str, SourceFile] = msgspec.field(default_factory=dict)
    edges: set[tuple[str, str]] = msgspec.field(default_factory=set)
    done: set[str] = msgspec.field(default_factory=set)
    via: dict[str, str] = msgspec.field(default_factory=dict)
    dropped: list[Token] = msgspec.field(default_factory=list)
    problems: list[Problem] = msgspec.field(default_factory=list)
    expander: Expander = msgspec.field(default_factory=lambda: Expander(limits.now().header_expansion))
    used: dict[str, set[int]] = msgspec.field(default_factory=dict)
    entered: dict[str, set[int]] = msgspec.field(default_factory=dict)
    replaced: dict[str, set[str]] = msgspec.field(default_factory=dict)
    absent: set[str] = msgspec.field(default_factory=set)
    poisoned: dict[str, int] = msgspec.field(default_factory=dict)
    cut: set[str] = msgspec.field(default_factory=set)
    _poisoned: set[str] = msgspec.field(default_factory=set)
    _once: set[str] = msgspec.field(default_factory=set)
    _stack: list[SourceFile] = msgspec.field(default_factory=list)
    _open: list[Token] = msgspec.field(default_factory=list)
    _pushed: dict[str, list[Definition | None]] = msgspec.field(default_factory=dict)
    _brought: dict[str, Definition] = msgspec.field(default_factory=dict)
    _in_text: bool = False
    _counter: int = 0

    def __post_init__(self) -> None:
        self._brought = {name: Definition(name, [], 0, operator=self._operator) for name in _OPERATORS}
        self.expander.table.update(predefined(self.target))
        table = self.expander.table
        if self.cplusplus:
            table.pop("__STDC_VERSION__", None)
            table.update((name, Definition(name, [("n", value, 0, True, None)], 0)) for name, value in CPLUSPLUS)
        table["__LINE__"] = Definition("__LINE__", [], 0, builtin=self._line)
        table["__FILE__"] = Definition("__FILE__", [], 0, builtin=self._file_name)
        table["__COUNTER__"] = Definition("__COUNTER__", [], 0, builtin=self._count)
        table["_Pragma"] = Definition("_Pragma", [], 0, operator=self._pragma_operator)
        text = "".join(f"#define {name} {value}\n" for name, value in self.defines)
        if text:
            self._run(self.files.internal(DEFINES, text))

    # --- places -------------------------------------------------------------------------

    def location(self, place: int) -> Location:
        """Return path, line and column of a token's place."""
        return self.files.location(place)

    def problem(self, message: str, place: int, hint: str = "") -> None:
        """Record something that could not be read."""
        self.problems.append(make_problem(self.files, message, place, hint))

    def _line(self, token: Token) -> Token:
        return ("n", str(self.location(token[2]).line), token[2], token[3], None)

    def _file_name(self, token: Token) -> Token:
        path = self.location(token[2]).path.replace("\\", "\\\\").replace('"', '\\"')
        return ("s", f'"{path}"', token[2], token[3], None)

    def _count(self, token: Token) -> Token:
        self._counter += 1
        return ("n", str(self._counter - 1), token[2], token[3], None)

    # --- files --------------------------------------------------------------------------

    def root_with(self, file: SourceFile, macros: tuple[tuple[str, str], ...]) -> HeaderError | None:
        """Include a header that asks for macros (name, value), defined only for it."""
        table = self.expander.table
        for name, value in macros:
            table[name] = Definition(name, [("n", value, 0, True, None)], 0)
        error = self.root(file, tentative=True)
        for name, _ in macros:
            table.pop(name, None)
        return error

    def root(self, file: SourceFile, *, tentative: bool = False) -> HeaderError | None:
        """Include a root header.  An ``#error`` (or a bound) ends it and is returned.

        ``tentative``: a header that fails leaves no trace (it may come in through another one).
        """
        depth = len(self._stack)
        table = self.expander.table
        if tentative:
            table.mark()
        tokens, problems, seen = len(self.tokens), len(self.problems), set(self.seen)
        once, done, absent = set(self._once), set(self.done), set(self.absent)
        poisoned = dict(self.poisoned)
        self._poisoned = set()
        error: HeaderError | None = None
        try:
            self._run(file)
            self._flush_open()
        except HeaderError as found:
            error = found
        except RecursionError:
            error = HeaderError("nested too deeply", file.base)
        del self._stack[depth:]
        self._open.clear()
        if error is not None and tentative:
            table.take_back()
            del self.tokens[tokens:], self.problems[problems:]
            self._once, self.done, self.absent, self.poisoned = once, done, absent, poisoned
            for path in [path for path in self.seen if path not in seen]:
                del self.seen[path]
        else:
            table.keep()
            for path in self.seen:
                self.via.setdefault(path, file.path)
        return error

    def _run(self, file: SourceFile) -> None:
        if file.path in self._once:
            return
        if len(self._stack) >= limits.now().header_includes:
            chain = " → ".join(f.path for f in self._stack[-3:])
            raise HeaderError(
                f"included {len(self._stack)} deep: {chain} → {file.path} (limit header-includes)",
                file.base,
                f"headers that include each other without include guards? {limits.raising('header-includes')}",
            )
        self._stack.append(file)
        first_visit = file.path not in self.seen
        self.seen.setdefault(file.path, file)
        if first_visit:
            self._complain(file)
        groups: list[_Group] = []
        entered = self.entered.setdefault(file.path, set())
        outside, self.expander.used = self.expander.used, self.used.setdefault(file.path, set())
        live = True
        for at, (name, start, end) in enumerate(file.pieces):
            if not name:
                if live and not self._text(file, start, end):
                    groups.clear()
                    break
            elif name in _CONDITIONALS:
                implied = name == "endif" and bool(groups) and groups[-1].outer and not groups[-1].taken
                live = self._conditional(file, name, start, end, groups, live)
                if implied:
                    entered.add(~start)
                elif live and name != "endif":
                    entered.add(start)
            elif live:
                if name == "error":
                    self._error(file, start, end, groups)
                self._directive(file, at, name, start, end, groups)
        if groups:
            self.problem("#if without #endif", groups[-1].place)
            self.cut.add(file.path)
        self.done.add(file.path)
        self._stack.pop()
        self.expander.used = outside

    def _complain(self, file: SourceFile) -> None:
        if file.too_large:
            message = f"the header is too large: {file.too_large:,} bytes (limit header-bytes)"
            self.problem(message, file.base, limits.raising("header-bytes"))
        if file.over >= 0:
            message = f"the header has more than {limits.now().header_tokens:,} tokens (limit header-tokens)"
            self.problem(message, file.base + file.over, limits.raising("header-tokens"))
        if file.unterminated >= 0:
            self.problem("a comment starts here and does not end", file.base + file.unterminated)
        if file.too_large or file.over >= 0 or file.unterminated >= 0:
            self.cut.add(file.path)
        if file.undecodable >= 0:
            self.problem("the text is not UTF-8", file.base + file.undecodable)

    def _text(self, file: SourceFile, start: int, end: int) -> bool:
        """Take in the text between two directives; tell whether the file goes on to be read."""
        tokens = file.tokens(start, end)
        merge = next((at for at in file.merges if start <= at < end), -1)
        if merge >= 0:
            hint = "resolve the merge" if file.text[merge] in "<>|" else "give the header itself"
            self.problem("a merge or a patch, and no text of C: not read from here on", file.base + merge, hint)
            self.cut.add(file.path)
            tokens = [token for token in tokens if token[2] - file.base < merge]
        if not tokens:
            return merge < 0
        if self._poisoned:
            self._unpoisoned(tokens)
        if self._open:
            tokens = self._open + tokens
            self._open = []
        self._in_text = True
        try:
            self.tokens.extend(self.expander.expand(tokens, self._open))
        except Expanding as error:
            self.problem(error.message, error.place, error.hint)
            self.dropped.extend(tokens)
            self._open = []
        finally:
            self._in_text = False
        if len(self.tokens) > limits.now().unit_tokens:
            too_many("unit-tokens", "tokens in one translation unit", tokens[0][2])
        return merge < 0

    def _flush_open(self) -> None:
        """A macro call that never ends: say so, and keep its name as it stands."""
        if self._open:
            token = self._open[0]
            if len(self._open) > 1:
                self.problem(f"the arguments of macro {token[1]!r} do not end", token[2])
            self.tokens.append(token)
            self._open.clear()

    # --- conditions ---------------------------------------------------------------------

    def _conditional(self, file: SourceFile, name: str, start: int, end: int, groups: list[_Group], live: bool) -> bool:
        place = file.base + start
        if name in ("if", "ifdef", "ifndef"):
            sentinel = -1
            truth = False
            if live:
                self._usable(file, start, end)
                truth = self._condition(file, name, start, end)
                if truth and self.sentinel_macros:
                    tokens = file.tokens(start, end)
                    if any(t[1] in self.sentinel_macros for t in tokens) and name != "ifndef":
                        sentinel = end
            needs = self._negated(file, name, start, end) if truth else ()
            if len(groups) >= limits.now().condition_nesting:
                too_many("condition-nesting", "conditions in conditions", place)
            groups.append(_Group(truth, truth, live, place, sentinel, needs, text=file.text[start:end]))
            return live and truth
        if not groups:
            raise HeaderError(f"#{name} without #if", place)
        group = groups[-1]
        self._close_sentinel(file, group, start)
        if name == "endif":
            groups.pop()
            return group.outer
        if group.has_else:
            raise HeaderError(f"#{name} after #else", place)
        group.branches += 1
        if group.branches > limits.now().condition_branches:
            too_many("condition-branches", "branches of one condition", place)
        if name == "else":
            group.has_else = True
            group.live = group.outer and not group.taken
        elif group.taken or not group.outer:
            group.live = False
        else:
            self._usable(file, start, end)
            group.text += f"\n{file.text[start:end]}"
            group.live = self._condition(file, name.removeprefix("el"), start, end)
        group.taken = group.taken or group.live
        return group.live

    def _close_sentinel(self, file: SourceFile, group: _Group, end: int) -> None:
        if group.sentinel >= 0:
            self.sentinels.setdefault(file.path, []).append((group.sentinel, end))
            group.sentinel = -1

    def _condition(self, file: SourceFile, name: str, start: int, end: int) -> bool:
        tokens = file.tokens(start, end)
        if name in ("ifdef", "ifndef"):
            if not tokens or tokens[0][0] != "i":
                self.problem(f"#{name} without a name", file.base + start)
                return False
            return self.defined(tokens[0][1]) == (name == "ifdef")
        try:
            return self.evaluate(tokens, file.base + start)
        except NotConstant as error:
            place = error.place if error.place >= 0 else file.base + start
            self.problem(f"#if: {error.message}", place)
            return False
        except Expanding as error:
            self.problem(f"#if: {error.message}", error.place, error.hint)
            return False

    def defined(self, name: str) -> bool:
        """Tell whether ``#ifdef NAME`` holds."""
        definition = self.expander.table.get(name)
        if definition is not None:
            self.expander.used.add(definition.place >> PLACE_BITS)
            return True
        return name in self.sentinel_macros or name in _HAS or name in _HAS_FEATURE

    def evaluate(self, tokens: list[Token], place: int) -> bool:
        """Evaluate the condition of ``#if`` (§6.10.1)."""
        ready = self.answered(tokens)
        if not ready:
            raise NotConstant("the condition is empty", place)
        if len(ready) == 1 and ready[0][:2] in _ANSWERS:
            return ready[0][1] == "1"
        table = self.expander.table
        added = {name: made for name, made in self._brought.items() if name not in table}
        dict.update(table, added)  # for a moment only
        try:
            expanded = self.expander.expand(ready)
        finally:
            for name in added:
                dict.__delitem__(table, name)
        return bool(Expression(expanded, preprocessing=True).whole()[0])

    def _operator(self, token: Token, work: list[Token]) -> list[Token]:
        """``defined X`` and the like that a macro brings: its operand is not expanded, as GCC has it."""
        taken = [token]
        if work:
            taken.append(work.pop())
        if taken[-1][1] == "(":
            depth = 1
            while work and depth:
                taken.append(work.pop())
                depth += (taken[-1][1] == "(") - (taken[-1][1] == ")")
        return self.answered(taken)

    def answered(self, tokens: list[Token]) -> list[Token]:
        """Replace ``defined X``, ``__has_include(...)`` and the like by 0 or 1."""
        out: list[Token] = []
        at = 0
        while at < len(tokens):
            kind, text, place, space, _ = tokens[at]
            at += 1
            if kind != "i" or text not in _OPERATORS:
                out.append(tokens[at - 1])
                continue
            inside, at = operand(tokens, at)
            if text == "defined":
                if len(inside) != 1:
                    raise NotConstant("'defined' without a name", place)
                found = self.defined(inside[0][1])
            elif text in _HAS:
                found = self._has_include(inside)
            elif text == _HAS_EMBED:
                found = False
            else:
                found = bool(inside) and inside[-1][1].strip("_") in KNOWN_ATTRIBUTES
            out.append(("n", str(int(found)), place, space, None))
        return out

    def _has_include(self, inside: list[Token]) -> bool:
        if len(inside) == 1 and inside[0][0] != "s":
            inside = self.expander.expand(inside)
        text = "".join(token[1] for token in inside)
        if len(text) < 3:
            return False
        return self.files.find(text[1:-1], text[0] == '"', self._stack[-1] if self._stack else None) is not None

    # --- other directives ---------------------------------------------------------------

    def _directive(self, file: SourceFile, at: int, name: str, start: int, end: int, groups: list[_Group]) -> None:
        place = file.base + start
        if name in ("define", "undef"):
            self._usable(file, start, end)
        if name == "define":
            self._define(file, at, start, end, groups)
        elif name == "undef":
            tokens = file.tokens(start, end)
            if tokens:
                self._replaced(self.expander.table.pop(tokens[0][1], None), file)
        elif name in ("include", "import", "include_next"):
            self._include(file, name, start, end)
        elif name == "pragma":
            self._pragma(file, start, end)
        elif name not in ("warning", "ident", "sccs", "line", "null") and not name.isdigit():
            self.problem(f"unknown directive #{name}", place)

    @staticmethod
    def _error(file: SourceFile, start: int, end: int, groups: list[_Group]) -> None:
        needs = groups[-1].needs if groups else ()
        raise HeaderError(
            f"#error {presentable(file.text[start:end].strip())}",
            file.base + start,
            f"give what it asks for in the defines of the profile ({needs[0]}?)" if needs else "",
            needs,
            asked_about(groups[-1].text) if groups else (),
            conditional=any(not is_guarding(file, group.place) for group in groups),
            refused=True,
        )

    @staticmethod
    def _negated(file: SourceFile, name: str, start: int, end: int) -> tuple[str, ...]:
        """Return the macros that a condition wants to be undefined: ``#ifndef X``, ``!defined X``."""
        words = [t[1] for t in file.tokens(start, end)]
        if name == "ifndef":
            return tuple(words[:1])
        found = []
        for at, word in enumerate(words):
            if word == "defined" and at and words[at - 1] == "!":
                found += [w for w in words[at + 1 : at + 3] if w != "("][:1]
        return tuple(found)

    def _replaced(self, definition: Definition | None, file: SourceFile) -> None:
        """Note that a header takes away what another one has defined."""
        if definition is not None and definition.place:
            other = self.files.file_of(definition.place)
            if other is not None and other is not file and not other.system and not definition.guard:
                self.replaced.setdefault(other.path, set()).add(file.path)

    def _define(self, file: SourceFile, at: int, start: int, end: int, groups: list[_Group]) -> None:
        tokens = file.tokens(start, end)
        if not tokens or tokens[0][0] != "i":
            self.problem("#define without a name", file.base + start)
            return
        name = tokens[0][1]
        parameters: tuple[str, ...] | None = None
        variadic = False
        body = tokens[1:]
        if body and body[0][1] == "(" and not body[0][3]:
            found = parameters_of(body)
            if found is None:
                self.problem(f"the parameters of macro {name!r} can't be read", tokens[0][2])
                return
            parameters, variadic, body = found
        definition = Definition(name, body, tokens[0][2], parameters, variadic)
        definition.guard = not body and parameters is None and is_guard(file, at, name)
        before = self.expander.table.get(name)
        if before is None:
            definition.overridable = any(name in words(group.text) for group in groups)
        elif not definition.same(before):
            self._replaced(before, file)
        self.expander.table[name] = definition

    def _include(self, file: SourceFile, name: str, start: int, end: int) -> None:
        text = file.text[start:end].strip()
        place = file.base + start + len(file.text[start:end]) - len(file.text[start:end].lstrip())
        if text[:1] not in '<"' or not text:
            try:
                text = "".join(t[1] for t in self.expander.expand(file.tokens(start, end)))
            except Expanding as error:
                self.problem(error.message, place, error.hint)
                return
        closing = {"<": ">", '"': '"'}.get(text[:1], "")
        stop = text.find(closing, 1) if closing else -1
        if stop < 0:
            self.problem('#include expects "FILE" or <FILE>', place)
            return
        wanted = text[1:stop]
        found = self.files.find(wanted, text[0] == '"', file, following=name == "include_next")
        if found is None and wanted in self.absent:
            return
        if found is None:
            self.absent.add(wanted)
            self.problem(
                f"header {wanted!r} not found",
                place,
                "give the package that it is in, or its folder: --with PACKAGE; or name its place in include_dirs",
            )
            return
        self.edges.add((file.path, found.path))
        self._run(found)

    def _pragma(self, file: SourceFile, start: int, end: int) -> None:
        text = file.text[start:end].strip()
        if text == "once":
            self._once.add(file.path)
        elif not self._macro_pragma(text):
            self._poison_or_error(text, file.base + start)
            if text.startswith("redefine_extname"):
                try:
                    text = " ".join(t[1] for t in self.expander.expand(file.tokens(start, end)))
                except Expanding as error:
                    self.problem(error.message, file.base + start, error.hint)
            self.tokens.append(("P", text, file.base + start, True, None))

    def _pragma_operator(self, token: Token, work: list[Token]) -> list[Token]:
        """``_Pragma("...")`` (§6.10.9): what is about macros is carried out here, all else left to who reads them."""
        if [t[0] for t in work[:-4:-1]] != ["p", "s", "p"]:
            return [token]
        text = destringized(work[-2])
        if self._in_text and self.expander.depth == 1 and self._macro_pragma(text):
            del work[-3:]
            return []
        if self._in_text:  # a macro that is only looked at says nothing yet
            self._poison_or_error(text, token[2])
        return [token]

    def _poison_or_error(self, text: str, place: int) -> None:
        """``GCC poison NAME...`` also takes the macros of these names away; ``GCC error`` is ``#error``."""
        match = _POISON.match(text)
        if match:
            names = re.findall(r"[A-Za-z_$][\w$]*", match.group(1))
            self.poisoned.update(dict.fromkeys(names, place))
            self._poisoned.update(names)
            for name in names:
                self.expander.table.pop(name, None)
        elif match := _PRAGMA_ERROR.match(text):
            raise HeaderError(f"#pragma GCC error {presentable(match.group(1).strip())}", place)

    def _usable(self, file: SourceFile, start: int, end: int) -> None:
        if self._poisoned:
            self._unpoisoned(file.tokens(start, end))

    def _unpoisoned(self, tokens: list[Token]) -> None:
        """Refuse a header that uses a name which it, or a header that it includes, has poisoned."""
        for kind, text, place, _, _ in tokens:
            if kind == "i" and text in self._poisoned:
                raise HeaderError(f"{text!r} is poisoned here: a use of it is an error", place)

    def _macro_pragma(self, text: str) -> bool:
        """Carry out ``push_macro`` and ``pop_macro``; False when it is neither."""
        match = _MACRO_PRAGMA.match(text)
        if match is None:
            return False
        what, name = match.groups()
        table = self.expander.table
        if what == "push":
            self._pushed.setdefault(name, []).append(table.get(name))
        elif self._pushed.get(name):
            found = self._pushed[name].pop()
            if found is None:
                table.pop(name, None)
            else:
                table[name] = found
        return True
