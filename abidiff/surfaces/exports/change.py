"""What the shared libraries of two releases differ by."""

from __future__ import annotations

from abidiff.change import Change
from abidiff.finding import unversioned
from abidiff.location import Location
from abidiff.wording import listed


class ExportChange(Change, frozen=True):
    """A change in one library; ``library`` is its SONAME in the old release, ``old`` and ``new`` are places."""

    library: str
    old: Location | None
    new: Location | None

    @property
    def stem(self) -> str:
        """The SONAME without its version, which tells the findings of two libraries apart over releases."""
        return unversioned(self.library)


class SymbolVanished(ExportChange, frozen=True):
    """A public symbol that the library no longer defines.

    ``version``   the version that programs ask for, empty for none.
    ``now``       versions of the name that the new library has.
    ``declared``  where the old headers declare it; None where there are none.
    ``renamed``   the library has another SONAME: programs that are there keep the old file.
    ``object``    it is data.
    """

    version: str
    now: tuple[str, ...]
    declared: Location | None
    renamed: bool
    object: bool


class SymbolsChange(ExportChange, frozen=True):
    """A change of several symbols at once."""

    symbols: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The first three names, and how many more there are."""
        return listed(self.symbols, 3)


class PrivateVanished(SymbolsChange, frozen=True):
    """Symbols that no header of the old release declares, and that are gone."""


class CxxVanished(SymbolsChange, frozen=True):
    """Mangled names that are gone; whether a header declares them is not known."""


class PatternVanished(ExportChange, frozen=True):
    """A pattern of a `symbols` file that is gone, so that the names which it stood for are not known."""


class DefaultLost(ExportChange, frozen=True):
    """A public symbol of which no version is the default one any more."""

    version: str


class DefaultChanged(ExportChange, frozen=True):
    """Programs that are linked anew get another version of a symbol; the old one is still there."""

    before: str
    after: str


class VersionLost(SymbolsChange, frozen=True):
    """Versioned symbols without a version, in a library that defines none any more.

    ``version``  the version node of the first of them.
    ``public``   programs may refer to one of them by name.
    ``marked``   its rows still have marks of versions, those of what it uses; None where a text does not tell.
    ``renamed``  the library has another SONAME: programs that are there keep the old file.
    """

    version: str
    public: bool
    marked: bool | None
    renamed: bool


class KindChanged(ExportChange, frozen=True):
    """A symbol is another kind of thing: ``code``, ``data`` or ``thread-local data``.

    ``version``  its version, empty for none.
    ``public``   programs may refer to it by name.
    ``renamed``  the library has another SONAME: programs that are there keep the old file.
    """

    before: str
    after: str
    version: str
    public: bool
    renamed: bool


class ObjectResized(ExportChange, frozen=True):
    """Data of another size; ``public``: programs may refer to it by name; ``renamed``: the SONAME is another one."""

    before: int
    after: int
    public: bool
    renamed: bool


class DataProtected(ExportChange, frozen=True):
    """Data of which the library uses its own from now on, whatever a program has (``STV_PROTECTED``).

    ``version``  its version, empty for none.
    ``public``   programs may refer to it by name.
    ``renamed``  the library has another SONAME: programs that are there keep the old file.
    """

    version: str
    public: bool
    renamed: bool


class SonameChanged(ExportChange, frozen=True):
    """The library has another SONAME: ``after``."""

    after: str


class LibraryVanished(ExportChange, frozen=True):
    """A library is gone, and others are there."""

    symbols: int


class LibrariesNotGiven(ExportChange, frozen=True):
    """One side has shared libraries and the other one none: nothing is known of it."""

    side: str


class MachineChanged(ExportChange, frozen=True):
    """The library is for another machine."""

    before: str
    after: str


class SymbolsExported(SymbolsChange, frozen=True):
    """Public symbols that are new."""


class LibraryNew(ExportChange, frozen=True):
    """A library is new."""

    symbols: int


class DeclaredNotExported(ExportChange, frozen=True):
    """A function or variable that is declared since this release, and that no library of it exports."""
