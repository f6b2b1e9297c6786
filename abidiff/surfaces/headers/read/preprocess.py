"""The preprocessor: directives, conditions, inclusion (ISO C11 §6.10), bounded for hostile input."""

from __future__ import annotations

import re

import msgspec

from abidiff import limits
from abidiff.finding import ProblemKind
from abidiff.surfaces.headers.read.again import Again, RootRun, join
from abidiff.surfaces.headers.read.answers import OPERATORS, Answers
from abidiff.surfaces.headers.read.directives import (
    asked_about,
    destringized,
    is_guard,
    is_guarding,
    negated,
    parameters_of,
    words,
)
from abidiff.surfaces.headers.read.expression import NotConstant
from abidiff.surfaces.headers.read.failures import HeaderError, too_many
from abidiff.surfaces.headers.read.lexer import SourceFile, Token, presentable
from abidiff.surfaces.headers.read.macros import Definition, Expanding
from abidiff.surfaces.headers.read.predefined import CPLUSPLUS, predefined

_MACRO_PRAGMA = re.compile(r'\s*(push|pop)_macro\s*\(\s*"\s*([^\s"]+)\s*"\s*\)')
_POISON = re.compile(r"\s*GCC\s+poison\b\s*(.*)", re.DOTALL)
_PRAGMA_ERROR = re.compile(r"\s*GCC\s+error\b\s*(.*)", re.DOTALL)
_CONDITIONALS = frozenset({"if", "ifdef", "ifndef", "elif", "elifdef", "elifndef", "else", "endif"})
DEFINES = "<defines>"
MAX_DEEP = 20
"""After so many headers that include too deep no more are begun: each would read all that the limit allows."""


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


class Preprocessor(Answers):
    """One translation unit, for one target.

    ``like``       another run over the same files: root headers that do the same as there are not read again.
    ``reordered``  this one reads some of them behind all others; ``unlike``: headers for which that one is no example.
    ``tokens``     what is left for the parser; a pragma is a token of kind ``P``.
    ``sentinels``  path → spans of offsets guarded by a sentinel macro.
    ``seen``       path → file, of everything included, in order.
    ``edges``      (path of the includer, path of the included).
    ``done``       paths that were read to their end; ``via`` path → the root that led to it.
    ``absent``     names of headers that were not found.
    ``first``      the macros before the first header; ``runs`` path → what a root header did.
    ``poisoned``   names that ``#pragma GCC poison`` made unusable → where it stands.
    ``used``       path → the files (by the number in their places) whose macros it asks for or expands.
    ``replaced``   path → the headers that define macros of it anew or take them away.
    ``entered``    path → branches that were live: where each directive stands, the complement of where the
                   ``#endif`` does for an ``#else`` that is not written.
    """

    like: Preprocessor | None = None
    reordered: bool = False
    unlike: frozenset[str] = frozenset()
    tokens: list[Token] = msgspec.field(default_factory=list)
    sentinels: dict[str, list[tuple[int, int]]] = msgspec.field(default_factory=dict)
    seen: dict[str, SourceFile] = msgspec.field(default_factory=dict)
    edges: set[tuple[str, str]] = msgspec.field(default_factory=set)
    done: set[str] = msgspec.field(default_factory=set)
    via: dict[str, str] = msgspec.field(default_factory=dict)
    dropped: list[Token] = msgspec.field(default_factory=list)
    used: dict[str, set[int]] = msgspec.field(default_factory=dict)
    entered: dict[str, set[int]] = msgspec.field(default_factory=dict)
    replaced: dict[str, set[str]] = msgspec.field(default_factory=dict)
    absent: set[str] = msgspec.field(default_factory=set)
    poisoned: dict[str, int] = msgspec.field(default_factory=dict)
    cut: set[str] = msgspec.field(default_factory=set)
    runs: dict[str, RootRun] = msgspec.field(default_factory=dict)
    first: dict[str, Definition] = msgspec.field(default_factory=dict)
    _again: Again | None = None
    _run_now: RootRun = msgspec.field(default_factory=lambda: RootRun("", 0))
    _poisoned: set[str] = msgspec.field(default_factory=set)
    _once: set[str] = msgspec.field(default_factory=set)
    _open: list[Token] = msgspec.field(default_factory=list)
    _pushed: dict[str, list[Definition | None]] = msgspec.field(default_factory=dict)
    _in_text: bool = False
    _counter: int = 0
    _deep: int = 0
    _reads: int = 0

    def __post_init__(self) -> None:
        self._brought = {name: Definition(name, [], 0, operator=self._operator) for name in OPERATORS}
        self.expander.table.update(predefined(self.target))
        table = self.expander.table
        if self.cplusplus:
            table.pop("__STDC_VERSION__", None)
            table.update((name, Definition(name, [("n", value, 0, True, None)], 0)) for name, value in CPLUSPLUS)
        table["__LINE__"] = Definition("__LINE__", [], 0, builtin=self._line)
        table["__FILE__"] = Definition("__FILE__", [], 0, builtin=self._file_name)
        table["__COUNTER__"] = Definition("__COUNTER__", [], 0, builtin=self._count)
        table["__INCLUDE_LEVEL__"] = Definition("__INCLUDE_LEVEL__", [], 0, builtin=self._level)
        table["_Pragma"] = Definition("_Pragma", [], 0, operator=self._pragma_operator)
        text = "".join(f"#define {name} {value}\n" for name, value in self.defines)
        if text:
            self._run(self.files.internal(DEFINES, text))
        if self.like is not None:
            runs = {path: run for path, run in self.like.runs.items() if path not in self.unlike}
            self._again = Again(runs, self.like.first, table, reordered=self.reordered)
        self.first = dict(table)

    # --- places -------------------------------------------------------------------------

    def _line(self, token: Token) -> Token:
        return ("n", str(self.location(token[2]).line), token[2], token[3], None)

    def _file_name(self, token: Token) -> Token:
        path = self.location(token[2]).path.replace("\\", "\\\\").replace('"', '\\"')
        return ("s", f'"{path}"', token[2], token[3], None)

    def _count(self, token: Token) -> Token:
        self._counter += 1
        self._run_now.plain = False
        return ("n", str(self._counter - 1), token[2], token[3], None)

    def _level(self, token: Token) -> Token:
        """How deep a header is included (GCC): 1 in one that the program includes itself."""
        self._run_now.plain = False
        return ("n", str(len(self._stack)), token[2], token[3], None)

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
        if self._again is not None:
            same = self._again.same(file.path, self._once, self.files.file_of)
            if same is not None:
                self._repeat(same)
                return None
        if self._deep >= MAX_DEEP:
            text = f"not read: {MAX_DEEP} headers before it include too deep (limit header-includes)"
            return HeaderError(text, file.base, limits.raising("header-includes"))
        depth = len(self._stack)
        table = self.expander.table
        run = self._run_now = RootRun(file.path, len(self.tokens))
        self.expander.pasted, self.expander.used = run.pasted, set()
        if tentative:
            table.mark()
        table.changes = run.changes
        problems, poisoned = len(self.problems), dict(self.poisoned)
        self._poisoned = set()
        error: HeaderError | None = None
        try:
            self._run(file)
            self._flush_open()
        except HeaderError as found:
            error = found
        except RecursionError:
            error = HeaderError("nested too deeply", file.base)
        table.changes = None
        del self._stack[depth:]
        self._open.clear()
        self._noted(run)
        run.plain &= error is None and len(self.problems) == problems and self.poisoned == poisoned
        if error is not None and tentative:
            table.take_back()
            run.changes.clear()
            del self.tokens[run.start :], self.problems[problems:]
            self._once -= run.once
            self.done -= run.done
            self.absent -= run.absent
            self.poisoned = poisoned
            for path in run.seen:
                del self.seen[path]
        else:
            table.keep()
            for path in run.seen:
                self.via.setdefault(path, file.path)
        run.end = len(self.tokens)
        if self._again is not None:
            self._again.follow(file.path, run.changes)
        if self._again is None or self.reordered:
            self.runs[file.path] = run
        return error

    def begins_like(self, other: Preprocessor, path: str) -> bool:
        """Tell whether a root header that another run began with does the same where this one begins with it."""
        again = Again(other.runs, other.first, self.first)
        return again.same(path, set(), self.files.file_of) is not None

    def forget(self) -> None:
        """Let go of the run that this one is like, once all headers are read."""
        self.like = self._again = None

    def read_once(self) -> set[str]:
        """Return the files in which ``#pragma once`` counted."""
        return set(self._once)

    def left_out(self, path: str) -> None:
        """Note that a root header is not read, since another one has led to it."""
        if self._again is not None:
            self._again.follow(path)

    def _noted(self, run: RootRun) -> None:
        """Add what a root header did to what the run did."""
        self.edges |= run.edges
        join(self.used, run.used)
        join(self.entered, run.entered)
        join(self.replaced, run.replaced)
        for path, spans in run.sentinels.items():
            self.sentinels.setdefault(path, []).extend(spans)

    def _repeat(self, run: RootRun) -> None:
        """Do what a root header did in the run that this one is like."""
        assert self._again is not None
        assert self.like is not None
        self._again.passed(run, self.expander.table)
        if self.reordered:
            start = len(self.tokens)
            self.runs[run.path] = msgspec.structs.replace(run, start=start, end=start + run.end - run.start)
        self.tokens.extend(self.like.tokens[run.start : run.end])
        self._noted(run)
        self.done |= run.done
        self._once |= run.once
        self.absent |= run.absent
        for path, file in run.visited.items():
            self.seen.setdefault(path, file)
            self.via.setdefault(path, run.path)

    def _run(self, file: SourceFile) -> None:
        run = self._run_now
        if file.path not in run.visited:
            run.visited[file.path] = file
            if file.path in self._once:
                run.known.add(file.path)
        if file.path in self._once:
            return
        if len(self._stack) >= limits.now().header_includes:
            self._deep += 1
            chain = " → ".join(f.path for f in self._stack[-3:])
            raise HeaderError(
                f"included {len(self._stack)} deep: {chain} → {file.path} (limit header-includes)",
                file.base,
                f"headers that include each other without include guards? {limits.raising('header-includes')}",
            )
        self._stack.append(file)
        if file.path not in self.seen:
            self.seen[file.path] = file
            run.seen.append(file.path)
            self._complain(file)
        run.plain &= not file.flawed  # told where it is seen first, which may be elsewhere in another order
        groups: list[_Group] = []
        entered = run.entered.setdefault(file.path, set())
        outside, self.expander.used = self.expander.used, run.used.setdefault(file.path, set())
        if self._kept_out(file, entered):
            self._read_through(file, outside)
            return
        run.read.add(file.path)
        self._reads += 1
        if self._reads > limits.now().unit_includes:
            too_many("unit-includes", "files read for one translation unit", file.base)
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
        self._read_through(file, outside)

    def _read_through(self, file: SourceFile, outside: set[int]) -> None:
        if file.path not in self.done:
            self.done.add(file.path)
            self._run_now.done.add(file.path)
        self._stack.pop()
        self.expander.used = outside

    def _kept_out(self, file: SourceFile, entered: set[int]) -> bool:
        """Tell whether a file's guard keeps all of it out."""
        guard, end = file.guard()
        if not guard or self._poisoned or not self.defined(guard):
            return False
        self._run_now.guards.add(guard)
        entered.add(~end)
        return True

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
            needs = negated(name, file.tokens(start, end)) if truth else ()
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
            self._run_now.sentinels.setdefault(file.path, []).append((group.sentinel, end))
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

    def _replaced(self, definition: Definition | None, file: SourceFile) -> None:
        """Note that a header takes away what another one has defined."""
        if definition is not None and definition.place:
            other = self.files.file_of(definition.place)
            if other is not None and other is not file and not other.system and not definition.guard:
                self._run_now.replaced.setdefault(other.path, set()).add(file.path)

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
            self._run_now.absent.add(wanted)
            hint = "give the package that it is in, or its folder: --with PACKAGE; or name its place in include_dirs"
            self.problem(f"header {wanted!r} not found", place, hint, ProblemKind.ABSENT)
            return
        self._run_now.edges.add((file.path, found.path))
        self._run(found)

    def _pragma(self, file: SourceFile, start: int, end: int) -> None:
        text = file.text[start:end].strip()
        if text == "once":
            if file.path not in self._once:
                self._once.add(file.path)
                self._run_now.once.add(file.path)
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
        self._run_now.plain = False
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
