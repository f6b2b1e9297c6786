"""Match the C API of two releases and say what differs: once, for all rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from abidiff.finding import ProblemKind
from abidiff.surfaces.headers.change import HeaderChange, NotExamined, said
from abidiff.surfaces.headers.compare.affected import Default
from abidiff.surfaces.headers.compare.assertions import compare_assertions
from abidiff.surfaces.headers.compare.assumptions import compare_assumptions
from abidiff.surfaces.headers.compare.attributes import compare_attributes
from abidiff.surfaces.headers.compare.clashes import compare_clashes
from abidiff.surfaces.headers.compare.code import Code, compare_inline
from abidiff.surfaces.headers.compare.configurations import compare_blocks, first_names, firsts, machines, views
from abidiff.surfaces.headers.compare.constants import compare_constants
from abidiff.surfaces.headers.compare.functions import compare_functions, compare_variables
from abidiff.surfaces.headers.compare.headers import compare_headers, compare_marks, named_alike
from abidiff.surfaces.headers.compare.matching import Pair
from abidiff.surfaces.headers.compare.records import compare_records
from abidiff.surfaces.headers.compare.roots import compare_roots
from abidiff.surfaces.headers.compare.turned import compare_turned
from abidiff.surfaces.headers.compare.types import compare_enums, compare_typedefs
from abidiff.surfaces.headers.model import Headers, Library


def compare(old: Headers, new: Headers) -> Sequence[HeaderChange]:
    """Return the changes of every library that the old release has, and what is new in the new one."""
    new = closed_by(old, new)
    after = {library.name: library for library in new.libraries}
    elsewhere = new.libraries
    changes: list[HeaderChange] = []
    for library in old.libraries:
        other = after.pop(library.name, None)
        if other is None:
            other = Pair.gone(library)
        other = named_alike(library, other)
        found = list(compare_libraries(Pair(library, other, elsewhere)))
        apart = Apart()
        more = list(compare_views(library, other, elsewhere, found, apart))
        found = [change for change in found if apart.keeps(change)] + more
        found.extend(compare_blocks(library, other))
        changes.extend(_with_needs(library, found))
    for library in new.libraries:
        if library.name in after:
            changes.extend(compare_libraries(Pair(Pair.gone(library), library, ())))
    return changes


def closed_by(old: Headers, new: Headers) -> Headers:
    """Return the new model with all left open where it includes what was not found and the old one did not miss.

    What is not found may declare what is gone from the files that include it.
    """
    missed = {problem.message for problem in new.problems if problem.kind is ProblemKind.ABSENT}
    if not missed - {problem.message for problem in old.problems}:
        return new
    libraries = (msgspec.structs.replace(one, unread=(*one.unread, "*")) for one in new.libraries)
    return msgspec.structs.replace(new, libraries=tuple(libraries))


def _with_needs(library: Library, changes: Iterable[HeaderChange]) -> Iterator[HeaderChange]:
    """Say what a program has to define before it includes a header."""
    asked = {h.include: h.needs for h in library.headers if h.needs}
    after = {h.include: h.after for h in library.headers if h.after and not h.error}
    for change in changes:
        if change.include in after:
            change = msgspec.structs.replace(change, prior=after[change.include])
        given = {name for name, _ in change.when}
        own = tuple(need for need in asked.get(change.include, ()) if need[0] not in given)
        needs = library.defines + own + change.when
        yield msgspec.structs.replace(change, needs=needs) if needs else change


class Apart(msgspec.Struct):
    """The targets that were read by themselves, and what changed on them: (kind, subject)."""

    targets: set[str] = msgspec.field(default_factory=set)
    found: set[tuple[type[HeaderChange], str]] = msgspec.field(default_factory=set)

    def keeps(self, change: HeaderChange) -> bool:
        """Tell whether a change is none of those that only the numbers of x86_64 make on these targets."""
        targets: frozenset[str] = getattr(change, "targets", frozenset())
        return not targets or not targets <= self.targets or (type(change), change.subject) in self.found


def compare_views(
    old: Library, new: Library, elsewhere: Sequence[Library], found: Sequence[HeaderChange], apart: Apart
) -> Iterator[HeaderChange]:
    """Return the changes that exist in other configurations only, each once; ``apart`` is told of targets."""
    seen = {(type(change), change.subject) for change in found}
    default = Default(old, new, elsewhere)
    for when, before, after in views(old, new):
        if isinstance(before, str) or isinstance(after, str):
            yield NotExamined(old.name, said(when), when=when, side=before if isinstance(before, str) else str(after))
            continue
        given = dict(when)  # the program defines these itself
        for change in compare_libraries(default.pair(before, after)):
            if (type(change), change.subject) not in seen and change.subject not in given:
                seen.add((type(change), change.subject))
                yield msgspec.structs.replace(change, when=when)
    for header, before, after in firsts(old, new):
        own = first_names(old, new, header)
        part = any(header in other.brings for other in old.headers if other.include != header)
        for change in compare_libraries(default.pair(before, after, own)):
            if (type(change), change.subject) not in seen and change.subject.partition(".")[0] in own:
                seen.add((type(change), change.subject))
                yield msgspec.structs.replace(change, include=header, first=header if part else "")
    for target, before, after in machines(old, new):
        apart.targets.add(target)
        for change in compare_libraries(Pair(before, after, elsewhere)):
            apart.found.add((type(change), change.subject))
            if (type(change), change.subject) not in seen:
                seen.add((type(change), change.subject))
                yield msgspec.structs.replace(change, target=target)


def compare_libraries(pair: Pair) -> Iterator[HeaderChange]:
    """Return the changes between two releases of one library."""
    if pair.old == pair.new:
        return
    yield from compare_headers(pair)
    yield from compare_assertions(pair)
    yield from compare_functions(pair)
    yield from compare_variables(pair)
    if not same_types(pair.old, pair.new):
        yield from compare_typedefs(pair)
        yield from compare_records(pair)
        yield from compare_enums(pair)
    code = Code(pair)
    yield from compare_constants(pair, code)
    yield from compare_inline(pair, code)
    yield from compare_turned(pair, code)
    yield from compare_marks(pair)
    if pair.wanted is None:
        yield from compare_roots(pair)
    yield from compare_attributes(pair)
    yield from compare_assumptions(pair)
    yield from compare_clashes(pair)


def same_types(old: Library, new: Library) -> bool:
    """Tell whether all types are equal, places included: then each is what it was, on the same targets."""
    before = (old.typedefs, old.records, old.enums, old.targets, old.unread)
    return before == (new.typedefs, new.records, new.enums, new.targets, new.unread)
