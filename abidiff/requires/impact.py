"""Of what breaks between two releases, what touches an application: by the names that it uses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from abidiff.errors import SourceError
from abidiff.finding import Finding, Report, Severity, SurfaceSummary
from abidiff.history.items import items_of
from abidiff.pipeline.reading import Reading as Side
from abidiff.release import Release
from abidiff.requires import RULES, languages
from abidiff.requires.catalogue import Catalogue, Entry
from abidiff.requires.documents import Held
from abidiff.requires.model import Guard, Use, Version, parsed
from abidiff.requires.nodes import gathered
from abidiff.requires.places import MOST
from abidiff.requires.report import with_unread
from abidiff.rule import load, run
from abidiff.surface_names import EXPORTS, HEADERS, RNG, SYMBOLS, XDR
from abidiff.surfaces import rules
from abidiff.wording import listed

SURFACES = (HEADERS, SYMBOLS, EXPORTS, XDR)
PROCEDURE = re.compile(rb"\b[A-Z]+_PROC_[A-Z]|digitalocean/go-libvirt")
GRAVE = frozenset((Severity.BREAKING, Severity.UNDECIDED, Severity.WARNING))
WORD = re.compile(r"[A-Za-z_]\w*")
PASTED = re.compile(r"([A-Za-z_]\w*)\s*##")
ORDER = tuple(Severity)


def asked(files: Mapping[str, bytes], *, tests: bool = False) -> tuple[str, ...]:
    """Return the surfaces that an application may be touched by: what it has no use of is not compared."""
    found = [HEADERS, SYMBOLS, EXPORTS]
    kept = [path for path in files if tests or not languages.is_test(path)]
    if any(PROCEDURE.search(files[path]) for path in kept if languages.language(path)):
        found.append(XDR)
    if languages.document_roots(files, tests=tests):
        found.append(RNG)
    return tuple(found)


class Declared:
    """What a release declares.

    ``leads``  name → the names that stand in its declaration: types of parameters, of fields, of what a typedef names,
    and what a macro expands to.
    """

    def __init__(self, side: Side, roots: Collection[str] = ()) -> None:
        entries: dict[str, Entry] = {}
        nodes: list[tuple[str, str]] = []
        self.leads: dict[str, set[str]] = {}
        for surface in SURFACES:
            part = side.parts.get(surface)
            for item in items_of(surface, part.model) if part is not None else ():
                name = _word(item.name)
                self.leads.setdefault(name, set()).update(WORD.findall(item.shape) if surface in {HEADERS, XDR} else ())
                if item.kind != "field" and name not in entries:
                    entries[name] = Entry(name, item.kind, ())
                if surface == SYMBOLS:
                    nodes += [(name, node) for node in item.shape.split()]
        exports = side.parts.get(EXPORTS)
        libraries = exports.model.libraries if exports else ()
        for symbol in (each for found in libraries for each in found.symbols):
            nodes.append((symbol.name, symbol.version))
            entries.setdefault(symbol.name, Entry(symbol.name, "symbol", ()))
            self.leads.setdefault(symbol.name, set())
        headers = side.parts.get(HEADERS)
        for library in headers.model.libraries if headers else ():
            self._macros(library.macros.values())
            for enum in library.enums.values():
                values = {each.name for each in enum.enumerators or ()}
                self.leads.setdefault(_word(enum.id), set()).update(values)
            for typedef in library.typedefs.values():  # reports call a type by its typedef
                tagged = getattr(typedef.type, "id", "")
                if tagged:
                    self.leads.setdefault(_word(tagged), set()).add(typedef.name)
                    entries.setdefault(_word(tagged), Entry(_word(tagged), "typedef", ()))
        schemas = side.parts.get(RNG) if roots else None
        places = (
            Entry(item.name, item.kind, ())
            for item in (items_of(RNG, schemas.model) if schemas is not None else ())
            if item.name.partition("/")[0] in roots
        )
        units = {each.unit for each in libraries}
        self.catalogue = Catalogue.of(
            entries.values(), places, gathered(nodes, units, {each.soname for each in libraries})
        )

    def _macros(self, macros: Iterable[Any]) -> None:
        """Let macros lead to what they expand to, and to every name that begins as one that they paste does."""
        for macro in macros:
            found = self.leads.setdefault(macro.name, set())
            found.update(WORD.findall(macro.body))
            pasted = tuple(PASTED.findall(macro.body))
            found.update(name for name in self.leads if pasted and name.startswith(pasted))

    def reached(self, name: str) -> set[str]:
        """Return the names that a use of one leads to, itself among them."""
        found, pending = {name}, [name]
        while pending:
            for each in self.leads.get(pending.pop(), ()):
                if each in self.leads and each not in found:
                    found.add(each)
                    pending.append(each)
        return found


def impact(application: Release, old: Side, new: Side, compared: Report, *, tests: bool = False) -> Report:
    """Return a comparison with what touches an application; ``old`` and ``new`` are the sides with their models."""
    for side, found in (("OLD", [s.old for s in compared.surfaces]), ("NEW", [s.new for s in compared.surfaces])):
        if not any(any(census.values()) for census in found):
            raise SourceError(f"{side} holds nothing of a library", hint="the order is APP OLD NEW")
    files = {path: application.files[path] for path in application.files}
    kept = {path: data for path, data in files.items() if tests or not languages.is_test(path)}
    roots = languages.document_roots(kept, tests=True)
    library, newer = Declared(old, roots), Declared(new, roots)
    reading = with_unread(languages.read(kept, library.catalogue.joined(newer.catalogue)), application)
    held = _documents(kept, old, new)
    added = [use for use in reading.uses if not any(map(library.catalogue.get, use.names))]
    if not (reading.uses or reading.problems or held.decided or held.foreign or held.problems):
        sides = " or ".join(side.label or side.origin for side in (old.side, new.side))
        raise SourceError(f"nothing of {sides} is used in {application.origin}")
    grave = [finding for finding in compared.findings if finding.severity in GRAVE]
    decided = set(held.decided) | set(held.foreign)
    by_name = _by_reach((use for use in reading.uses if use.location.path not in decided), library)
    reached = Reached(parsed(compared.new.version), newer.catalogue)
    touching = _touching(grave, by_name, reached)
    loaded = load(RULES)
    refused = [each.with_(used=(one.place,)) for one in held.refused for each in run(loaded, [one])]
    census = {
        "files": len(kept),
        "uses": len(reading.uses),
        "documents validated": len(held.decided),
        "breaks and open questions": len(grave),
        "that touch it": 0,
    }
    findings = sorted((*touching, *refused), key=lambda each: (ORDER.index(each.severity), each.rule, each.subject))
    census["that touch it"] = len(findings)
    about = f"what touches {application.label or application.origin}"
    mine = SurfaceSummary("impact", about, (application.label or application.origin,), {}, census)
    told = [*compared.notes]
    if added:
        names = listed(list(dict.fromkeys(use.name for use in added)), MOST)
        told.append(f"{new.side.label or new.side.origin} brought what is used of it and not looked at here: {names}")
    if len(files) > len(kept):
        told.append("files of tests were left out; --tests takes them in")
    if held.templates:
        told.append(
            f"documents with values that are filled in later ({', '.join(held.templates[:MOST])}) can't be validated:"
            " what breaks is told by the places that they have"
        )
    if held.foreign:
        told.append(f"not valid for {old.side.label or old.side.origin} either: {', '.join(held.foreign[:MOST])}")
    return Report(
        old=compared.old,
        new=compared.new,
        profile=compared.profile,
        surfaces=(mine, *(replace(summary, linked=False) for summary in compared.surfaces)),
        findings=tuple(findings),
        problems=(*compared.problems, *reading.problems, *held.problems),
        notes=tuple(told),
        application="",
        allowed_undecided=compared.allowed_undecided,
        fail_on=compared.fail_on,
    )


def _documents(files: Mapping[str, bytes], old: Side, new: Side) -> Held:
    """Hold the documents against the schemas of both releases."""
    documents = {path: data for path, data in files.items() if languages.language(path) == "xml"}
    schemas: list[Any] = [side.parts[RNG].model for side in (old, new) if RNG in side.parts]
    if not documents or len(schemas) < 2:
        return Held((), (), (), (), ())
    from abidiff.requires.documents import hold

    return hold(documents, *schemas)


def _word(name: str) -> str:
    """Return the name that programs write: of ``struct hull.mast`` the tag, of ``enum (rig)`` the typedef."""
    return name.rpartition(" ")[2].partition(".")[0].strip("(){}")


def _by_reach(uses: Iterable[Use], library: Declared) -> dict[str, list[tuple[str, Use]]]:
    """Return the uses that lead to each name, with the name that was used."""
    out: dict[str, list[tuple[str, Use]]] = {}
    known: dict[str, set[str]] = {}
    for use in uses:
        for name in use.names:
            for each in known.setdefault(name, library.reached(name)):
                out.setdefault(each, []).append((name, use))
    return out


def _touching(
    findings: Iterable[Finding], uses: Mapping[str, list[tuple[str, Use]]], reached: Reached
) -> Iterator[Finding]:
    known = rules()
    for finding in findings:
        names = {_word(name) for name in (finding.subject, *finding.reaches)}
        if "/" in finding.subject:  # a place of documents: what has to be there is missing in its parent
            names = {
                finding.subject,
                *finding.reaches,
                *(() if finding.removes else (finding.subject.rpartition("/")[0],)),
            }
        if finding.rule in known and known[finding.rule].whole:
            names = set(uses)
        several = (each for name in sorted(names) for each in uses.get(name, ()))
        found = [each for each in several if not reached.is_out(each[1], finding)]
        if found:
            places = dict.fromkeys(use.location for _, use in found)
            yield finding.with_(details=(*finding.details, ("used", _told(found))), used=tuple(places)[:MOST])


class Reached(NamedTuple):
    """What is reached on the new release: its version, and the names that it has."""

    version: Version
    catalogue: Catalogue

    def is_out(self, use: Use, finding: Finding) -> bool:
        """Tell whether checks keep a use from being reached on the new release, or where what it names is missing."""
        if any(self._fails(guard) for guard in use.guards):
            return True
        own = set(use.names)
        return finding.removes and any(guard.handles or not own.isdisjoint(guard.names) for guard in use.guards)

    def _fails(self, guard: Guard) -> bool:
        """Tell whether the new release does not pass a check: of its version, or of a name that is there or not."""
        if self.version and (self.version < guard.low or (guard.high and self.version >= guard.high)):
            return True
        has = self.catalogue.get
        return any(map(has, guard.lacks)) or not (guard.handles or all(map(has, guard.names)))


def _told(found: list[tuple[str, Use]]) -> str:
    places = list(dict.fromkeys(f"{name} at {use.location}" for name, use in found))
    return listed(places, MOST)
