"""Which modules of a Python application may touch what others define: those that import them, and who imports those."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping
from itertools import accumulate

from abidiff.requires.languages.callers import words
from abidiff.requires.languages.python_index import Index
from abidiff.requires.languages.python_names import MODULES

IMPORTS = re.compile(
    rb"\bfrom[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|(?:[^\n#;()\\]|\\\n?)*)"
    rb"|\bimport[ \t]+((?:[^\n#;\\]|\\\n?)*)"
    rb"|\b(?:import_module|__import__)\([ \t\n]*['\"]([.\w]+)"
)
NAME = re.compile(r"[.\w]+")
ASKS = re.compile(rb"\bgetLibVersion\b|\b(?:import_module|__import__)\([ \t\n]*['\"]libvirt")
MIXED = re.compile(rb"\.([a-z][a-z0-9]*[A-Z]\w*)|\b(VIR_[A-Z]\w*)")

Parts = tuple[str, ...]


def parts_of(path: str) -> Parts:
    """Return the names of a module and of the packages that it is in."""
    return tuple(each for each in path.removesuffix(".py").removesuffix("__init__").split("/") if each)


def is_base(module: Index, data: bytes) -> bool:
    """Tell whether a module has the bindings, or asks for their version."""
    for node in module.imports:
        names = [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        if not MODULES.isdisjoint(names):
            return True
    return ASKS.search(data) is not None


def importers(files: Mapping[str, bytes], of: Collection[str]) -> list[str]:
    """Return the files that import a module or what is in it, those that import these, and so on.

    Modules are told by the ends of their names, so that one too many may be found, and none too few.
    """
    named: dict[str, list[tuple[Parts, str]]] = {}
    for path, data in files.items():
        for parts in _imported(path, data):
            named.setdefault(parts[-1], []).append((parts, path))
    found: dict[str, None] = {}
    pending = list(of)
    while pending:
        own = parts_of(pending.pop())
        for parts, path in named.get(own[-1] if own else "", ()):
            shared = min(len(own), len(parts))
            if path not in found and own[-shared:] == parts[-shared:]:
                found[path] = None
                pending.append(path)
    return [path for path in files if path in found]


def touching(files: Mapping[str, bytes], names: Collection[str], methods: Collection[str]) -> list[str]:
    """Return the files that speak of ``names``, or call something that the bindings have as one of ``methods``."""
    pattern = words(names) if names else None
    return [
        path for path, data in files.items()
        if (pattern is not None and pattern.search(data) is not None) or _calls(data, methods)
    ]  # fmt: skip


def _calls(data: bytes, methods: Collection[str]) -> bool:
    return any(match[2] is not None or match[1].decode() in methods for match in MIXED.finditer(data))


def _imported(path: str, data: bytes) -> set[Parts]:
    """Return all modules, or things in modules, that a file may import, and the packages that they are in."""
    found: set[Parts] = set()
    for of, names, several, called in IMPORTS.findall(data):
        if of:
            inner = _absolute(path, of.decode())
            given = (each.partition(" as ")[0] for each in _listed(names.strip(b"()")))
            found.add(inner)
            found.update((*inner, name.strip()) for name in given if NAME.fullmatch(name.strip()))
        else:
            for each in [called.decode()] if called else _listed(several):
                if match := NAME.search(each):
                    found.update(accumulate((part,) for part in match[0].split(".") if part))
    found.discard(())
    return found


def _listed(data: bytes) -> Iterable[str]:
    text = re.sub(r"#[^\n]*", "", data.decode("utf-8", "replace"))
    return (" ".join(each.replace("\\", " ").split()) for each in text.split(","))


def _absolute(path: str, name: str) -> Parts:
    """Return the module that ``from NAME`` means in a file; one that leads out of all folders as far as it goes."""
    own = tuple(each for each in name.split(".") if each)
    dots = len(name) - len(name.lstrip("."))
    folder = tuple(each for each in path.split("/")[:-1] if each)
    return (*folder[: len(folder) - dots + 1], *own) if dots else own
