"""Python sources: what they use of the bindings, and behind which checks."""

from __future__ import annotations

from collections.abc import Mapping

from abidiff.collecting import paused
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.languages.callers import Callers
from abidiff.requires.languages.python_bindings import files_of, given_on
from abidiff.requires.languages.python_callers import alone, named_nowhere_else
from abidiff.requires.languages.python_conditions import Conditions
from abidiff.requires.languages.python_files import Files
from abidiff.requires.languages.python_lookups import provided
from abidiff.requires.languages.python_modules import Modules
from abidiff.requires.languages.python_names import methods
from abidiff.requires.languages.python_reach import touching
from abidiff.requires.languages.python_types import Types
from abidiff.requires.languages.python_versions import Versions
from abidiff.requires.languages.python_walker import Walker
from abidiff.requires.model import Guard, Reading

ROUNDS = 20
"""Rounds in which files are read that may change a check; the checks of the last one count."""


def read(files: Mapping[str, bytes], catalogue: Catalogue) -> Reading:
    """Return what Python files use, of which those that have nothing to do with the bindings are not read.

    The other ``files`` may name what these define.
    """
    problems: list[Problem] = []
    with paused():
        found = _read(Files(files, problems), catalogue)
    return found._replace(problems=tuple(problems))


def _read(files: Files, catalogue: Catalogue) -> Reading:
    """Return the uses and the checks of the modules that were read."""
    called = methods(catalogue)
    mixed = frozenset(name for name in called if name.lower() != name)
    reached = files.reached()
    files.add(touching(files.unread(reached), (), mixed))
    for _ in range(ROUNDS):
        modules = list(files.modules.values())
        known = Modules(files.modules, files.sources)
        versions = Versions(modules, known.unread)
        conditions = Conditions(catalogue, versions, called)
        conditions.learn(modules)
        own = frozenset(name for module in modules for name in module.names)
        bindings = files_of(files.modules, known)
        types = Types(files.modules, bindings, catalogue, called, own)
        names = {*conditions.names(), *versions.names(), *types.results, *given_on(bindings, files.modules)}
        more = touching(files.unread(reached), names, ())
        if not more:
            break
        files.add(more)
    callers = Callers(alone(modules))
    given = provided(files.modules, bindings)
    guards: list[Guard] = []
    refusals: list[Guard] = []
    for path, module in files.modules.items():
        file = bindings[path]
        walker = Walker(file, module, catalogue, conditions, types, callers, given, is_reached=path in reached)
        try:
            walker.body(module.tree.body, ())
        except RecursionError:
            files.problems.append(Problem("requires", "nested too deeply", Location(path)))
        guards += walker.guards
        refusals += walker.refusals
    uses = callers.guarded(
        lambda counts: named_nowhere_else(counts, files.modules, files.all, versions.rebound, reached)
    )
    return Reading(tuple(uses), tuple(dict.fromkeys(guards)), (), tuple(refusals))
