"""What the modules of a Python application import from each other, and which names stand for what was not read."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection, Iterator, Mapping

from abidiff.requires.languages.python_index import Index
from abidiff.requires.languages.python_names import MODULES
from abidiff.requires.languages.python_reach import Parts, parts_of

DEPTH = 8
"""Modules that hand a name on to each other are followed so far."""

SURE = re.compile(
    rb"\bimport\b[^\n]*\blibvirt|\bfrom[ \t]+libvirt|['\"]libvirt(?:_qemu|_lxc|mod)?['\"]|getLibVersion|getVersion"
    rb"|^[ \t]*\w+[ \t]*(?::[^\n=]*)?=[ \t]*(?:[(\[][ \t]*\d+[ \t]*,|\d{4}|['\"]\d+\.\d)",
    re.MULTILINE,
)
TEXT = re.compile(
    rb"#[^\n]*"
    rb"|\"\"\"(?:[^\\]|\\.)*?\"\"\""
    rb"|\'\'\'(?:[^\\]|\\.)*?\'\'\'"
    rb'|"(?:[^"\\\n]|\\.)*"'
    rb"|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)


def is_about(data: bytes) -> bool:
    """Tell whether a module has to do with the library: it imports it, tells a version, or names it in its code.

    One that speaks of it in comments and long strings alone has nothing to tell.
    """
    if b"libvirt" not in data:
        return False
    return SURE.search(data) is not None or b"libvirt" in code(data)


def code(data: bytes) -> bytes:
    """Return a module without its comments and without its strings of several lines."""
    return TEXT.sub(_kept, data)


def _kept(found: re.Match[bytes]) -> bytes:
    text = found[0]
    return b"" if text.startswith((b"#", b'"""', b"'''")) else text


class Modules:
    """The modules of an application that were read, among the ``paths`` of all of its files.

    ``unread``  names that any module gives to a module that was not read, or to what is in it.
    """

    def __init__(self, modules: Mapping[str, Index], paths: Collection[str]) -> None:
        self.modules = modules
        self.places: dict[str, list[tuple[Parts, str]]] = {}
        for path in paths:
            parts = parts_of(path)
            self.places.setdefault(parts[-1] if parts else "", []).append((parts, path))
        self.unread: set[str] = set()
        self._held: dict[tuple[str, str], bool] = {}
        self._tops = frozenset(name for module in modules.values() for name in module.top.bound)
        known: set[str] = set()
        for path, module in modules.items():
            module.top.foreign = frozenset(self._foreign(path, module))
            self.unread |= module.top.foreign
            for each in (one for node in module.imports if isinstance(node, ast.Import) for one in node.names):
                is_known = each.name in MODULES or bool(self._named(tuple(each.name.split("."))))
                (known if is_known else self.unread).add(each.asname or each.name.partition(".")[0])
        self.unread -= known

    def named(self, name: str) -> list[str]:
        """Return the modules that ``import NAME`` may mean."""
        return self._named(tuple(name.split(".")))

    def _named(self, wanted: Parts, *, exact: bool = False) -> list[str]:
        """Return the modules that a name may mean: those whose paths agree most, none where one was not read."""
        found: dict[int, list[str]] = {}
        for parts, path in self.places.get(wanted[-1] if wanted else "", ()):
            shared = min(len(parts), len(wanted))
            if parts == wanted or (not exact and parts[-shared:] == wanted[-shared:]):
                found.setdefault(shared, []).append(path)
        best = found[max(found)] if found else []
        return best if all(path in self.modules for path in best) else []

    def of(self, path: str, node: ast.ImportFrom, *names: str) -> list[str]:
        """Return the modules that ``from MODULE`` in a file may mean, or those of a name in it."""
        inner = (*(node.module or "").split("."), *names) if node.module else names
        if not node.level:
            return self._named(inner)
        parts = parts_of(path)
        up = node.level - path.endswith("__init__.py")
        return self._named((*parts[: len(parts) - up], *inner), exact=True) if up <= len(parts) else []

    def _gives(self, path: str, node: ast.ImportFrom, name: str, depth: int = 0) -> bool:
        """Tell whether a module that was read has a name that is imported from it, or is what is imported."""
        if node.module in MODULES or depth > DEPTH:
            return node.module in MODULES
        return bool(self.of(path, node, name)) or any(self._has(each, name, depth) for each in self.of(path, node))

    def _has(self, path: str, name: str, depth: int) -> bool:
        """Tell whether a module has a name, from what was read."""
        key = (path, name)
        if key not in self._held:
            self._held[key] = False
            bound = self.modules[path].top.bound
            self._held[key] = any(
                not isinstance(by, ast.ImportFrom) or self._gives(path, by, _first(by, name), depth + 1)
                for by in (*bound.get(name, ()), *bound.get("*", ()))
            )
        return self._held[key]

    def _foreign(self, path: str, module: Index) -> Iterator[str]:
        """Yield the names of a module that stand for what was not read, or is called something else there."""
        froms = [node for node in module.imports if isinstance(node, ast.ImportFrom)]
        stars = [node for node in froms if node.names[0].name == "*"]
        for node in froms:
            for each in node.names if node.module not in MODULES and node not in stars else ():
                is_other = (each.asname or each.name) != each.name or not self._gives(path, node, each.name)
                if is_other and each.name not in MODULES:
                    yield each.asname or each.name
        if not stars:
            return
        used = {each.id for each in ast.walk(module.tree) if isinstance(each, ast.Name)}
        for name in (used & self._tops).difference(module.top.bound, MODULES, dir(builtins)):
            if not any(self._gives(path, node, name) for node in stars):
                yield name


def _first(node: ast.ImportFrom, name: str) -> str:
    """Return what a name, or one of all names, that a module imports is called where it comes from."""
    return next((each.name for each in node.names if each.name != "*" and (each.asname or each.name) == name), name)
