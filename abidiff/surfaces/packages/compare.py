"""Match the pkg-config packages of two releases; what a program gets is compared, not what files spell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from abidiff.change import Change
from abidiff.location import Location
from abidiff.pkgconfig import Required, order, satisfies
from abidiff.surfaces.packages import change as c
from abidiff.surfaces.packages.model import Package, Packages, Requirement
from abidiff.surfaces.packages.reach import below, beside, folders, foreign, leads, needed, outside, reached

SHOWN = 5
# A name that runs into the relation behind it.
_JOINED = re.compile(r"[<>=!]")
# Folders of headers in which the surface of headers looks whether a package names them or not.
_ALWAYS = re.compile(r"include\Z|usr/lib/(?:.*/)?include\Z")


def compare(old: Packages, new: Packages) -> Sequence[Change]:
    """Return the changes, package by package."""
    changes: list[Change] = []
    single = len(old.packages) == len(new.packages) == 1 and not old.headers and not new.headers
    for before in old.packages:
        after = new.by_name.get(before.name) or (new.packages[0] if single else None)
        if after is None:
            others = tuple(package.name for package in new.packages if package.name not in old.by_name)
            known = bool(new.packages) and not before.template
            changes.append(c.PackageVanished(before.unit, before.name, before.at("Name"), None, known, others))
        else:
            changes += _Comparison(old, new, before, after).changes()
    for after in new.packages if old.packages else ():
        if after.name not in old.by_name and not single:
            changes.append(c.PackageNew(after.unit, after.name, None, after.at("Name")))
    return changes


class _Comparison:
    """Two states of one package."""

    def __init__(self, old: Packages, new: Packages, before: Package, after: Package) -> None:
        self.old, self.new, self.before, self.after = old, new, before, after
        self.places = folders(old, before), folders(new, after)

    def changes(self) -> Iterator[Change]:
        """Yield what differs for a program that asks for the package."""
        before, after = self.before, self.after
        if before.version and after.version and order(after.version) < order(before.version):
            yield c.VersionLowered(*self._of("Version"), before.version, after.version)
        yield from self._folders()
        yield from self._requirements()
        yield from self._definitions()
        yield from self._libraries()

    def _of(self, *fields: str) -> tuple[str, str, Location, Location]:
        return self.before.unit, self.before.name, self.before.at(*fields), self.after.at(*fields)

    def _folders(self) -> Iterator[Change]:
        for folder in self.places[0]:
            if folder in self.places[1]:
                continue
            place = self._of("Cflags")
            if self.before.template and folder == "include":
                continue
            own = folder in self.before.folders
            names = [name for name in below(self.old, folder) if f"{folder}/{name}" in self.new.paths]
            lost = [name for name in names if not leads(self.new, self.places[1], name)]
            if not any(True for _ in below(self.old, folder)):
                if own:
                    yield c.FolderDropped(*place, folder, self._outside())
            elif lost and not self._told(folder):
                gone = "" if own else self._brought(folder)
                place = place if own else self._of("Requires", "Requires.private")
                yield c.HeadersUnreachable(*place, folder, gone, tuple(lost), self._needs(set(lost)))
        if self.before.template and "include" in self.before.folders and "include" not in self.after.folders:
            yield c.PrefixDropped(*self._of("Cflags"))

    def _told(self, folder: str) -> bool:
        """Tell whether the surface of headers says of each header below a folder that its name is gone."""
        named = any(folder in (*package.folders, *package.apart) for package in self.new.packages)
        return self.new.told and self.old.told and not named and not _ALWAYS.match(folder)

    def _brought(self, folder: str) -> str:
        return next(package.name for package in needed(self.old, self.before) if folder in package.folders)

    def _needs(self, lost: set[str]) -> tuple[str, str, str] | None:
        """Return a header that a program still finds, its name, and what in it leads nowhere now."""
        for include in reached(self.new, self.places[1]):
            if include.name in lost and not include.nested and not beside(self.new, include):
                for folder in self.places[1]:
                    if include.path.startswith(f"{folder}/"):
                        return include.path, include.path[len(folder) + 1 :], include.name
        return None

    def _outside(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(include.name for include in outside(self.new, self.places[1])))[:SHOWN]

    def _requirements(self) -> Iterator[Change]:
        old = {each.name: each for each in reversed(self.before.requires)}
        new = {each.name: each for each in reversed(self.after.requires)}
        known = foreign(self.old, self.before)
        place = self._of("Requires", "Requires.private")
        for each in self.after.requires:
            if _JOINED.search(each.name):
                if each not in self.before.requires:
                    yield c.RequirementUnmet(*place, each, "")
            elif each.name in self.new.by_name:
                yield from self._sibling(each)
                if each.name not in old:
                    yield from self._through(each.name, known)
            elif each.name not in known:
                yield self._new(each, "")
            elif each.name in old:
                yield from self._raised(each)
        now, public = foreign(self.new, self.after), foreign(self.new, self.after, private=False)
        for name, each in old.items():
            joined = any(
                _JOINED.match(one.name[len(name) :]) for one in self.after.requires if one.name.startswith(name)
            )
            if joined or name in self.old.by_name or name in self.new.by_name or self._filled(self.after):
                continue
            if name not in now or (not each.private and name not in public):
                yield c.RequirementDropped(*place, each, now.get(name) or new.get(name), self._outside())

    def _filled(self, package: Package) -> bool:
        return any(field.startswith("Requires") for field in package.filled)

    def _new(self, required: Requirement, via: str) -> Change:
        had = {include.name for include in self.old.includes}
        included = tuple(name for name in self._outside() if name not in had)
        place = self._of("Requires", "Requires.private")
        return c.RequirementNew(*place, required, included, via, self._filled(self.before))

    def _through(self, name: str, known: dict[str, Requirement]) -> Iterator[Change]:
        """Yield what a package of the release brings along that is required now."""
        for required in foreign(self.new, self.new.by_name[name]).values():
            if required.name not in known and all(required.name != each.name for each in self.after.requires):
                yield self._new(required, name)

    def _sibling(self, each: Requirement) -> Iterator[Change]:
        package = self.new.by_name[each.name]
        has = next((given.version for given in package.provides if given.name == each.name), package.version)
        wanted = Required(each.name, each.relation, each.version)
        before = self.old.by_name.get(each.name)
        was = (
            before is None
            or not before.version
            or satisfies(before.version, wanted)
            or each not in self.before.requires
        )
        if has and each.relation and not satisfies(has, wanted) and was:
            yield c.RequirementUnmet(*self._of("Requires", "Requires.private"), each, has)

    def _raised(self, each: Requirement) -> Iterator[Change]:
        before = [one for one in self.before.requires if one.name == each.name]
        if not each.relation or _implied(each, before):
            return
        field = "Requires.private" if each.private else "Requires"
        yield c.RequirementRaised(*self._of(field, "Requires", "Requires.private"), before[0], each)

    def _definitions(self) -> Iterator[Change]:
        old, new = self._defined(self.old, self.before), self._defined(self.new, self.after)
        tested = {*self.old.tested, *self.new.tested}
        if self._open("Cflags"):
            return
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                yield c.DefinitionChanged(*self._of("Cflags"), name, old.get(name), new.get(name), name in tested)

    @staticmethod
    def _defined(model: Packages, package: Package) -> dict[str, str]:
        pairs = (each.partition("=") for one in needed(model, package) for each in one.defines)
        return {name: value if equal else "1" for name, equal, value in pairs}

    def _open(self, field: str) -> bool:
        return field in self.before.filled or field in self.after.filled

    def _libraries(self) -> Iterator[Change]:
        old = [name for one in needed(self.old, self.before, private=False) for name in one.libraries]
        new = {name for one in needed(self.new, self.after, private=False) for name in one.libraries}
        lost = [name for name in dict.fromkeys(old) if name not in new]
        if self._open("Libs") or not lost or (new - set(old)):
            return  # one that came may be the same by another name: what it exports is told where it is given
        for name in lost:
            yield c.LibraryDropped(*self._of("Libs"), name, name in self.old.libraries)


def _implied(each: Requirement, before: Sequence[Requirement]) -> bool:
    """Tell whether what was asked for before leaves no version that a requirement refuses."""
    for one in before:
        if (one.relation, one.version) == (each.relation, each.version):
            return True
        exact = one.relation == "=" and satisfies(one.version, Required(each.name, each.relation, each.version))
        higher = one.relation in (">=", ">", "=") and order(one.version) >= order(each.version)
        if exact or (each.relation == ">=" and higher):
            return True
        lower = one.relation in ("<=", "<", "=") and order(one.version) <= order(each.version)
        if each.relation == "<=" and lower:
            return True
    return False
