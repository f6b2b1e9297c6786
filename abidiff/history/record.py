"""The record of one release: all that a history keeps of it, as bytes that go from process to process."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from abidiff.cache import join
from abidiff.errors import AbidiffError, SourceError
from abidiff.history.items import functions_of, items_of
from abidiff.history.items.item import Item
from abidiff.history.order import version_in_tag
from abidiff.pipeline.options import quiet
from abidiff.pipeline.parts import Part
from abidiff.pipeline.reading import Reading, read_whole
from abidiff.pipeline.request import Request
from abidiff.project import Project
from abidiff.release import Release
from abidiff.sources.history import parts
from abidiff.sources.history.stored import Head
from abidiff.sources.identify import identify
from abidiff.sources.request import printable
from abidiff.sources.snapshot import plain_missing, plain_units
from abidiff.surface_names import DRIVERS, HEADERS


class Trouble(msgspec.Struct, frozen=True, array_like=True):
    """What could not be read; an empty ``unit`` or ``surface`` stands for all of them."""

    surface: str
    unit: str
    message: str


class Model(msgspec.Struct, frozen=True, array_like=True):
    """One model as it is kept: its bytes, the hash over these, what was counted, and its items."""

    digest: bytes
    data: bytes
    census: dict[str, int]
    items: tuple[Item, ...]


class Record(msgspec.Struct, frozen=True, array_like=True):
    """One release.  ``source``: a hash over what it was read from and how, empty where only reading tells."""

    version: str
    label: str
    date: str
    profile: str
    source: str
    head: bytes
    models: dict[str, Model]
    troubles: tuple[Trouble, ...]

    @property
    def digest(self) -> str:
        """A hash over all that is kept of the release."""
        return parts.release_digest(self.head, {name: found.digest for name, found in self.models.items()})


class Recorder:
    """Makes the records of releases, one after the other: what is as in the one before is not made again."""

    def __init__(self, progress: Callable[[str], None] = quiet) -> None:
        self.progress = progress
        self.before: Reading | None = None
        self.made: dict[str, tuple[Part, Model]] = {}
        self.functions: frozenset[str] = frozenset()

    def record(self, request: Request) -> Record:
        """Read a release; raises what reading it raises."""
        from_same = self.before is not None and _repository(request.argument) == _repository(self.before.side.origin)
        release, project, reading = read_whole(request, self.progress, self.before if from_same else None)
        models = self._models(reading)
        self.before = reading
        try:
            head = _head(release, project, reading.blank).pack()
        except UnicodeEncodeError:
            raise SourceError(f"{printable(request.argument)}: names that are not UTF-8 can't be kept") from None
        return Record(
            version=version_of(request.argument, release),
            label=release.label,
            date=release.date.isoformat() if release.date else "",
            profile=reading.profile,
            source=source_of(request),
            head=head,
            models=models,
            troubles=tuple(Trouble(p.surface, p.unit, p.message) for p in reading.problems("")),
        )

    def _models(self, reading: Reading) -> dict[str, Model]:
        """Return the models as they are kept; what drivers implement is told by the functions of headers."""
        models: dict[str, Model] = {}
        functions = self.functions if HEADERS in reading.parts else frozenset()
        for name, part in reading.parts.items():
            before = self.made.get(name)
            models[name] = self._model(name, part)
            if name == HEADERS and (before is None or before[1] is not models[name]):
                functions = functions_of(part.model)
        drivers = models.get(DRIVERS)
        if drivers is not None and (functions != self.functions or not drivers.items):
            found = tuple(items_of(DRIVERS, reading.parts[DRIVERS].model, functions))
            models[DRIVERS] = replace(drivers, items=found)
            self.made[DRIVERS] = reading.parts[DRIVERS], models[DRIVERS]
        self.functions = functions
        return models

    def _model(self, name: str, part: Part) -> Model:
        known = self.made.get(name)
        if known is not None and (known[0] is part or (part.origin.key and known[0].origin.key == part.origin.key)):
            return known[1]
        try:
            data = bytes(part.pack().model)
        except UnicodeEncodeError:
            raise SourceError(f"{name}: names that are not UTF-8 can't be kept in a history") from None
        digest = parts.digest(data)
        if known is not None and known[1].digest == digest:
            found = known[1]
        else:
            named = () if name == DRIVERS else tuple(items_of(name, part.model))
            found = Model(digest, data, dict(part.census), named)
        self.made[name] = part, found
        return found


def _repository(argument: str) -> str:
    return argument.rpartition("@")[0]


def _head(release: Release, project: Project, blank: tuple[str, ...]) -> Head:
    return Head(
        label=release.label,
        version=release.version,
        date=release.date.isoformat() if release.date else "",
        single_file=release.single_file,
        units=plain_units(project.units),
        missing=plain_missing(project.missing),
        notes=release.notes,
        unread=release.unread,
        blank=blank,
    )


def source_of(request: Request) -> str:
    """Return a hash over the input and how it is read, where that is known without reading it; else nothing."""
    try:
        identity = identify(request.argument)
    except (AbidiffError, OSError):
        return ""
    return join("record", identity, *request.settings(), *request.surfaces) if identity else ""


def version_of(argument: str, release: Release) -> str:
    """Return the version under which a release is kept: its tag's, else the one that it states."""
    found = version_in_tag(argument.rpartition("@")[2]) if "@" in argument else ""
    version = found or release.version
    if not version:
        raise SourceError(
            f"{printable(argument)}: nothing tells which version this is",
            hint="a history is ordered by versions: give an archive, a folder or a tag with one in its name",
        )
    return printable(version)
