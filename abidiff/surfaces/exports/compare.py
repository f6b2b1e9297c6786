"""Match the shared libraries of two releases, once; rules get what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from abidiff.change import Change
from abidiff.finding import LibraryNames, unversioned
from abidiff.surfaces.exports import change as c
from abidiff.surfaces.exports.model import Exported, Exports, SharedLibrary

_STEM = re.compile(r"\A(lib)?(.+?)(?:[-.]?[0-9][0-9.]*)?(?:\.so(?:\.[0-9.]+)?)?\Z")
_DATA = ("OBJECT", "TLS")
_KINDS = {"FUNC": "code", "IFUNC": "code", "OBJECT": "data", "TLS": "thread-local data"}


def compare(old: Exports, new: Exports) -> Sequence[Change]:
    """Return the changes, library by library."""
    if bool(old.libraries) != bool(new.libraries):
        return list(_one_side(old, new))
    changes: list[Change] = []
    for before, after in pairs(old.libraries, new.libraries):
        if after is None and before is not None:
            changes.append(_gone(before))
        elif before is None and after is not None:
            count = len(after.symbols)
            changes.append(c.LibraryNew(after.unit, after.soname, after.soname, None, after.location, count))
        elif before is not None and after is not None:
            changes += _Comparison(old, new, before, after).changes()
    if not new.mapped:
        known = {found.name for found in old.missing}
        had = {symbol.name for library in old.libraries for symbol in library.symbols}
        for found in new.missing if old.headers else ():
            if found.name not in known and found.name not in had:
                unit = new.libraries[0].unit if new.libraries else ""
                changes.append(c.DeclaredNotExported(unit, found.name, "", None, found.declared))
    return changes


def names(old: Exports, new: Exports) -> Iterator[LibraryNames]:
    """Yield the names of the libraries that both sides have."""
    for before, after in pairs(old.libraries, new.libraries):
        if before is not None and after is not None:
            yield LibraryNames(before.soname, after.soname, before.file, after.file)


def _one_side(old: Exports, new: Exports) -> Iterator[Change]:
    side = "old" if new.libraries else "new"
    there = (old if old.libraries else new).libraries[0]
    place = there.location
    before, after = (None, place) if side == "old" else (place, None)
    yield c.LibrariesNotGiven(there.unit, there.soname, there.soname, before, after, side)


def _gone(library: SharedLibrary) -> Change:
    return c.LibraryVanished(library.unit, library.soname, library.soname, library.location, None, len(library.symbols))


def stem(soname: str) -> str:
    """Return the name of a library without its version: ``libship`` of ``libship.so.1`` and ``libship-1.2.so``."""
    found = _STEM.match(unversioned(soname))
    return f"{found[1] or ''}{found[2]}" if found else soname


def pairs(
    old: Sequence[SharedLibrary], new: Sequence[SharedLibrary]
) -> list[tuple[SharedLibrary | None, SharedLibrary | None]]:
    """Return the libraries side by side: of one SONAME, then of one name but for the version."""
    left, out = list(new), []
    alone = []
    for before in old:
        same = [lib for lib in left if lib.soname == before.soname]
        found = next((lib for lib in same if before.machine in (lib.machine, "") or not lib.machine), None)
        found = found or (same[0] if same else None)
        if found is None:
            alone.append(before)
        else:
            left.remove(found)
            out.append((before, found))
    single = len(old) == len(new) == 1
    rest: list[tuple[SharedLibrary | None, SharedLibrary | None]] = list(out)
    for before in alone:
        found = next((lib for lib in left if single or stem(lib.soname) == stem(before.soname)), None)
        if found is not None:
            left.remove(found)
        rest.append((before, found))
    rest += [(None, lib) for lib in left]
    return sorted(rest, key=lambda pair: next((lib.soname, lib.machine) for lib in pair if lib is not None))


def _machines_differ(old: str, new: str) -> bool:
    """Tell whether two libraries are for different machines; a text names them in other words than a library."""
    return bool(old) and bool(new) and old != new and old.startswith("EM_") == new.startswith("EM_")


class _Comparison:
    """Two states of one library."""

    def __init__(self, old: Exports, new: Exports, before: SharedLibrary, after: SharedLibrary) -> None:
        self.old, self.new, self.before, self.after = old, new, before, after
        self.renamed = before.soname != after.soname
        self.mapped = old.mapped and new.mapped
        self.unversioned = bool(before.nodes) and not after.nodes

    def changes(self) -> Iterator[Change]:
        """Yield what differs: the library, then its symbols by their names."""
        unit, name = self.before.unit, self.before.soname
        places = (self.before.location, self.after.location)
        if _machines_differ(self.before.machine, self.after.machine):
            yield c.MachineChanged(unit, name, name, *places, self.before.machine, self.after.machine)
            return
        if self.renamed:
            yield c.SonameChanged(unit, name, name, *places, self.after.soname)
        gone = [symbol for symbol in self.before.symbols if self._vanished(symbol)]
        if not self.mapped:
            yield from self._gone(gone)
            yield from self._versions()
        elif self.after.versioned is False:
            yield from self._versions_lost()
        yield from self._kinds()
        for pattern in self.before.patterns:
            if pattern not in self.after.patterns:
                yield c.PatternVanished(unit, pattern, name, *places)
        if not self.mapped:
            yield from self._new()

    def _vanished(self, symbol: Exported) -> bool:
        now = self.after.by_name.get(symbol.name, ())
        if any(found.version == symbol.version for found in now):
            return False
        if not symbol.version or self.unversioned:
            return not now
        wildcard = f"@{symbol.version}"
        return not any(pattern.endswith((f")*{wildcard}", f"){symbol.version}")) for pattern in self.after.patterns)

    def _public(self, symbol: Exported) -> bool:
        """Tell whether programs are known to name a symbol: all of them, where no headers say which."""
        return symbol.declared is not None if self.old.headers else not symbol.name.startswith("_")

    def _gone(self, gone: Sequence[Exported]) -> Iterator[Change]:
        unit, library = self.before.unit, self.before.soname
        places = (self.before.location, self.after.location)
        private, mangled = [], []
        for symbol in gone:
            if self._public(symbol):
                now = tuple(found.version for found in self.after.by_name.get(symbol.name, ()))
                place = symbol.location or self.before.location
                data = symbol.type in _DATA
                yield c.SymbolVanished(
                    unit, symbol.name, library, place, self.after.location,
                    symbol.version, now, symbol.declared, self.renamed, data,
                )  # fmt: skip
            elif symbol.cxx:
                if symbol.binding == "GLOBAL":  # weak ones are in every program that uses them
                    mangled.append(symbol.name)
            else:
                private.append(symbol.title)
        if private:
            yield c.PrivateVanished(unit, library, library, *places, tuple(private))
        if mangled:
            yield c.CxxVanished(unit, library, library, *places, tuple(mangled))

    def _versions(self) -> Iterator[Change]:
        unit, library = self.before.unit, self.before.soname
        places = (self.before.location, self.after.location)
        if self.unversioned:
            yield from self._versions_lost()
            return
        if not (self.before.whole and self.after.whole):
            return
        for name, versions in self.before.by_name.items():
            default = next((found for found in versions if found.default), None)
            now = self.after.by_name.get(name, ())
            if default is None or not now or self._vanished(default):
                continue
            after = next((found for found in now if found.default), None)
            if after is None and self._public(default):
                yield c.DefaultLost(unit, name, library, *places, default.version)
            elif after is not None and after.version != default.version and default.version:
                yield c.DefaultChanged(unit, name, library, *places, default.version, after.version)

    def _versions_lost(self) -> Iterator[Change]:
        unit, library = self.before.unit, self.before.soname
        lost = [s for s in self.before.symbols if s.version and s.name in self.after.by_name]
        if self.unversioned and lost:
            asked = [symbol for symbol in lost if self._public(symbol)]
            yield c.VersionLost(
                unit, library, library, self.before.location, self.after.location, tuple(s.name for s in lost),
                (asked or lost)[0].version, bool(asked), self.after.versioned, self.renamed,
            )  # fmt: skip

    def _kinds(self) -> Iterator[Change]:
        """Yield symbols that are of another kind, and data of another size or visibility."""
        unit, library = self.before.unit, self.before.soname
        for symbol in self.before.symbols:
            now = self._now(symbol)
            if now is None or symbol.cxx:
                continue
            places = (symbol.location or self.before.location, now.location or self.after.location)
            before, after = _KINDS.get(symbol.type), _KINDS.get(now.type)
            public = self._public(symbol)
            if before and after and before != after:
                yield c.KindChanged(
                    unit, symbol.name, library, *places, before, after, symbol.version, public, self.renamed
                )
            elif symbol.type in _DATA and symbol.size and now.size and now.size != symbol.size and after == before:
                yield c.ObjectResized(unit, symbol.name, library, *places, symbol.size, now.size, public, self.renamed)
            if symbol.type == now.type == "OBJECT" and symbol.protected is False and now.protected:
                yield c.DataProtected(unit, symbol.name, library, *places, symbol.version, public, self.renamed)

    def _now(self, symbol: Exported) -> Exported | None:
        """Return what programs get that ask for a symbol: of its version, or what a library without versions has."""
        now = self.after.by_name.get(symbol.name, ())
        found = next((each for each in now if each.version == symbol.version), None)
        return found or (now[0] if now and self.unversioned else None)

    def _new(self) -> Iterator[Change]:
        unit, library = self.after.unit, self.after.soname
        known = self.before.by_name
        new = [s.name for s in self.after.symbols if s.name not in known]
        if self.new.headers:
            new = [s.name for s in self.after.symbols if s.name not in known and s.declared is not None]
        if new:
            names = tuple(dict.fromkeys(new))
            yield c.SymbolsExported(unit, library, library, None, self.after.location, names)
