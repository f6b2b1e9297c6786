"""Release and project → the model of the public C API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from abidiff.finding import Problem
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.headers.build.configurations import (
    Configuration,
    blocks,
    bound,
    texts,
)
from abidiff.surfaces.headers.build.settings import machine, plain
from abidiff.surfaces.headers.build.translation import TranslationUnit
from abidiff.surfaces.headers.model import (
    TABLES,
    Headers,
    Library,
    View,
    fingerprint,
    view_of,
)

if TYPE_CHECKING:
    from abidiff.surfaces.headers.build.remembered import KnownDeclarations

_SETTINGS = ("include_dirs", "substitutions", "defines", "sentinels", "sentinel_macros", "configurations", "left_out")
MAX_ORDERS = 3
MAX_MACHINES = 4


def parse(release: Release, project: Project, models: Mapping[str, Any]) -> Headers:
    """Parse every headers unit of a project.  Bad input becomes problems in the model.

    Options of a unit: ``include_dirs`` (where ``<x.h>`` is looked for; patterns allowed),
    ``substitutions`` (``@NAME@`` in templates), ``defines`` (mapping or list of ``NAME=VALUE``),
    ``sentinel_macros`` (macros that guard sentinels), ``sentinels`` (patterns of their names),
    ``targets`` (names of :mod:`kinds`; all when not given).
    """
    del models
    return parse_remembering(release, project, lambda _: None)


def parse_remembering(release: Release, project: Project, memory: Callable[[str], KnownDeclarations | None]) -> Headers:
    """Parse; ``memory`` returns what is remembered of units that are read together, None to remember nothing."""
    triplet = machine(path for unit in project.of("headers") for path in unit.files)
    groups: dict[str, list[Unit]] = {}
    for unit in project.of("headers"):
        groups.setdefault(repr([plain(unit.options.get(key)) for key in _SETTINGS]), []).append(unit)
    every = {path: key for key, units in groups.items() for unit in units for path in unit.files}
    libraries: dict[str, Library] = {}
    problems: list[Problem] = []
    digests: list[str] = []
    for key, units in groups.items():
        found = memory(repr([unit.name for unit in units]))
        others = frozenset(path for path, group in every.items() if group != key)
        translation = _ordered(release, units, found, triplet, others)
        for library in with_views(translation, found):
            libraries[library.name] = library
        problems.extend(translation.problems())
        digests.extend(translation.digests())
    ordered = tuple(libraries[unit.name] for unit in project.of("headers") if unit.name in libraries)
    return Headers(ordered, tuple(problems), tuple(digests))


def _ordered(
    release: Release, units: list[Unit], memory: KnownDeclarations | None, triplet: str, others: frozenset[str]
) -> TranslationUnit:
    """Read units; headers that can't be read first are read behind those that include them."""
    best = last = TranslationUnit(release, units, memory=memory, triplet=triplet, others=others)
    late: set[str] = set()
    for _ in range(MAX_ORDERS):
        failing = last.failing() - late
        if not failing:
            break
        late |= failing
        last = TranslationUnit(release, units, memory=memory, triplet=triplet, late=late, others=others, before=last)
        if len(last.found) < len(best.found):
            best = last
    best.settle()
    return best


def _as_of(view: View, target: str) -> View:
    """Return what was read for one target as it is on another one that enters the same branches."""
    changed = msgspec.structs.replace(view.changed, targets=(target,))
    return msgspec.structs.replace(view, changed=changed, target=target)


def first_views(base: TranslationUnit, library: Library) -> list[View]:
    """Return what headers that others include are for a program that includes them first."""
    found = []
    for path, tables in base.variants.items():
        if base.owner[path] == library.name:
            empty: dict[str, dict[str, Any]] = {key: {} for key in TABLES}
            changed = msgspec.structs.replace(library, **{**empty, **tables})
            found.append(View((), changed, first=base.named.first(path)))
    return found


def with_views(base: TranslationUnit, memory: KnownDeclarations | None) -> Iterator[Library]:
    """Yield the libraries of a translation unit with what they are in other configurations."""
    libraries = base.libraries()
    found = base.conditions
    if found is None:
        yield from libraries
        return
    entered = {path: set(keys) for path, keys in base.preprocessor.entered.items()}
    views: dict[str, list[View]] = {library.name: [] for library in libraries}
    failed: set[Configuration] = set()
    limit = base.units[0].options.get("configurations") or bound(len(base.preprocessor.tokens))
    for library in libraries:
        views[library.name] += first_views(base, library)
    ordered = list(base.configurations)
    known = ordered[:limit]
    for configuration in known:
        unit = base.again(configuration, memory)
        bad = unit.unread() > base.unread()
        if bad:
            failed.add(configuration)
        else:
            for path, keys in unit.preprocessor.entered.items():
                entered.setdefault(path, set()).update(keys)
        for library, other in zip(libraries, libraries if bad else unit.libraries(), strict=True):
            implied = base.configurations[configuration]
            views[library.name].append(view_of(library, other, configuration, failed=bad, implied=implied))
    others = base.other_targets()
    live, chosen = found.machines(others)
    elsewhere = base.parser.tables.elsewhere
    measured = set(found.measuring(others)) | elsewhere
    for target in [target for target in others if target in measured]:
        live.setdefault(target, frozenset())
        if target not in chosen:
            chosen.append(target)
    unread: list[str] = []
    for target in chosen[:MAX_MACHINES]:
        unit = base.again((), memory, target)
        bad = len(unit.found) > len(base.found)
        if bad:
            unread.append(target)
        else:
            for path, keys in unit.preprocessor.entered.items():
                entered.setdefault(path, set()).update(keys)
        for library, other in zip(libraries, libraries if bad else unit.libraries(), strict=True):
            view = view_of(library, other, (), failed=bad, implied=False, target=target)
            views[library.name].append(view)
            same = [t for t in live if t not in chosen and t not in measured and live[t] == live[target]]
            views[library.name] += [_as_of(view, each) for each in same if target not in measured]
    unread += chosen[MAX_MACHINES:]
    left = blocks(found, entered, failed, ordered[limit:], [target for target in unread if target != "win64"])
    free, tests = found.free(), found.tests()
    for library in libraries:
        paths = {path for path, name in base.declares.items() if name == library.name}
        seen = texts(found, entered, paths)
        made = tuple(views[library.name])
        own = tuple(b for b in left if b.path in paths and fingerprint(b.condition, b.digest) not in seen)
        yield msgspec.structs.replace(
            library, free=free, tests=tests, views=made, blocks=own, entered=seen, machines=tuple(live)
        )
