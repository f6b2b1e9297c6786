"""Functions of a Python program whose callers are all known."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from abidiff.requires.languages import kind
from abidiff.requires.languages.callers import words
from abidiff.requires.languages.python_dispatch import DYNAMIC, composed, run_by
from abidiff.requires.languages.python_index import Function, Index
from abidiff.requires.languages.python_modules import code

CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*(?:\(([^)]*)\))?", re.MULTILINE)
COMMENT = re.compile(rb"^[ \t]*(?:#|;)[^\n]*", re.MULTILINE)
KEPT = frozenset(("staticmethod", "classmethod"))


def alone(modules: Iterable[Index]) -> dict[str, str]:
    """Return the functions that are the only ones of their names → the function of this kind around, or nothing."""
    several = [each for module in modules for each in module.functions]
    counts = Counter(getattr(each.node, "name", "") for each in several)
    found: dict[str, str] = {}
    for each in several:
        name = getattr(each.node, "name", "")
        if counts[name] == 1 and not name.startswith("__") and name != "main" and _is_plain(each.node):
            outer = each.outer
            while outer is not None and not (isinstance(outer.node, Function) and counts[outer.node.name] == 1):
                outer = outer.outer
            found[name] = getattr(outer.node, "name", "") if outer is not None else ""
    return found


def _is_plain(node: ast.AST) -> bool:
    """Tell whether nothing but a call runs a function: no decorator takes it."""
    return isinstance(node, Function) and all(
        isinstance(each, ast.Name) and each.id in KEPT for each in node.decorator_list
    )


def named_nowhere_else(
    counts: Mapping[str, int],
    modules: Mapping[str, Index],
    files: Mapping[str, bytes],
    rebound: Collection[str],
    reached: Mapping[str, bytes],
) -> list[str]:
    """Return the functions that nothing but what was seen can run: no other word of the code or of a short string.

    ``counts``   function → how often it was seen; ``modules``: those that were read; ``files``: all files.
    ``rebound``  names that something else is bound to as well.
    ``reached``  the modules that may hold objects of what was read.
    """
    left = {name for name in counts if name not in rebound}
    if not left:
        return []
    expected = Counter({name: counts[name] + 1 for name in left})
    seen: Counter[str] = Counter()
    pattern = words(left)
    for path, data in files.items():
        if pattern.search(data) is None:
            continue
        if path not in modules:
            left.difference_update(match.decode() for match in pattern.findall(_without_comments(path, data)))
            continue
        seen.update(match.decode() for match in pattern.findall(code(data)))
        several = (each for node in modules[path].imports for each in node.names if each.asname is None)
        expected.update(each.name for each in several if each.name in left)
    bases = _bases(data for path, data in files.items() if kind(path, data) == "python")
    methods = {
        getattr(each, "name", ""): inside.node.name
        for module in modules.values()
        for inside in module.classes
        if isinstance(inside.node, ast.ClassDef)
        for each in inside.node.body
    }
    names = [
        name for name in counts
        if name in left and seen[name] == expected[name] and _is_known(methods.get(name, ""), bases)
    ]  # fmt: skip
    if not names:
        return []
    asked = [each for module, data in _dynamic(modules, reached) for each in composed(module, data)]
    run = run_by(names, asked, {name: _family(methods[name], bases) for name in names if name in methods})
    return [name for name in names if name not in run]


def _dynamic(modules: Mapping[str, Index], reached: Mapping[str, bytes]) -> Iterator[tuple[Index, bytes]]:
    """Yield the modules that may put names together."""
    for path, data in reached.items():
        if DYNAMIC.search(data) is not None:
            module = modules.get(path)
            with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                yield (module if module is not None else Index(ast.parse(data))), data


def _without_comments(path: str, data: bytes) -> bytes:
    return data if kind(path, data) == "python" else COMMENT.sub(b"", data)


def _family(name: str, bases: Mapping[str, set[str]]) -> frozenset[str]:
    """Return the classes that a class is made of, or that are made of it or of one of these."""
    found: set[str] = set()
    pending = [name]
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending += bases.get(each, ())
            pending += (below for below, above in bases.items() if each in above and each != "object")
    return frozenset(found)


def _bases(files: Iterable[bytes]) -> dict[str, set[str]]:
    """Return class → the classes that it is made of, in all files, without their modules."""
    found: dict[str, set[str]] = {}
    for data in files:
        for match in CLASS.finditer(data):
            given = (match[2] or b"").decode("utf-8", "replace").split(",")
            several = (each.split("#")[0].strip() for each in given)
            found.setdefault(match[1].decode(), set()).update(
                each.rpartition(".")[2] for each in several if each and "=" not in each
            )
    return found


def _is_known(name: str, bases: Mapping[str, set[str]]) -> bool:
    """Tell whether all classes that a class is made of are the application's."""
    waiting, seen = [name] if name else [], {"object"}
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        if each not in bases:
            return False
        seen.add(each)
        waiting += bases[each]
    return True
