"""Protocols depend on few of the headers' constants: a model holds as long as these are the same.

Two entries.  The first, under all protocol files and the names of the headers, tells which
constants were asked for and what they were, lately; when today's headers say the same, the model is
under that.  A header that changes elsewhere then costs no parsing.

A third entry, under the names of the files, has the definitions that were in them: where one
changes, the others are not parsed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from abidiff.cache import entries
from abidiff.cache.keys import code_key, join, unit
from abidiff.files import digests
from abidiff.project import Project
from abidiff.release import Release
from abidiff.surface import Surface
from abidiff.surfaces.xdr.read.constants import HeaderConstants

if TYPE_CHECKING:
    from abidiff.cache.models import Cached
    from abidiff.surfaces.xdr.read.definitions import Memory

# The headers asked, and (name, what they said) in the order of asking.
Asked = tuple[tuple[tuple[str, ...], tuple[tuple[str, str], ...]], ...]
TYPE = "type "
KEPT = 4
"""Of each set of protocol files the answers of so many states of the headers are kept."""


def parse(cached: Cached, surface: Surface, release: Release, project: Project) -> Any:
    """Return the model of the protocols, as ``surface.parse`` would."""
    from abidiff.cache.models import SAME

    own = _own_key(release, project)
    before: tuple[Asked, ...] = cached.load(join("asked", own), tuple[Asked, ...]) or ()
    headers: dict[tuple[str, ...], HeaderConstants] = {}
    asked = next((answers for answers in before if _same(release, answers, headers)), None)
    if asked is not None:
        key = join("protocols", own, repr(asked))
        cached.keys["xdr"] = key
        if cached.like.get("xdr") == key:
            return SAME
        found = cached.load(key, surface.model())
        if found is not None:
            return found
    elif before:
        cached.misses += 1
    cached.keys.pop("xdr", None)
    from abidiff.surfaces.xdr.build.parse import parse_asking

    headers = {}
    place = join("definitions", code_key(), *(unit(found) for found in project.of("xdr")))
    memory = _recalled(cached, place)
    model = parse_asking(release, project, headers, memory)
    if memory.is_stale:
        cached.save(place, memory.used)
    asked = tuple(
        (
            names,
            (
                *((name, repr(found)) for name, found in constants.asked.items()),
                *((f"{TYPE}{name}", repr(found)) for name, found in constants.types.items()),
            ),
        )
        for names, constants in headers.items()
    )
    key = join("protocols", own, repr(asked))
    cached.keys["xdr"] = key
    cached.save(key, model)
    cached.save(join("asked", own), (asked, *(answers for answers in before if answers != asked))[:KEPT])
    return model


def _recalled(cached: Cached, place: str) -> Memory:
    """Return the definitions that files of the same units had when they were last parsed."""
    from abidiff.surfaces.xdr.read.definitions import Known, Memory

    return Memory(entries.load(cached.store, place, Known) or Known())


def _own_key(release: Release, project: Project) -> str:
    """Return the key of all but the headers' content."""
    paths = {path for found in project.of("xdr") for path in found.files}
    paths |= {path for path in release.files if path.endswith(".x")}
    headers = sorted(path for path in release.files if path.endswith((".h", ".h.in")))
    named = {path for found in project.of("xdr") for path in found.options.get("headers") or ()}
    there = sorted(path for path in named if path in release.files)
    shape = [unit(found) for found in project.units if found.surface == "xdr"]
    return join(code_key(), digests(release.files, paths), headers, there, shape)


def _same(release: Release, asked: Asked, headers: dict[tuple[str, ...], HeaderConstants]) -> bool:
    """Tell whether the headers of a release say the same as they did; ``headers`` keeps what was looked up."""
    for names, answers in asked:
        constants = headers.setdefault(names, HeaderConstants(release.files, names))
        if any(_said(constants, name) != answer for name, answer in answers):
            return False
    return True


def _said(constants: HeaderConstants, name: str) -> str:
    if name.startswith(TYPE):
        return repr(constants.type(name.removeprefix(TYPE)))
    return repr(constants.find(name))
