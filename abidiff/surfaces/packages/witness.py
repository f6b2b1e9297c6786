"""A command of pkg-config, and a program that is compiled with what it prints, that end well on the old side alone.

All files are stubs that say what the two sides say: nothing of what is compared reaches a compiler.  `run.sh` ends with
0 when the old side works and the new one does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from abidiff.finding import Witness
from abidiff.pkgconfig import Required, satisfies
from abidiff.surfaces.packages import change as c
from abidiff.surfaces.packages.model import Requirement

_NAME = re.compile(r"[A-Za-z0-9_+][A-Za-z0-9_.+-]{0,99}")
_PATH = re.compile(r"(?:[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,99}/){0,20}[A-Za-z0-9_+-][A-Za-z0-9_.+-]{0,99}")
_VERSION = re.compile(r"[A-Za-z0-9_.+~:-]{1,100}")

_RUN = """\
#!/bin/sh
# Asks pkg-config on each side, and compiles a program with what it says; 0: only the old side works.
cd "$(dirname "$0")" || exit 2
cc=${{CC:-cc}}
pc=${{PKG_CONFIG:-pkg-config}}
command -v "$pc" >/dev/null || {{ echo "no pkg-config here"; exit 2; }}
unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
put() {{ mkdir -p "$(dirname "$2")" && cp "$1" "$2" || exit 2; }}
{puts}
works() {{
    flags=$(PKG_CONFIG_LIBDIR="$PWD/$1/pkgconfig" "$pc" {options}) || return 1
{build}
}}
works old 2>&1 || {{ echo "the old side does not work"; exit 1; }}
works new 2>&1 && {{ echo "the new side works too"; exit 1; }}
exit 0
"""
_BUILD = "    $cc -fsyntax-only $flags program.c"
_ASKED = '    echo "$flags"'


class Stub(msgspec.Struct, frozen=True):
    """A package as one side has it: folders are those of headers below the side's own folder."""

    name: str
    version: str = "1"
    folders: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()

    def text(self) -> str:
        """Return the file."""
        flags = " ".join(f"-I${{pcfiledir}}/../{folder}" for folder in self.folders)
        needs = f"Requires.private: {', '.join(self.requires)}\n" if self.requires else ""
        return f"Name: {self.name}\nDescription: a stub\nVersion: {self.version}\n{needs}Cflags: {flags}\nLibs:\n"


def vanished(change: c.PackageVanished) -> Witness | None:
    """Return a command that asks for a package that is gone."""
    if not _NAME.fullmatch(change.subject):
        return None
    said = f"pkg-config no longer finds {change.subject}"
    return _witness(said, f"--cflags {change.subject}", ((Stub(change.subject),), ()))


def lowered(change: c.VersionLowered) -> Witness | None:
    """Return a command that asks for the version that was there."""
    if not _NAME.fullmatch(change.subject) or not all(map(_VERSION.fullmatch, (change.before, change.after))):
        return None
    sides = ([Stub(change.subject, change.before)], [Stub(change.subject, change.after)])
    asked = f"--cflags '{change.subject} >= {change.before}'"
    return _witness(f"what asks for {change.subject} >= {change.before} is refused", asked, sides)


def unreachable(change: c.HeadersUnreachable) -> Witness | None:
    """Return a program that includes a header by a name under which it is no longer found."""
    name = change.names[0]
    paths = [f"{change.folder}/{name}", change.folder, name, *(change.by or ())]
    if not all(_PATH.fullmatch(path) for path in paths) or not _NAME.fullmatch(change.subject):
        return None
    headers = {f"{change.folder}/{name}": "/* a stub */\n"}
    kept: tuple[str, ...] = ()
    program, said = name, f"<{name}> is no longer found"
    if change.by is not None:
        path, program, wanted = change.by
        if not _PATH.fullmatch(wanted):
            return None
        headers = {f"{change.folder}/{wanted}": "/* a stub */\n", path: f"#include <{wanted}>\n"}
        kept = (path[: len(path) - len(program) - 1],)
        said = f"<{program}> includes <{wanted}>, which is no longer found"
    if change.folder in kept:
        return None
    old, new = Stub(change.subject, folders=(*kept, change.folder)), Stub(change.subject, folders=kept)
    return _witness(said, f"--cflags {change.subject}", ([old], [new]), f"#include <{program}>\n", headers)


def required(change: c.RequirementNew | c.RequirementRaised) -> Witness | None:
    """Return a command that is answered where the packages are that were enough for the old side."""
    had: list[Stub] = []
    before: tuple[str, ...] = ()
    after = change.required if isinstance(change, c.RequirementNew) else change.after
    if isinstance(change, c.RequirementRaised):
        version = _between(change.before, after)
        if not version:
            return None
        had, before = [Stub(after.name, version)], (change.before.title,)
    if not _plain(change.subject, after, *had):
        return None
    sides = (
        [*had, Stub(change.subject, requires=before)],
        [*had, Stub(change.subject, requires=(after.title,))],
    )
    return _witness(f"it needs {after.title} now, and has what was enough", f"--cflags {change.subject}", sides)


def _between(before: Requirement, after: Requirement) -> str:
    """Return a version that one requirement takes and the other one refuses; empty for none that comes to mind."""
    wanted = [Required(each.name, each.relation, each.version) for each in (before, after)]
    likely = (before.version, after.version, f"{before.version}.1", f"{after.version}.1", "0")
    return next((v for v in likely if v and satisfies(v, wanted[0]) and not satisfies(v, wanted[1])), "")


def unmet(change: c.RequirementUnmet) -> Witness | None:
    """Return a command that asks for a package whose requirement the release itself does not have."""
    if not change.has:
        return _joined(change)
    if not _plain(change.subject, change.required) or not _VERSION.fullmatch(change.has):
        return None
    there = Stub(change.required.name, change.has)
    sides = (
        [there, Stub(change.subject, requires=(change.required.name,))],
        [there, Stub(change.subject, requires=(change.required.title,))],
    )
    said = f"it needs {change.required.title}, and {change.has} is there"
    return _witness(said, f"--cflags {change.subject}", sides)


def _joined(change: c.RequirementUnmet) -> Witness | None:
    """Return a command that asks for a package which requires another one's name and version as one word."""
    parts = re.fullmatch(r"([^<>=!]+)(?:[<>=!]=?)([^<>=!]+)", change.required.name)
    if parts is None or not _plain(change.subject, Requirement(parts[1], "=", parts[2])):
        return None
    there = Stub(parts[1], parts[2])
    sides = (
        [there, Stub(change.subject, requires=(parts[1],))],
        [there, Stub(change.subject, requires=(change.required.name,))],
    )
    return _witness(f"no package is called {change.required.name}", f"--cflags {change.subject}", sides)


def _plain(name: str, needed: Requirement, *stubs: Stub) -> bool:
    names = (name, needed.name, *(stub.name for stub in stubs))
    versions = (needed.version or "1", *(stub.version for stub in stubs))
    return all(map(_NAME.fullmatch, names)) and all(map(_VERSION.fullmatch, versions)) and name != needed.name


def _witness(
    summary: str,
    options: str,
    sides: tuple[Sequence[Stub], Sequence[Stub]],
    program: str = "",
    headers: Mapping[str, str] | None = None,
) -> Witness:
    files: dict[str, str] = {"program.c": program} if program else {}
    puts: list[str] = ["mkdir -p old/pkgconfig new/pkgconfig || exit 2"]
    for side, stubs in zip(("old", "new"), sides, strict=True):
        for stub in stubs:
            name = f"{side}-{stub.name}.pc"
            files[name] = stub.text()
            puts.append(f"put {name} {side}/pkgconfig/{stub.name}.pc")
    for number, (path, text) in enumerate((headers or {}).items(), 1):
        files[f"header-{number}.h"] = text
        puts += [f"put header-{number}.h {side}/{path}" for side in ("old", "new")]
    run = _RUN.format(puts="\n".join(puts), options=options, build=_BUILD if program else _ASKED)
    shown = f"$ pkg-config {options}\n" + (f"/* program.c */\n{program}" if program else "")
    shown += "".join(f"# {name}\n{text}" for name, text in files.items() if name.endswith(".pc"))
    every = {**files, "run.sh": run}
    encoded = tuple((name, text.encode()) for name, text in every.items())
    return Witness("command", summary, shown.rstrip(), encoded)
