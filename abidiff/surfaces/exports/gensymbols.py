"""A Debian `symbols` file brought up to date with a library (deb-src-symbols(5)), and what dpkg-gensymbols says.

Known symbols keep the version since which they are there, new ones get the given version, those that are gone become
`#MISSING`.  Where a pattern is not evaluated, what it might stand for is said to be open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from abidiff.elf import SharedObject
from abidiff.location import Location
from abidiff.surfaces.exports.symbol_patterns import kept, matches
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
# Architectures that are not `base-gnu-linux-NAME` in four words: (ABI, C library, system, processor).
_WORDS = {
    "x32": ("x32", "gnu", "linux", "amd64"),
    "armhf": ("eabihf", "gnu", "linux", "arm"),
    "mips64el": ("abi64", "gnu", "linux", "mips64el"),
}
_ARCH_TAGS = ("arch", "arch-bits", "arch-endian")


class Updated(NamedTuple):
    """The lines of one library, and what changed: symbols with versions, without those that may go.

    ``open``    symbols that a pattern may stand for that is not evaluated.
    ``unread``  those patterns, and why.
    """

    lines: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    open: tuple[str, ...]
    unread: tuple[tuple[Line, str], ...] = ()


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
            if name == "arch" and not self._listed(re.split(r"[\s,]+", value.lower())):
                return False
        return True

    def _listed(self, names: Sequence[str]) -> bool:
        """Tell whether a list is about it: the first word that fits decides, and a refusal lets in all others."""
        listed = False
        for name in names:
            fits = self._is(name.removeprefix("!"))
            if fits:
                return not name.startswith("!")
            listed = listed or name.startswith("!")
        return listed

    def _is(self, name: str) -> bool:
        """Tell whether a name or a wildcard (`any`, `linux-any`, `gnu-linux-any`, `any-arm`) is about it."""
        words = name.split("-", 3)
        if "any" not in words:
            return re.sub(r"\Alinux-", "", name) == self.cpu
        mine = _WORDS.get(self.cpu, ("base", "gnu", "linux", self.cpu))
        wanted = ("any",) * (4 - len(words)) + tuple(words)
        return all(word in ("any", own) for word, own in zip(wanted, mine, strict=True))


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
    """Return the section for a library of a new version of the package.

    Of two lines for one symbol, or for one node, the last one counts.
    """
    machine = Machine.of(library)
    plain = {line.symbol: line for line in section.lines if not line.pattern}
    allowed = (s for s, line in plain.items() if not line.missing and line.tagged("allow-internal", "ignore-blacklist"))
    there = sorted(exported(library, allowed, _groups(section)))
    templates = kept(section.lines)
    hits = matches(
        [line for line in templates if machine.concerned(line.tags)], (name for name in there if name not in plain)
    )
    after = dict(plain)
    shown = {
        line: line if line in hits.maybe or line in hits.unread else _lost(line, version, machine) for line in templates
    }
    shown.update((line, _found(line, version, machine)) for line in set(hits.of.values()))
    new = []
    for symbol in there:
        known = plain.get(symbol)
        if known is not None:
            after[symbol] = _found(known, version, machine)
            if not after[symbol].optional and (known.missing or not machine.concerned(known.tags)):
                new.append(symbol)
        elif symbol not in hits.of and symbol not in hits.open:
            new.append(symbol)
            after[symbol] = Line((), symbol, version, section.place)
    for symbol in set(plain).difference(there):
        after[symbol] = _lost(plain[symbol], version, machine)
    new += [line.symbol for line in templates if line.missing and not shown[line].missing and not line.optional]
    gone = [symbol for symbol, line in plain.items() if _counts(line, after[symbol], machine)]
    gone += [line.symbol for line in templates if _counts(line, shown[line], machine)]
    out = sorted((*after.values(), *shown.values()), key=_order)
    head = (f"{section.soname} {section.dependency}", *section.fields)
    unread = tuple((line, reason) for line, reason in hits.unread.items() if line not in set(hits.of.values()))
    return Updated((*head, *(str(line) for line in out)), tuple(gone), tuple(new), tuple(sorted(hits.open)), unread)


def _order(line: Line) -> tuple[bytes, str]:
    return line.symbol.encode("utf-8", "surrogateescape"), str(line)


def _groups(section: Section) -> Iterator[str]:
    for field in section.fields:
        name, _, value = field.removeprefix("*").partition(":")
        if name.strip().lower() in ("allow-internal-symbol-groups", "ignore-blacklist-groups"):
            yield from value.split()


def _counts(before: Line, after: Line, machine: Machine) -> bool:
    """Tell whether a line that became `#MISSING` is a loss."""
    return bool(after.missing) and not before.missing and not before.optional and machine.concerned(before.tags)


def _found(line: Line, version: str, machine: Machine) -> Line:
    """Return the line of a symbol that is there; a pattern keeps what it says of machines."""
    if line.missing:
        line = line._replace(missing="", version=line.version if line.optional else version)
    elif debian_key(version) < debian_key(line.version):
        line = line._replace(version=version)
    if not line.pattern and not machine.concerned(line.tags):
        line = line._replace(tags=tuple(tag for tag in line.tags if tag.partition("=")[0] not in _ARCH_TAGS))
    return line


def _lost(line: Line, version: str, machine: Machine) -> Line:
    if not machine.concerned(line.tags):
        return line
    if line.missing:
        return line._replace(missing=version) if line.optional else line
    return line._replace(missing=version) if debian_key(version) > debian_key(line.version) else line


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
