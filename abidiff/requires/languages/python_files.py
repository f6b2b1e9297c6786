"""The Python files of an application, and those of them that were read."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping

from abidiff import limits
from abidiff.errors import ParseError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.requires.languages import kind
from abidiff.requires.languages.problems import problem_of, too_large
from abidiff.requires.languages.python_index import Index
from abidiff.requires.languages.python_modules import is_about
from abidiff.requires.languages.python_reach import importers, is_base


class Files:
    """The files of an application, ``sources`` those in Python, and ``modules`` the ones of them that were read."""

    def __init__(self, files: Mapping[str, bytes], problems: list[Problem]) -> None:
        self.all = files
        self.sources = {path: data for path, data in files.items() if kind(path, data) == "python"}
        self.problems = problems
        self.modules: dict[str, Index] = {}
        self.failed: set[str] = set()
        self.add(path for path, data in self.sources.items() if is_about(data))

    def add(self, paths: Iterable[str]) -> None:
        """Read more files; one that is no Python is a problem once."""
        for path in paths:
            tree = _parsed(path, self.sources[path], self.problems)
            if tree is None:
                self.failed.add(path)
            else:
                self.modules[path] = Index(tree, walrus=b":=" in self.sources[path])
        self.modules = {path: self.modules[path] for path in self.sources if path in self.modules}

    def reached(self) -> dict[str, bytes]:
        """Return the modules that have the bindings, those that import one of them, and so on."""
        bases = [path for path, module in self.modules.items() if is_base(module, self.sources[path])]
        found = {*bases, *importers(self.sources, bases)}
        return {path: data for path, data in self.sources.items() if path in found}

    def unread(self, among: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return those of some files that nobody tried to read."""
        return {path: data for path, data in among.items() if path not in self.modules.keys() | self.failed}


def _parsed(path: str, data: bytes, problems: list[Problem]) -> ast.Module | None:
    large = too_large(path, data, "python-bytes", limits.now().python_bytes)
    if large is not None:
        problems.append(large)
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except SyntaxError as error:
        place = Location(path, error.lineno or 0, error.offset or 0)
        text = (error.text or "").rstrip("\n")
        problems.append(problem_of(ParseError(f"not Python: {error.msg}", place, line_text=text)))
    except (ValueError, RecursionError, MemoryError) as error:
        problems.append(Problem("requires", f"not Python: {error}", Location(path)))
    return None
