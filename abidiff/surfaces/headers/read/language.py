"""Headers that are C++: what stands outside of ``#ifdef __cplusplus`` is no C."""

from __future__ import annotations

import re

from abidiff.surfaces.headers.read.lexer import SourceFile

_LINES = ("namespace", "template", "class", "using")
_WORDS = re.compile(
    r"^[ \t]*(?:(?:inline[ \t]+)?namespace(?:[ \t]+[\w:]+)?[ \t\n]*\{|template[ \t]*<|class[ \t]+\w[\w \t]*[:{;\n]"
    r"|using[ \t]+(?:namespace[ \t]+)?[\w:]+[ \t]*[;=])",
    re.MULTILINE,
)
# ISO C++ [headers]: names without an ending.
_STANDARD = frozenset(
    re.findall(
        r"\w+",
        """algorithm any
    array atomic barrier bit bitset charconv chrono codecvt compare complex concepts condition_variable
    coroutine deque exception execution expected filesystem format forward_list fstream functional future generator
    initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource
    mutex new numbers numeric optional ostream print queue random ranges ratio regex scoped_allocator semaphore set
    shared_mutex source_location span spanstream sstream stack stacktrace stdexcept stop_token streambuf string
    string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map
    unordered_set utility valarray variant vector version cassert cctype cerrno cfenv cfloat cinttypes climits clocale
    cmath csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype""",
    )
)


def is_cplusplus(file: SourceFile) -> bool:
    """Tell whether a header is one of C++."""
    worded = any(word in file.text for word in _LINES)
    groups: list[bool] = []  # for each open group, whether C may enter it
    for name, start, end in file.pieces:
        if name in ("if", "ifdef", "ifndef"):
            groups.append(_may_be_c(name, file.text[start:end]))
        elif name in ("else", "elif", "elifdef", "elifndef") and groups:
            groups[-1] = True if name == "else" else _may_be_c(name.removeprefix("el"), file.text[start:end])
        elif name == "endif" and groups:
            groups.pop()
        elif (name == "include" or (worded and not name)) and all(groups) and _speaks(name, file.text[start:end]):
            return True
    return False


def _speaks(name: str, text: str) -> bool:
    """Tell whether an ``#include`` or a text between directives is one of C++."""
    if name == "include":
        text = text.strip()
        return text[:1] == "<" and text[1:].partition(">")[0] in _STANDARD
    return any(word in text for word in _LINES) and _WORDS.search(text) is not None


def _may_be_c(name: str, condition: str) -> bool:
    return name == "ifndef" or "__cplusplus" not in condition or "!" in condition
