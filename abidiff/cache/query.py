"""Models by verifying traces: what a parse read is noted, and its model holds as long as all of it is the same.

The idea is that of *verifying traces* ("Build systems à la carte", Mokhov, Mitchell, Peyton Jones, 2018) and of salsa.
A surface parses files that note what is read of them (:class:`abidiff.files.Traced`): contents, presence and absence,
listings, and answers that stand for files.  Nothing is guessed, so nothing can be forgotten: a computed ``#include`` is
a read as any other.

An entry of a model lies under what is known before anything is parsed: the surface, the code and the libraries that
parse, the units with their options, and the content of their own files.  It holds the traces of the last parses, each
with the key of its model; models lie under the hash of their content, so that equal ones are one entry and have one
key.  What depends on a model asks for its key (early cut-off).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec

from abidiff.cache import entries
from abidiff.cache.keys import code_key, join, unit
from abidiff.cache.store import Store
from abidiff.files import Files, Trace, Traced, digests
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surface import Surface

MOST_TRACES = 8
"""Of each entry the traces of so many states of the files around are kept."""


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A parse of earlier: what it read, and the key of its model."""

    trace: Trace
    model: str


class Answer(msgspec.Struct, frozen=True):
    """A model with the settings that it was parsed under, the trace of its parse, and its key.

    ``key`` is the same for equal models only; empty for a model with problems, which is not kept.
    ``missing``: the paths that the parse looked for and did not find.
    ``packed``: the model as bytes, where it was just encoded.
    """

    model: Any
    settings: str
    trace: Trace
    key: str
    missing: tuple[str, ...] = ()
    packed: bytes = b""


@dataclass(slots=True)
class Queries:
    """Parses surfaces of releases; remembers models, and what surfaces want to remember of their parts, in a store."""

    store: Store
    hits: int = 0
    misses: int = 0
    told: dict[int, tuple[Unit, str]] = field(default_factory=dict)

    def settings(self, surface: Surface, release: Release, project: Project, needed: tuple[str, ...] = ()) -> str:
        """Return a hash over all that decides on a model beside the files; ``needed``: keys of other models."""
        units = project.units if surface.needs else project.of(surface.name)
        version = release.version if surface.versioned else ""
        return join("model", surface.name, code_key(), version, [self._told(found) for found in units], needed)

    def _told(self, found: Unit) -> str:
        """Return a hash over what is fixed about a unit, which several surfaces ask of the same one."""
        known = self.told.get(id(found))
        if known is None or known[0] is not found:
            known = self.told[id(found)] = found, join(unit(found))
        return known[1]

    def answer(
        self,
        surface: Surface,
        release: Release,
        project: Project,
        models: Mapping[str, Any],
        needed: tuple[str, ...] = (),
        settings: str = "",
    ) -> Answer:
        """Return the model of a surface with its trace and key.

        ``needed`` are the keys of the models that the surface needs; where one has none, nothing is remembered.
        ``settings``: what :meth:`settings` returns for these, where that is known.
        """
        files = release.files if isinstance(release.files, Files) else Files(release.files)
        settings = settings or self.settings(surface, release, project, needed)
        if len(needed) != sum(name in models for name in surface.needs) or not all(needed):
            traced = Traced(files)
            model = surface.parse(msgspec.structs.replace(release, files=traced), project, models)
            return Answer(model, settings, Trace(), "", traced.missing(every=bool(model.problems)))
        own = [path for found in project.of(surface.name) for path in found.files]
        place = join("traces", settings, digests(files, own))
        known: tuple[Known, ...] = entries.load(self.store, place, tuple[Known, ...]) or ()
        for found in known:
            if found.trace.holds(files, surface.answer):
                model = self.load(found.model, surface.model())
                if model is not None:
                    return Answer(model, settings, found.trace, found.model, found.trace.missing(files, every=False))
                break
        else:
            self.misses += 1
        return self._parsed(surface, release, project, models, settings, (place, known))

    def _parsed(
        self,
        surface: Surface,
        release: Release,
        project: Project,
        models: Mapping[str, Any],
        settings: str,
        entry: tuple[str, tuple[Known, ...]],
    ) -> Answer:
        files = Traced(release.files)
        version = release.version if surface.versioned else ""
        traced = msgspec.structs.replace(release, files=files, version=version)
        parse = surface.recall
        model = parse(self, traced, project, models) if parse else surface.parse(traced, project, models)
        if model.problems:
            return Answer(model, settings, Trace(), "", files.missing(every=True))
        trace = files.trace()
        with suppress(UnicodeEncodeError, OverflowError):
            packed = msgspec.msgpack.encode(model)
            key = join("answer", surface.name, code_key(), hashlib.sha256(packed).hexdigest())
            self.store.put(key, packed)
            place, known = entry
            rest = tuple(one for one in known if one.trace != trace)
            entries.save(self.store, place, (Known(trace, key), *rest)[:MOST_TRACES])
            return Answer(model, settings, trace, key, files.missing(every=False), packed)
        return Answer(model, settings, Trace(), "", files.missing(every=False))

    def load(self, key: str, kind: Any) -> Any:
        """Return an entry of that class from the store, None unless it reads completely."""
        found = entries.load(self.store, key, kind)
        if found is None:
            self.misses += 1
        else:
            self.hits += 1
        return found

    def save(self, key: str, value: Any) -> None:
        """Keep a value; one with names that are not UTF-8 is made anew each time."""
        entries.save(self.store, key, value)
