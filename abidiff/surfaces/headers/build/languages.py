"""Language linkage: how a C++ program that includes the headers refers to their functions (ISO C++ [dcl.link])."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from abidiff.surfaces.headers.build.configurations import Configuration
from abidiff.surfaces.headers.build.words import ASM
from abidiff.surfaces.headers.read.lexer import Token
from abidiff.surfaces.headers.read.preprocess import Preprocessor

C, CPLUSPLUS, ABSENT = "C", "C++", ""
_MARK = "__cplusplus"
MAX_ALONE = 12  # headers that are read by themselves
_WORDS = frozenset(
    {
        "catch", "class", "const_cast", "delete", "dynamic_cast", "explicit", "friend", "mutable", "namespace", "new",
        "operator", "private", "protected", "public", "reinterpret_cast", "static_cast", "template", "this", "throw",
        "try", "typeid", "typename", "using", "virtual",
    }
)  # fmt: skip
_SPECIFIERS = frozenset({'"C"', '"C++"'})


def languages(
    read: Preprocessor,
    order: Collection[str],
    needs: Mapping[str, tuple[tuple[str, str], ...]],
    functions: Mapping[str, str],
    defines: Configuration,
) -> dict[str, str]:
    """Return function → language linkage in a C++ program, for those where that is not C.

    ``read``: the run that a C program makes; ``order``: the headers as it read them; ``needs``: macros that some of
    them ask for; ``functions``: name → header.  Nothing is told of a header that a C++ program can't read for another
    reason than an ``#error``.  A function is C where one header gives it so, whichever is read first.
    """
    if not any(_MARK in file.text for file in read.seen.values()):
        spoken = declared(read.tokens, functions)
        return {name: language for name in functions if (language := spoken.get(name, CPLUSPLUS)) != C}
    run = Preprocessor(read.files, defines, read.sentinel_macros, read.target, cplusplus=True)
    refused = set()
    for path in order:
        file = read.files.open(path)
        if path not in run.done:
            error = run.root_with(file, needs[path]) if path in needs else run.root(file, tentative=True)
            if error is not None and error.message.startswith("#error"):
                refused.add(path)
    known = run.done | refused
    found = declared(run.tokens, functions)
    strays = {name for name, language in found.items() if language == CPLUSPLUS}
    for path in [path for path in order if strays and _wraps(read.files.open(path).text)][:MAX_ALONE]:
        alone = Preprocessor(read.files, defines, read.sentinel_macros, read.target, cplusplus=True)
        alone.root(read.files.open(path), tentative=True)
        lent = {name for name, language in declared(alone.tokens, strays).items() if language == C}
        found.update(dict.fromkeys(lent, C))
        strays -= lent
    broken = _broken(read, run)
    return {
        name: ABSENT if path in broken else found.get(name, ABSENT)
        for name, path in functions.items()
        if path in known and (path in broken or found.get(name, ABSENT) != C)
    }


def _broken(read: Preprocessor, run: Preprocessor) -> set[str]:
    """Return the headers in which C has a name that is a word of C++: no C++ program can include them."""
    named = {token[2] for token in read.tokens if token[0] == "i" and token[1] in _WORDS and token[2]}
    there = {token[2] for token in run.tokens if token[2] in named and token[1] in _WORDS} if named else set()
    return {file.path for place in there if (file := read.files.file_of(place)) is not None}


def _wraps(text: str) -> bool:
    """Tell whether a header may include others within a linkage specification: what they declare is C there."""
    return -1 < text.find('"C"') < text.rfind("#include")


def declared(tokens: list[Token], names: Collection[str]) -> dict[str, str]:
    """Return name → language linkage of the declarations at file scope; C where one of several has it, or a label."""
    found: dict[str, str] = {}
    scan = _Scope()
    for at, token in enumerate(tokens):
        text = token[1]
        if token[0] == "i" and text in names and scan.at_file_scope(tokens, at):
            if scan.linkage == C or _labelled(tokens, at):
                found[text] = C
            else:
                found.setdefault(text, CPLUSPLUS)
        elif token[0] == "p" or text in _SPECIFIERS or text == "namespace":
            scan.step(tokens, at)
    return found


def _labelled(tokens: list[Token], at: int) -> bool:
    """Tell whether an asm label says which symbol a declarator stands for, whatever the language."""
    for token in tokens[at + 1 : at + 400]:
        if token[1] in (";", "{"):
            return False
        if token[1] in ASM:
            return True
    return False


class _Scope:
    """Braces that are open: those of linkage specifications and namespaces do not leave file scope."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.inner = 0
        self.brackets = 0
        self.once = ""
        self.following = ""

    @property
    def linkage(self) -> str:
        """The language linkage of what is declared next."""
        return self.once or next(filter(None, reversed(self.open)), CPLUSPLUS)

    def at_file_scope(self, tokens: list[Token], at: int) -> bool:
        """Tell whether a name is that of a declarator at file scope, brackets around it left aside."""
        if self.inner:
            return False
        wrapped = [t[1] for t in tokens[at + 1 : at + 3]] == [")", "("] and tokens[at - 1][1] == "("
        return not self.brackets or (self.brackets == 1 and wrapped)

    def step(self, tokens: list[Token], at: int) -> None:
        """Take a bracket, the string of a linkage specification, or ``namespace``."""
        text = tokens[at][1]
        if text in _SPECIFIERS and at and tokens[at - 1][1] == "extern":
            language = text.strip('"')
            if at + 1 < len(tokens) and tokens[at + 1][1] == "{":
                self.following = language
            else:
                self.once = language
        elif text == "namespace" and not self.inner:
            self.following = " "
        elif text == "{":
            body = bool(at) and tokens[at - 1][1] == ")"
            self.inner += not self.following
            self.open.append(self.following.strip() if self.following else "body" if body else "{")
            self.following = ""
        elif text == "}" and self.open:
            closed = self.open.pop()
            self.inner -= closed in ("{", "body")
            if closed == "body" and not self.inner:
                self.once = ""
        elif text == ";" and not self.inner:
            self.once = self.following = ""
            self.brackets = 0
        elif text in ("(", ")") and not self.inner:
            self.brackets = max(0, self.brackets + (1 if text == "(" else -1))
