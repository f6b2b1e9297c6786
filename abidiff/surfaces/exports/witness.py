"""The smallest program that works with one library and not with the other.

The libraries are stubs: nothing of what is compared is compiled or run.  `run.sh` builds both sides and says which
works; it ends with 0 when the old side works and the new one does not.
"""

from __future__ import annotations

import re

from abidiff.finding import Witness
from abidiff.surfaces.exports.change import (
    DataProtected,
    DefaultLost,
    KindChanged,
    ObjectResized,
    SonameChanged,
    SymbolVanished,
    VersionLost,
)

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.$]*")
_NODE = re.compile(r"[A-Za-z0-9_.$-]+")
_STAYS = "int abi_diff_stays(void) { return 0; }\n"

_RUN = """\
#!/bin/sh
# Builds a stub library for each side, and the program with {how}; 0: the old side works and the new one does not.
cd "$(dirname "$0")" || exit 2
cc=${{CC:-cc}}
for side in old new; do
    mkdir -p $side
    $cc -shared -fPIC {own}-o $side/stub.so $side.c -Wl,--version-script=$side.map \\
        -Wl,-soname,libwitness.so.{soname} || exit 2
    cp $side/stub.so $side/libwitness.so.{soname} || exit 2
    cp $side/stub.so $side/libwitness.so || exit 2
done
works() {{
    {build}
    LD_BIND_NOW=1 LD_LIBRARY_PATH=$1 ./program
}}
works old || {{ echo "the old side does not work"; exit 1; }}
works new 2>&1 && {{ echo "the new side works too"; exit 1; }}
exit 0
"""
_ONCE = "[ -e program ] || $cc {flags}-o program program.c -L$1 -lwitness || exit 2"
_ANEW = "$cc -o program program.c -L$1 -lwitness || return 1"


def _run(how: str, soname: str, build: str, own: str = "") -> str:
    """Return `run.sh`; ``own`` are flags that the libraries are linked with."""
    return _RUN.format(how=how, soname=soname, build=build, own=own)


def _map(node: str, *symbols: str) -> str:
    names = " ".join(f"{name};" for name in (*symbols, "abi_diff_stays"))
    return f"{node} {{ global: {names} local: *; }};\n".lstrip()


def _witness(summary: str, files: dict[str, str], run: str) -> Witness:
    shown = "\n".join(f"/* {name} */\n{text.rstrip()}" for name, text in files.items())
    every = {**files, "run.sh": run}
    return Witness("c-program", summary, shown, tuple((name, text.encode()) for name, text in every.items()))


def _program(name: str, data: bool) -> str:
    if data:
        return f"extern char {name}[];\nint main(void) {{ return {name}[0]; }}\n"
    return f"extern int {name}(void);\nint main(void) {{ return {name}(); }}\n"


def _stub(name: str, data: bool) -> str:
    return f"char {name}[1] = {{0}};\n" if data else f"int {name}(void) {{ return 0; }}\n"


def _usable(name: str, *nodes: str) -> bool:
    return (
        bool(_PLAIN.fullmatch(name))
        and "." not in name
        and "$" not in name
        and all(not node or _NODE.fullmatch(node) for node in nodes)
    )


def vanished(change: SymbolVanished) -> Witness | None:
    """Return a program that uses a symbol which is gone: linked anew where the SONAME changed, else once."""
    if not _usable(change.subject, change.version):
        return None
    node, name = change.version, change.subject
    gone = _stub(name, change.object) if change.now else ""
    now = next((version for version in change.now if version and _NODE.fullmatch(version)), "")
    after = f"{_map(node)}{_map(now, name)}" if change.now and node and now and now != node else _map(node)
    if change.now and node and now:
        after = f"{node} {{ global: abi_diff_stays; }};\n{now} {{ global: {name}; local: *; }};\n"
    files = {
        "program.c": _program(name, change.object),
        "old.c": _stub(name, change.object) + _STAYS,
        "new.c": gone + _STAYS,
        "old.map": _map(node, name),
        "new.map": after,
    }
    if change.renamed:
        run = _run(how="each side", soname="$side", build=_ANEW)
        return _witness("it links with the old library and not with the new one", files, run)
    run = _run(how="the old side", soname="1", build=_ONCE.format(flags=""))
    return _witness("linked with the old library, it does not start with the new one", files, run)


def default_lost(change: DefaultLost) -> Witness | None:
    """Return a program that links with the default version of a symbol and finds none."""
    name, node = change.subject, change.version or "ABI_DIFF_1"
    if not _usable(name, node):
        return None
    hidden = f'__asm__(".symver abi_diff_one, {name}@{node}");\nint abi_diff_one(void) {{ return 0; }}\n'
    files = {
        "program.c": _program(name, data=False),
        "old.c": _stub(name, data=False) + _STAYS,
        "new.c": hidden + _STAYS,
        "old.map": _map(node, name),
        "new.map": _map(node),
    }
    run = _run(how="each side", soname="$side", build=_ANEW)
    return _witness("it links with the old library and not with the new one", files, run)


def soname(change: SonameChanged) -> Witness:
    """Return a program that is linked with the old library and asks for it by its name."""
    files = {
        "program.c": _program("abi_diff_stays", data=False),
        "old.c": _STAYS,
        "new.c": _STAYS,
        "old.map": _map(""),
        "new.map": _map(""),
    }
    run = _run(how="the old side", soname="$side", build=_ONCE.format(flags=""))
    return _witness(f"linked with the old library, it asks for {change.subject}, which is not there", files, run)


def grown(change: ObjectResized) -> Witness | None:
    """Return a program that has a copy of an object (R_*_COPY), of which the new library reads what is beyond it."""
    name = change.subject
    if not _usable(name) or not 0 < change.before < change.after <= 1 << 20:
        return None
    last = "int abi_diff_last(void) {{ volatile char *p = {name}; return p[{at}] != 7; }}\n"
    body = "char {name}[{size}] = {{ [{at}] = 7 }};\n" + last
    sides = {
        f"{side}.c": body.format(name=name, size=size, at=size - 1) + _STAYS
        for side, size in (("old", change.before), ("new", change.after))
    }
    program = (
        f"extern char {name}[{change.before}];\nextern int abi_diff_last(void);\n"
        f"int main(void) {{ volatile char *p = {name}; return p[{change.before - 1}] != 7 || abi_diff_last(); }}\n"
    )
    maps = {f"{side}.map": _map("", name, "abi_diff_last") for side in ("old", "new")}
    run = _run(how="the old side", soname="1", build=_ONCE.format(flags="-no-pie -fno-pie "))
    summary = f"it has a copy of {change.before} bytes; the new library reads byte {change.after - 1} of it"
    return _witness(summary, {"program.c": program, **sides, **maps}, run)


def protected(change: DataProtected) -> Witness | None:
    """Return a program that has a copy of an object (R_*_COPY), which the new library no longer writes to."""
    name, node = change.subject, change.version
    if not _usable(name, node):
        return None
    body = f"char {name}[1];\nvoid abi_diff_write(void) {{ {name}[0] = 7; }}\n{_STAYS}"
    program = (
        f"extern char {name}[1];\nextern void abi_diff_write(void);\n"
        f"int main(void) {{ volatile char *p = {name}; abi_diff_write(); return p[0] != 7; }}\n"
    )
    files = {
        "program.c": program,
        "old.c": body,
        "new.c": f'__attribute__((visibility("protected"))) {body}',
        "old.map": _map(node, name, "abi_diff_write"),
        "new.map": _map(node, name, "abi_diff_write"),
    }
    run = _run(how="the old side", soname="1", build=_ONCE.format(flags="-no-pie -fno-pie "))
    return _witness(f"it has a copy of {name}; the new library writes to its own", files, run)


def another_kind(change: KindChanged) -> Witness | None:
    """Return a program that uses a symbol as what it was in the old library."""
    name, node = change.subject, change.version
    if not _usable(name, node):
        return None
    stubs = {
        "code": f"int {name}(void) {{ return 0; }}\n",
        "data": f"char {name}[4] = {{ 7, 9 }};\n",
        "thread-local data": f"__thread char {name}[4] = {{ 7, 9 }};\n",
    }
    reads = f"int main(void) {{ return {name}[0] != 7 || {name}[1] != 9; }}\n"
    programs = {
        "code": f"extern int {name}(void);\nint main(void) {{ return {name}(); }}\n",
        "data": f"extern char {name}[4];\n{reads}",
        "thread-local data": f"extern __thread char {name}[4];\n{reads}",
    }
    if change.before == "thread-local data":
        stubs["data"] = f"char {name}[4];\n"
    files = {
        "program.c": programs[change.before],
        "old.c": stubs[change.before] + _STAYS,
        "new.c": stubs[change.after] + _STAYS,
        "old.map": _map(node, name),
        "new.map": _map(node, name),
    }
    run = _run(how="the old side", soname="1", build=_ONCE.format(flags=""))
    return _witness(f"it uses {name} as {change.before}, and the new library has {change.after}", files, run)


def versions_lost(change: VersionLost) -> Witness | None:
    """Return a program that asks for a version of a library that has no marks of versions."""
    node = change.version
    if not node or not _NODE.fullmatch(node):
        return None
    files = {
        "program.c": _program("abi_diff_stays", data=False),
        "old.c": _STAYS,
        "new.c": _STAYS,
        "old.map": _map(node),
        "new.map": _map(""),
    }
    run = _run(how="the old side", soname="1", build=_ONCE.format(flags=""), own="-nostdlib ")
    return _witness(
        "linked with the old library, it asks for a version, and the new one has no marks of any", files, run
    )
