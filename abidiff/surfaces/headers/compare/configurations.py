"""Which configurations of two releases are held against each other, and what none of them entered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice, product

import msgspec

from abidiff.surfaces.headers.change import HeaderChange, NotLookedAt
from abidiff.surfaces.headers.compare.answers import answers, names_in
from abidiff.surfaces.headers.model import TABLES, Block, Library, fingerprint, in_view

Defines = tuple[tuple[str, str], ...]

MAX_TESTS = 40  # conditions that differ
MAX_NAMES = 3
MAX_ASSIGNMENTS = 64
MAX_MORE = 8


def views(old: Library, new: Library) -> Iterator[tuple[Defines, Library | str, Library | str]]:
    """Yield each configuration that programs written against the old release may have, with both libraries in it.

    A macro that only the new release asks for is defined by none of them, unless the old one had a default for it.
    In the place of a library that was not read in the configuration stands the side.
    """
    free = frozenset(old.free)
    defaults = frozenset(name for name, macro in old.macros.items() if macro.overridable)
    wanted = {view.defines: view.implied for view in old.views if not view.target and not view.first}
    for view in new.views:
        if view.target or view.first:
            continue
        refused = any(header.error for header in view.changed.headers)
        defines = _restricted(view.defines, free | defaults if refused else free)
        wanted[defines] = wanted.get(defines, True) and view.implied
    wanted.update(dict.fromkeys(_about_conditions(old, new, wanted), False))
    cut = any(block.kind == "bound" for library in (old, new) for block in library.blocks)
    for defines in sorted(wanted, key=lambda each: (len(each), each)):
        if not defines:
            continue
        before, after = _in(old, defines, "old"), _in(new, defines, "new")
        missing = isinstance(before, str), isinstance(after, str)
        if all(missing) or (any(missing) and (cut or wanted[defines])):
            continue  # what differs in the code that it would enter is told with the blocks
        if before is not old or after is not new:
            yield defines, before, after


def machines(old: Library, new: Library) -> Iterator[tuple[str, Library, Library]]:
    """Yield each target for which other code was read than for x86_64, with both libraries on it."""
    for target in dict.fromkeys(view.target for library in (old, new) for view in library.views if view.target):
        before, after = _on(old, target), _on(new, target)
        if before is not None and after is not None:
            yield target, before, after


def firsts(old: Library, new: Library) -> Iterator[tuple[str, Library, Library]]:
    """Yield each header that is another one for who includes it first, with both libraries as it gives them."""
    shared = {header.include for header in new.headers}
    for name in dict.fromkeys(view.first for library in (old, new) for view in library.views if view.first in shared):
        yield name, _first(old, name), _first(new, name)


def first_names(old: Library, new: Library, header: str) -> frozenset[str]:
    """Return the names of what a header declares otherwise for who includes it first."""
    views = [view for library in (old, new) for view in library.views if view.first == header]
    return frozenset(key for view in views for name in TABLES for key in getattr(view.changed, name))


def _first(library: Library, name: str) -> Library:
    found = next((view for view in library.views if view.first == name), None)
    return library if found is None else in_view(library, found)


def _on(library: Library, target: str) -> Library | None:
    """Return a library on a target; None where it was not read for it though it differs there."""
    for view in library.views:
        if view.target == target:
            return None if view.failed else in_view(library, view)
    return None if target in library.machines else msgspec.structs.replace(library, targets=(target,))


def _restricted(defines: Defines, free: frozenset[str]) -> Defines:
    return tuple((name, value) for name, value in defines if name in free)


def _in(library: Library, defines: Defines, side: str) -> Library | str:
    """Return a library in a configuration; macros that it does not ask for do not matter."""
    asked = _asked(library)
    own = tuple(each for each in _restricted(defines, frozenset(library.free)) if each not in asked)
    if not own:
        return library
    plain = [view for view in library.views if not view.target and not view.first]
    found = next((view for view in plain if view.defines == own), None)
    said = answers(library, own)
    if found is None and None not in said:
        if said == answers(library, ()):
            return library
        found = next((view for view in plain if answers(library, view.defines) == said), None)
    if found is None and len(own) == 1:
        found = next(
            (view for view in plain if _alike(library, view.defines, own)),
            None,
        )
        if found is None and _alike(library, ((own[0][0], library.free[own[0][0]][:1][0]),), own):
            return library
    if found is not None:
        return side if found.failed else in_view(library, found)
    parts = [_in(library, (one,), side) for one in own] if len(own) > 1 and _apart(library, own) else []
    return _joined(library, own) if parts and not any(isinstance(part, str) for part in parts) else side


def _asked(library: Library) -> frozenset[tuple[str, str]]:
    """Return what every header asks programs to define: they were read with it."""
    needs = [frozenset(header.needs) for header in library.headers]
    return frozenset.intersection(*needs) if needs else frozenset()


def _apart(library: Library, own: Defines) -> bool:
    """Tell whether each condition has under an assignment the answer that one macro of it alone makes."""
    base, together = answers(library, ()), answers(library, own)
    single = [answers(library, (one,)) for one in own]
    for at, answer in enumerate(together):
        alone = {each[at] for each in single}
        if answer is not None and answer not in (alone - {base[at]} or {base[at]}):
            return False
    return True


def _about_conditions(old: Library, new: Library, known: Collection[Defines]) -> Iterator[Defines]:
    """Yield assignments that tell conditions apart which only one of the releases has, those known left out."""
    differing = sorted(set(old.tests).symmetric_difference(new.tests) - {""})
    seen = {(answers(old, each), answers(new, each)) for each in ((), *known)}
    found = 0
    for test in differing[:MAX_TESTS]:
        names = [name for name in names_in(test) if name in old.free]
        if not 0 < len(names) <= MAX_NAMES:
            continue
        choices = [_values(name, old, new) for name in names]
        for values in islice(product(*choices), MAX_ASSIGNMENTS):
            defines = tuple(sorted((n, v) for n, v in zip(names, values, strict=True) if v is not None))
            key = answers(old, defines), answers(new, defines)
            if defines and key not in seen:
                seen.add(key)
                found += 1
                yield defines
                if found >= MAX_MORE:
                    return


def _values(name: str, old: Library, new: Library) -> list[str | None]:
    """Return what a macro may be: not defined, 1, or a value between two bounds of either release."""
    bounds = {int(n) for side in (old, new) for n in side.free.get(name, ())[1:]}
    below = [min(bounds) - 1] if bounds and min(bounds) > 0 else []
    return [None, *dict.fromkeys(("1", *map(str, sorted({*below, *bounds}))))]


def _joined(library: Library, own: Defines) -> Library:
    """Return a library in a configuration that no branch needs as a whole: what each of its macros changes."""
    for view in library.views:
        if len(view.defines) == 1 and view.defines[0] in own:
            library = msgspec.structs.replace(in_view(library, view), views=library.views, free=library.free)
    return library


def _alike(library: Library, these: Defines, those: Defines) -> bool:
    """Tell whether two values of one macro answer alike all comparisons that the library makes with it.

    Each of these depends on which of the bounds a value lies below.
    """
    (name, value), (other, wanted) = (*these, ("", ""))[0], those[0]
    numbers = library.free.get(name, ())[1:]
    if name != other or len(these) != 1 or not numbers or not (value.isdigit() and wanted.isdigit()):
        return False
    return all((int(value) < int(n)) == (int(wanted) < int(n)) for n in numbers)


def compare_blocks(old: Library, new: Library) -> Iterator[HeaderChange]:
    """Yield what differs in code that no configuration entered, by kind; whole headers that came or went are not."""
    names = [{header.path: header.include for header in library.headers} for library in (old, new)]
    if len(names[0]) == len(names[1]) == 1:
        names = [dict.fromkeys(each, "") for each in names]
    shared = set(names[0].values()) & set(names[1].values())
    before = [(names[0].get(b.path, "-"), b) for b in old.blocks if names[0].get(b.path, "-") in shared]
    after = [(names[1].get(b.path, "-"), b) for b in new.blocks if names[1].get(b.path, "-") in shared]
    gone = [block for block in _only(before, after) if fingerprint(block.condition, block.digest) not in new.entered]
    come = [block for block in _only(after, before) if fingerprint(block.condition, block.digest) not in old.entered]
    for kind in sorted({block.kind for block in (*gone, *come)}):
        these, those = (tuple(b for b in blocks if b.kind == kind) for blocks in (gone, come))
        yield NotLookedAt(old.name, kind, old=these, new=those)


def _only(these: list[tuple[str, Block]], those: list[tuple[str, Block]]) -> list[Block]:
    """Return the blocks of the one side that have no equal on the other."""
    there = Counter((name, block.condition, block.digest) for name, block in those)
    out = []
    for name, block in these:
        key = (name, block.condition, block.digest)
        if there[key]:
            there[key] -= 1
        else:
            out.append(block)
    return out
