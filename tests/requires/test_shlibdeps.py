"""Of binaries, ``dpkg-shlibdeps`` says which version of a library's package they need: so do we."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from tests.history.library import history, release

pytest.importorskip("elftools")

FUNCTIONS = {"1.0.0": ("ship_sail", "ship_turn"), "1.1.0": ("ship_moor",), "2.0.0": ("ship_fly", "ship_land")}
CONTROL = """Source: app

Package: app
Architecture: any
Depends: ${shlibs:Depends}
Description: uses a ship
"""
DEPENDS = re.compile(r"libship1 \(>= ([0-9.]+)\)")


def declared(version: str) -> list[str]:
    """Return the functions of a release: what came with it or before."""
    return [name for since, names in FUNCTIONS.items() if since <= version for name in names]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the library, the symbols file that dpkg-gensymbols keeps for it, and its history."""
    if not shutil.which("dpkg-shlibdeps") or not shutil.which("dpkg-gensymbols") or not shutil.which("gcc"):
        pytest.skip("dpkg-dev or gcc is missing")
    top = tmp_path_factory.mktemp("shlibdeps")
    (top / "debian").mkdir()
    (top / "debian/control").write_text(CONTROL.replace("Package: app", "Package: libship1"))
    lib = top / "package/usr/lib"
    lib.mkdir(parents=True)
    (top / "package/DEBIAN").mkdir()
    releases = []
    for version in FUNCTIONS:
        code = "".join(f"int {name}(int a) {{ return a; }}\n" for name in declared(version))
        (top / "ship.c").write_text(code)
        library = "package/usr/lib/libship.so.1"
        run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libship.so.1", "ship.c", "-o", library], top)
        kept = ["-Ipackage/DEBIAN/symbols"] if (top / "package/DEBIAN/symbols").exists() else []
        made = ["-q", "-plibship1", f"-v{version}", "-Ppackage", f"-e{library}", *kept, "-Onew", "-c0"]
        run(["dpkg-gensymbols", *made], top)
        (top / "new").rename(top / "package/DEBIAN/symbols")
        header = "".join(f"int {name}(int a);\n" for name in declared(version))
        releases.append(release(top, version, {"include/ship.h": header}))
    (lib / "libship.so").symlink_to("libship.so.1")
    (top / "debian/control").write_text(CONTROL)
    history(top / "h.db", releases)
    return top


def run(command: list[str], folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.judge
@pytest.mark.parametrize("name", [name for names in FUNCTIONS.values() for name in names])
def test_a_binary_needs_what_shlibdeps_says(world: Path, name: str) -> None:
    (world / f"{name}.c").write_text(f"int {name}(int a); int main(void) {{ return {name}(0); }}\n")
    run(["gcc", f"{name}.c", "-Lpackage/usr/lib", "-lship", "-o", name], world)
    theirs = DEPENDS.search(run(["dpkg-shlibdeps", "-O", "-Spackage", "-lpackage/usr/lib", name], world))
    assert theirs is not None
    arguments = ["requires", str(world / name), "--history", str(world / "h.db"), "-f", "json"]
    found = json.loads(CliRunner().invoke(cli, arguments, standalone_mode=False).output)
    floors = [each for each in found["findings"] if each["rule"] == "requires/sets-floor"]
    ours = re.search(r"\d+(\.\d+)+", floors[0]["message"]) if floors else None
    assert (ours[0] if ours else "1.0.0") == theirs[1]
    assert bool(floors) == (theirs[1] != "1.0.0"), "the oldest release of the history sets no floor"


@pytest.mark.judge
def test_a_private_version_node_is_unknown(world: Path) -> None:
    """Debian's virsh asks for LIBVIRT_PRIVATE_9.0.0: of no other release is known that it runs there."""
    (world / "both.c").write_text("int ship_sail(int a) { return a; } int ship_rot(int a) { return a; }\n")
    (world / "both.map").write_text("SHIP_1 { global: ship_sail; };\nSHIP_PRIVATE_2 { global: ship_rot; };\n")
    run(["gcc", "-shared", "-fPIC", "-Wl,--version-script=both.map", "both.c", "-o", "libboth.so"], world)
    code = "int ship_sail(int), ship_rot(int), main(void) { return ship_sail(0) + ship_rot(0); }\n"
    (world / "rot.c").write_text(code.replace(", main(void) {", ";\nint main(void) {"))
    run(["gcc", "rot.c", "-L.", "-lboth", "-o", "rot"], world)
    arguments = ["requires", str(world / "rot"), "--history", str(world / "h.db"), "-f", "json"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    found = [(each["rule"], each["subject"]) for each in json.loads(result.output)["findings"]]
    assert found == [("requires/unknown-name", "SHIP_PRIVATE_2")]
    assert result.return_value == 3


@pytest.mark.judge
def test_a_weak_symbol_need_not_be_there(world: Path) -> None:
    """The dynamic linker starts such a program with a library of the first release, which has not got the name."""
    new = next(name for version, names in FUNCTIONS.items() if version != "1.0.0" for name in names)
    code = f"int {new}(int) __attribute__((weak)); int main(void) {{ return {new} ? {new}(0) : 0; }}\n"
    (world / "weak.c").write_text(code)
    run(["gcc", "weak.c", "-Lpackage/usr/lib", "-lship", "-o", "weak"], world)
    for arguments, floors in (([], 0), (["--declared", "1.0.0"], 0)):
        command = ["requires", str(world / "weak"), "--history", str(world / "h.db"), "-f", "json", *arguments]
        result = CliRunner().invoke(cli, command, standalone_mode=False)
        rules = {each["rule"] for each in json.loads(result.output)["findings"]}
        assert rules == {"requires/optional-feature"}
        assert (result.return_value or 0) == floors
