"""Reads one side completely: open, recognise, parse every surface.  Runs in a process of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

import msgspec
from msgspec.structs import replace

from abidiff import surfaces as registry
from abidiff.errors import SourceError, UsageError
from abidiff.files import OTHERS, Traced, digests
from abidiff.finding import Problem, Side
from abidiff.location import Location
from abidiff.pipeline.marks import Marked, marked
from abidiff.pipeline.parts import Models, Origin, PackedPart, Part
from abidiff.pipeline.request import Request
from abidiff.profile import Profile, claimed, known, load, project_of, reached, recognise, wanted
from abidiff.profile.globs import compiled
from abidiff.project import Project, with_options
from abidiff.release import Release, frozen
from abidiff.sources import blobs, open_release
from abidiff.sources.request import printable
from abidiff.surface import Surface
from abidiff.surface_names import HEADERS, RNG

__all__ = ["Reading", "Request", "chosen", "pack", "read", "read_whole", "unpack", "with_needed"]


class UnitName(msgspec.Struct, frozen=True, array_like=True):
    """A unit as policy and report need it."""

    surface: str
    name: str
    tier: str


class Reading(msgspec.Struct, frozen=True):
    """One side as models, with all that the report says of it; no file contents.

    ``digest`` is a hash over the paths and contents of what was read, ``marked`` what is deprecated.
    ``unread`` is what belongs to a surface and could not be read (surface, path, why), ``unmatched`` the
    (surface, glob) pairs of the user that no file of this side matches.  ``pinned`` are those paths of ``unread`` which
    only a glob over all folders reaches, and whose content ``why`` names: a problem where they differ.
    ``blank`` are the files of a surface with nothing in them.  ``paths`` are all files that were taken, by names that
    can be printed; none where only models are there.
    """

    side: Side
    profile: str
    units: tuple[UnitName, ...]
    missing: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    digest: str
    models: Mapping[str, Any]
    marked: tuple[Marked, ...] = ()
    unread: tuple[tuple[str, str, str], ...] = ()
    unmatched: tuple[tuple[str, str], ...] = ()
    pinned: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def head(self) -> Reading:
        """Return the reading without its models."""
        return msgspec.structs.replace(self, models={})

    @property
    def parts(self) -> Mapping[str, Part]:
        """The models with what is known of them."""
        return self.models.parts if isinstance(self.models, Models) else {}

    def problems(self, name: str, open_: Mapping[str, Sequence[Problem]] | None = None) -> list[Problem]:
        """Return what could not be read, each with its side; ``open_``: of which surfaces only these count."""
        out = [
            _problem(name, surface_name, f"the profile expects {surface_name}: {unit}, and it is not there")
            for surface_name, unit in self.missing
        ]
        out += [
            Problem(
                surface_name,
                f"{printable(path)}: {why}: not read",
                Location(path),
                name,
                "mend it, or leave it out by name (exclude) in a profile",
            )
            for surface_name, path, why in self.unread
        ]
        for surface_name, part in self.parts.items():
            found = (open_ or {}).get(surface_name)
            for problem in found if found is not None else part.model.problems if part.flawed else ():
                out.append(replace(problem, surface=problem.surface or surface_name, side=name))
        return out


def _problem(side: str, surface_name: str, message: str) -> Problem:
    return Problem(
        surface=surface_name,
        message=message,
        side=side,
        hint="is this a complete release? --profile and --surface say what to expect",
    )


def chosen(names: tuple[str, ...]) -> tuple[Surface, ...]:
    """Return the surfaces of these names in the order of the report; all for none."""
    return tuple(found for found in registry.SURFACES if not names or found.name in names)


def read(request: Request, progress: Callable[[str], None] = lambda _: None, like: Reading | None = None) -> Reading:
    """Open a release and parse it; raises only what the input itself is to blame for.

    What is as in ``like``, a reading of another state of the same thing, is taken from there.
    """
    return read_whole(request, progress, like)[2]


def read_whole(
    request: Request, progress: Callable[[str], None] = lambda _: None, like: Reading | None = None
) -> tuple[Release, Project, Reading]:
    """Read a release as :func:`read` does; return the release and its project as well."""
    release, profile, project = opened(request, like.side.origin if like else "")
    release, models = models_with_included(release, project, request, progress, like)
    kept = {found.name for found in chosen(request.surfaces)}
    parts = Models({name: part for name, part in models.parts.items() if name in kept})
    headers = parts.parts.get(HEADERS)
    before = like.marked if like is not None and headers is like.parts.get(HEADERS) else None
    found = Reading(
        side=side_of(release, request.argument),
        profile=request.profile or profile.name,
        units=tuple(UnitName(u.surface, u.name, u.tier) for u in project.units if u.surface in kept),
        missing=tuple(entry for entry in project.missing if entry[0] in kept),
        notes=(*release.notes, *_left_out(release, request)),
        digest=_digest(release),
        models=parts,
        marked=before if before is not None else marked(headers.model if headers else None),
        unread=_unread(release, profile, kept),
        unmatched=_unmatched(release, request),
        pinned=tuple(path for path in release.pinned if not reached(profile, path)),
        blank=blanks(release, profile, project, kept),
        paths=tuple(sorted(path for path in release.files if path.isprintable() and not path.startswith(OTHERS))),
    )
    if request.cache:
        blobs.remember(release.files)
    return release, project, found


def blanks(release: Release, profile: Profile, project: Project, surfaces: Container[str]) -> tuple[str, ...]:
    """Return the files of these surfaces with nothing in them: a release that was read before knows its own."""
    if release.project is not None:
        return release.blank
    from abidiff.pipeline.strays import blank

    return tuple(blank(release, profile, project, surfaces))


def _unread(release: Release, profile: Profile, kept: set[str]) -> tuple[tuple[str, str, str], ...]:
    """Return what this profile wants of a release for these surfaces and could not be read."""
    apart = HEADERS if HEADERS in kept else ""  # of headers that lie elsewhere no rule of the profile knows
    found = (
        (claimed(profile, path, kept) or ("" if claimed(profile, path) else apart), path, why)
        for path, why in release.unread
        if path not in release.astray or reached(profile, path)
    )
    return tuple(entry for entry in found if entry[0])


def _left_out(release: Release, request: Request) -> Iterator[str]:
    """Say how many files of a release the user left out."""
    match = compiled(request.excluded).fullmatch
    count = sum(match(path) is not None for path in release.files) if request.excluded else 0
    if count:
        yield f"left out by --exclude: {count} file{'s'[: count > 1]}"


def _unmatched(release: Release, request: Request) -> tuple[tuple[str, str], ...]:
    """Return the globs of the user that match no file of a release."""
    if release.project is not None:
        return ()
    return tuple(
        (name, glob)
        for name, glob in request.named_globs()
        if not any(compiled((glob,)).fullmatch(path) for path in release.files)
    )


def models_of(
    release: Release,
    project: Project,
    request: Request,
    progress: Callable[[str], None],
    like: Reading | None = None,
) -> Models:
    """Parse every surface that is asked for, and those that it needs."""
    models = Models({})
    whole = release.project is not None  # a snapshot
    parser = _parser(release, project, request, like)
    for found in chosen(request.surfaces if whole else with_needed(request.surfaces)):
        progress(f"{release.label or request.argument}: {found.title}")
        if whole:
            models.parts[found.name] = Part.made(found.name, _held(found, release, request), Origin())
        else:
            models.parts[found.name] = parser(found, models)
    return models


def models_with_included(
    release: Release,
    project: Project,
    request: Request,
    progress: Callable[[str], None],
    like: Reading | None = None,
) -> tuple[Release, Models]:
    """Parse every surface that is asked for; return the models, and the release with all that was read for them."""
    from abidiff.pipeline.included import with_included

    def again(found: Release) -> Models:
        return models_of(found, project, request, progress, like)

    return with_included(release, again(release), request, again)


def _held(found: Surface, release: Release, request: Request) -> Any:
    """Return a model of a snapshot, which has no files to make another one of."""
    if found.name not in release.models and found.optional and not request.surfaces:
        return found.model()()
    if found.name not in release.models:
        held = " ".join(f"--surface {name}" for name in release.models)
        hint = f"compare with {held}" if held else "there is nothing in it: make it again, abi-diff snapshot RELEASE"
        raise SourceError(f"{request.argument}: this snapshot holds no {found.title}", hint=hint)
    return release.models[found.name]


def opened(request: Request, before: str = "") -> tuple[Release, Profile, Project]:
    """Open a release and lay its profile over it.

    ``before`` is another state of the same repository: where it was opened before, only what changed is looked at.
    """
    given = _profile(request)
    profiles = cache(lambda: tuple(_catalogued(p, request) for p in ((given,) if given else map(load, known()))))
    selection = cache(lambda: wanted(*profiles()))
    settings = request.settings() if request.cache else ()
    if request.cache and before:
        from abidiff.pipeline import states

        found = states.recall(request.argument, before, settings, lambda path: selection()(path))
        if found is not None:
            release, name, project = found
            blobs.attach(release.files)
            profile = _narrowed(given or load(name), release, request)
            release = _with_elsewhere(release, profile, project, request)
            return _with_others(release, request), profile, project
    versions = tuple((found.file, found.pattern) for each in profiles() for found in each.version_files)
    release = open_release(request.argument, selection(), version_files=versions)
    profile = _narrowed(given or recognise(release), release, request)
    if request.cache:
        blobs.attach(release.files)
    if release.project is None:
        from abidiff.pipeline.strays import strays

        unread = (*(entry for entry in release.unread if _matters(profile, *entry)), *strays(profile, release))
        release = replace(release, unread=unread)
    project = _hidden(project_of(profile, release), request.excluded)
    project = _defined(_directed(project, request.direction), request.defines)
    release = _with_elsewhere(release, profile, project, request)
    if request.cache and "@" in request.argument:
        from abidiff.pipeline import states

        states.remember(release, profile, project, settings, versions)
    return _with_others(release, request), profile, project


def _with_elsewhere(release: Release, profile: Profile, project: Project, request: Request) -> Release:
    """Name the headers of a library that lie where nobody looks among what could not be read."""
    from abidiff.pipeline.strays import elsewhere

    apart = elsewhere(release, profile, project, {found.name for found in chosen(request.surfaces)})
    if apart is None or apart in release.unread:
        return release
    return replace(release, unread=(*release.unread, apart))


def _matters(profile: Profile, path: str, why: str) -> bool:
    """Tell whether something that could not be read is a surface's.

    A package with headers has `libship.so`, a link to a library of another package: that one has to be given.
    """
    from abidiff.sources.folder import OUTSIDE
    from abidiff.sources.links import NOWHERE

    surface = claimed(profile, path)
    return bool(surface) and not (why in (NOWHERE, OUTSIDE) and registry.surface(surface).optional)


def _with_others(release: Release, request: Request) -> Release:
    """Put the headers of other projects beside the files of a release."""
    if not request.others:
        return release
    from abidiff.sources import others

    return replace(release, files=others.joined(release.files, request.others))


def _defined(project: Project, defines: tuple[tuple[str, str], ...]) -> Project:
    """Let the headers be read with the macros that the user defines; these win over the profile's."""
    if not defines:
        return project
    from abidiff.surfaces.headers.build.settings import defines_of

    units = tuple(
        replace(unit, options=frozen({**unit.options, "defines": {**dict(defines_of(unit.options)), **dict(defines)}}))
        if unit.surface == HEADERS
        else unit
        for unit in project.units
    )
    return replace(project, units=units)


def _hidden(project: Project, excluded: tuple[str, ...]) -> Project:
    """Leave out what the user leaves out, though headers include it."""
    units = (
        replace(unit, options=frozen({**unit.options, "left_out": (*unit.options.get("left_out", ()), *excluded)}))
        if unit.surface == HEADERS
        else unit
        for unit in project.units
    )
    return replace(project, units=tuple(units)) if excluded else project


def _directed(project: Project, direction: str) -> Project:
    """Give every schema the direction that the user asks for."""
    return with_options(project, RNG, {"direction": direction}) if direction else project


def _catalogued(profile: Profile, request: Request) -> Profile:
    """Give the schemas of a profile the catalogs that the user names."""
    return with_options(profile, RNG, {"catalogs": request.catalogs}) if request.catalogs else profile


def _narrowed(profile: Profile, release: Release, request: Request) -> Profile:
    """Leave out of a profile what the user excludes, and let headers and catalogs be those that the user names."""
    profile = _catalogued(profile, request)
    if not request.excluded and not request.roots:
        return profile
    if release.project is not None:
        raise UsageError(f"{printable(request.argument)}: a snapshot has no files: --exclude and --root need a release")
    start = compiled(request.roots).fullmatch
    units = []
    for rule in profile.units:
        mine = compiled(rule.files).fullmatch
        rooted = rule.surface == HEADERS and any(mine(path) and start(path) for path in release.files)
        roots = request.roots if request.roots and rooted else rule.roots
        units.append(replace(rule, exclude=(*rule.exclude, *request.excluded), roots=roots))
    return replace(profile, units=tuple(units))


def _profile(request: Request) -> Profile | None:
    """Return the profile that the user named, or the generic one over the user's globs."""
    if not request.globs:
        return load(request.profile) if request.profile else None
    found = load(request.profile or "generic")
    units = []
    for surface_name in dict(request.globs):
        files = tuple(glob for name, glob in request.globs if name == surface_name)
        like = [rule for rule in found.units if rule.surface == surface_name]
        if not like:
            raise UsageError(f"the profile {found.name} knows no {surface_name}")
        units.append(replace(like[0], files=files, contains="", exclude=(), expected=()))
    return with_options(replace(found, units=tuple(units), recognise=()), HEADERS, {"beside": ("**/*.{h,h.in}",)})


def side_of(release: Release, argument: str) -> Side:
    """Return how the report names a release; a single file stands for itself, below no label."""
    return Side(
        "" if release.single_file else release.label,
        release.version,
        release.origin or argument,
        release.date.isoformat() if release.date else "",
    )


def with_needed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names with those of the surfaces that they need; none stands for all."""
    if not names:
        return ()
    needed = {other for found in chosen(names) for other in found.needs}
    return tuple(found.name for found in registry.SURFACES if found.name in needed or found.name in names)


def _parser(
    release: Release, project: Project, request: Request, like: Reading | None
) -> Callable[[Surface, Models], Part]:
    """Return how a surface is parsed: as far as possible not at all, from the cache library by library, or straight."""
    if not request.cache:
        return lambda found, models: _straight(found, release, project, models)
    from abidiff.pipeline.incremental import Incremental

    return Incremental(release, project, like.parts if like else {}).part


def _straight(found: Surface, release: Release, project: Project, models: Models) -> Part:
    """Parse a surface without a cache."""
    files = Traced(release.files)
    part = Part.made(found.name, found.parse(replace(release, files=files), project, models), Origin())
    part.missing = files.missing(every=part.flawed)
    return part


def _digest(release: Release) -> str:
    """Hash paths and contents; of a single file only the contents, whatever it is called."""
    named = release.files
    if release.single_file:
        named = {str(n): named[path] for n, path in enumerate(sorted(named))}
    total = hashlib.sha256(digests(named, named).encode())
    for surface_name in sorted(release.models):
        total.update(surface_name.encode() + msgspec.msgpack.encode(release.models[surface_name]))
    return total.hexdigest()


def pack(reading: Reading, apart: Container[str] = ()) -> bytes:
    """Return a reading as bytes, to hand it from process to process; without the models of the surfaces ``apart``."""
    parts = {name: part.pack(apart=name in apart) for name, part in reading.parts.items()}
    head = (reading.side, reading.profile, reading.units, reading.missing, reading.notes, reading.digest)
    more = (reading.marked, reading.unread, reading.unmatched, reading.pinned, reading.blank, reading.paths)
    return msgspec.msgpack.encode(_Packed(*head, parts, *more))


def unpack(data: bytes, fetch: Callable[[str, str], bytes] | None = None) -> Reading:
    """Undo :func:`pack`; the models stay packed until they are looked into.

    ``fetch`` gives those that lie apart, by surface and key.
    """
    raw = msgspec.msgpack.decode(data, type=_Packed)
    more = (raw.marked, raw.unread, raw.unmatched, raw.pinned, raw.blank, raw.paths)
    parts = Models({name: _held_part(name, part, fetch) for name, part in raw.parts.items()})
    return Reading(raw.side, raw.profile, raw.units, raw.missing, raw.notes, raw.digest, parts, *more)


def _held_part(name: str, packed: PackedPart, fetch: Callable[[str, str], bytes] | None) -> Part:
    return Part.held(name, packed, partial(fetch, name, packed.origin.key) if fetch is not None else None)


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    side: Side
    profile: str
    units: tuple[UnitName, ...]
    missing: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    digest: str
    parts: dict[str, PackedPart]
    marked: tuple[Marked, ...]
    unread: tuple[tuple[str, str, str], ...]
    unmatched: tuple[tuple[str, str], ...]
    pinned: tuple[str, ...]
    blank: tuple[str, ...]
    paths: tuple[str, ...]
