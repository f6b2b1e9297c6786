"""A Debian `symbols` file brought up to date with a library (deb-src-symbols(5)), and what dpkg-gensymbols says.

Known symbols keep the version since which they are there, new ones get the given version, those that are gone become
`#MISSING`.  Patterns of the kinds `regex` and `c++` are not evaluated: what they might stand for is said to be open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from abidiff.elf import SharedObject
from abidiff.location import Location
from abidiff.surfaces.exports.symbols_file import Line, Section

# dpkg leaves out what tool chains add, by these names.
_INTERNAL = frozenset((
    "__bss_end__", "__bss_end", "_bss_end__", "__bss_start", "__bss_start__", "__data_start", "__do_global_ctors_aux",
    "__do_global_dtors_aux", "__do_jv_register_classes", "_DYNAMIC", "_edata", "_end", "__end__", "__exidx_end",
    "__exidx_start", "_fbss", "_fdata", "_fini", "_ftext", "_GLOBAL_OFFSET_TABLE_", "__gmon_start__",
    "__gnu_local_gp", "_gp", "_init", "_PROCEDURE_LINKAGE_TABLE_", "_SDA2_BASE_", "_SDA_BASE_",
))  # fmt: skip
_SAVED = re.compile(r"_(?:rest|save)[fg]pr_(?:1[4-9]|2[0-9]|3[01])(?:_x)?\Z")
_GROUPS = re.compile(r"__aeabi_|\.gomp_critical_user_")
_CPUS = {
    ("EM_X86_64", 64): "amd64", ("EM_X86_64", 32): "x32", ("EM_386", 32): "i386", ("EM_AARCH64", 64): "arm64",
    ("EM_ARM", 32): "armhf", ("EM_PPC64", 64): "ppc64el", ("EM_S390", 64): "s390x", ("EM_RISCV", 64): "riscv64",
    ("EM_MIPS", 64): "mips64el", ("EM_MIPS", 32): "mipsel", ("EM_LOONGARCH", 64): "loong64",
}  # fmt: skip


class Updated(NamedTuple):
    """The lines of one library, and what changed: symbols with versions, without those that may go."""

    lines: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    open: tuple[str, ...]


class Machine(NamedTuple):
    """What tags of a line select by."""

    cpu: str
    bits: str
    endian: str

    @classmethod
    def of(cls, library: SharedObject) -> Machine:
        """Return the machine of a library, in Debian's words."""
        name, bits, order = library.machine.split()
        cpu = _CPUS.get((name, int(bits)), name.removeprefix("EM_").lower())
        if name == "EM_PPC64" and order == "MSB":
            cpu = "ppc64"
        return cls(cpu, bits, "little" if order == "LSB" else "big")

    def concerned(self, tags: Iterable[str]) -> bool:
        """Tell whether a line with these tags is about this machine."""
        for tag in tags:
            name, _, value = tag.partition("=")
            if name == "arch-bits" and value != self.bits:
                return False
            if name == "arch-endian" and value != self.endian:
                return False
            if name == "arch" and not self._listed(value.split()):
                return False
        return True

    def _listed(self, names: Sequence[str]) -> bool:
        refused = [name[1:] for name in names if name.startswith("!")]
        wanted = [name for name in names if not name.startswith("!")]
        if any(self._is(name) for name in refused):
            return False
        return any(self._is(name) for name in wanted) if wanted else True

    def _is(self, name: str) -> bool:
        return name in (self.cpu, "any", "linux-any", f"any-{self.cpu}", f"linux-{self.cpu}")


def exported(library: SharedObject, known: Iterable[str], groups: Iterable[str] = ()) -> set[str]:
    """Return `name@version` of all that dpkg counts; ``known`` are those of the file that its tags allow."""
    allowed, wanted = set(known), set(groups)
    names = {(symbol.name, f"{symbol.name}@{symbol.version or 'Base'}") for symbol in library.symbols}
    names |= {(node, f"{node}@{node}") for node in library.absolute}
    return {title for name, title in names if title in allowed or not _internal(name, wanted)}


def _internal(name: str, groups: set[str]) -> bool:
    if name in _INTERNAL or _SAVED.match(name):
        return True
    found = _GROUPS.match(name)
    return found is not None and ("aeabi" if found[0] == "__aeabi_" else "gomp") not in groups


def update(section: Section, library: SharedObject, version: str) -> Updated:
    """Return the section for a library of a new version of the package."""
    machine = Machine.of(library)
    lines = {line.symbol: line for line in section.lines}
    allowed = (s for s, line in lines.items() if {"allow-internal", "ignore-blacklist"}.intersection(line.tags))
    there = exported(library, allowed, _groups(section))
    patterns = [line for line in section.lines if line.pattern]
    plain = {symbol: line for symbol, line in lines.items() if not line.pattern}
    matched: set[int] = set()
    out: list[Line] = []
    new, unknown = [], []
    blurred = [line for line in patterns if line.blurred and not line.missing and machine.concerned(line.tags)]
    for symbol in sorted(there):
        known = plain.get(symbol)
        if known is not None:
            out.append(_found(known, version, machine))
            if known.missing or not machine.concerned(known.tags):
                new.append(symbol)
            continue
        pattern = next((n for n, line in enumerate(patterns) if line.stands_for(symbol)), None)
        if pattern is not None:
            matched.add(pattern)
        elif blurred:
            unknown.append(symbol)
        else:
            new.append(symbol)
            out.append(Line((), symbol, version, section.place))
    gone = []
    for symbol, line in plain.items():
        if symbol not in there:
            out.append(_lost(line, version, machine))
            gone += [symbol] if _counts(line, out[-1]) else []
    for number, line in enumerate(patterns):
        out.append(line if number in matched or line.blurred else _lost(line, version, machine))
        gone += [line.symbol] if _counts(line, out[-1]) else []
    out.sort(key=lambda line: line.symbol.encode("utf-8", "surrogateescape"))
    head = (f"{section.soname} {section.dependency}", *section.fields)
    return Updated((*head, *(str(line) for line in out)), tuple(gone), tuple(new), tuple(unknown))


def _groups(section: Section) -> Iterator[str]:
    for field in section.fields:
        name, _, value = field.removeprefix("*").partition(":")
        if name.strip().lower() in ("allow-internal-symbol-groups", "ignore-blacklist-groups"):
            yield from value.split()


def _counts(before: Line, after: Line) -> bool:
    """Tell whether a line that became `#MISSING` is a loss."""
    return bool(after.missing) and not before.missing and not before.optional


def _found(line: Line, version: str, machine: Machine) -> Line:
    since, _, rest = line.version.partition(" ")
    rest = f" {rest}" if rest else ""
    if line.missing:
        return line._replace(missing="", version=line.version if line.optional else f"{version}{rest}")
    if debian_key(version) < debian_key(since):
        line = line._replace(version=f"{version}{rest}")
    if not machine.concerned(line.tags):
        kept = tuple(tag for tag in line.tags if tag.partition("=")[0] not in ("arch", "arch-bits", "arch-endian"))
        line = line._replace(tags=kept)
    return line


def _lost(line: Line, version: str, machine: Machine) -> Line:
    if not machine.concerned(line.tags):
        return line
    if line.missing:
        return line._replace(missing=version) if line.optional else line
    if debian_key(version) > debian_key(line.version.partition(" ")[0]):
        return line._replace(missing=version)
    return line


def debian_key(version: str) -> tuple[int, list[tuple[tuple[int, ...], int]], list[tuple[tuple[int, ...], int]]]:
    """Return the sort key of a Debian version (deb-version(7)): epoch, upstream version, revision."""
    epoch, colon, rest = version.partition(":")
    if not colon or not epoch.isdecimal() or len(epoch) > 18:
        epoch, rest = "0", version
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return int(epoch), _parts(upstream), _parts(revision)


def _parts(text: str) -> list[tuple[tuple[int, ...], int]]:
    """Return pairs of a part without digits and a number; `~` comes before the end, letters before the rest."""
    found = []
    for word, digits in re.findall(r"([^0-9]*)([0-9]*)", text[:1000]):
        order = tuple(-1 if c == "~" else ord(c) if c.isalpha() else ord(c) + 256 for c in word)
        found.append(((*order, 0), int(digits or 0)))
    return found


def provides(library: SharedObject) -> tuple[str, ...]:
    """Return what an RPM package of the library provides: its SONAME, alone and with each version node."""
    mark = "()(64bit)" if library.machine.split()[1] == "64" else ""
    nodes = [f"{library.soname}({node}){mark and '(64bit)'}" for node in library.nodes]
    return (f"{library.soname}{mark}", *nodes)


def fresh(soname: str, package: str) -> Section:
    """Return a section without symbols, for a library that has no file yet."""
    return Section(soname, f"{package} #MINVER#", (), (), Location(""))
