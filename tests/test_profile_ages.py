"""The libvirt profile knows trees of every age, and two profiles are no comparison."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType

import pytest

from abidiff import profile
from abidiff.finding import FailOn
from abidiff.pipeline import Options, compare
from abidiff.project import Project
from abidiff.release import Release
from abidiff.sources.request import version_in_files

ELEMENT = '<?xml version="1.0"?>\n<!-- of networks - as given -->\n<element name="network"/>\n'


def lay(version: str, **texts: str) -> Project:
    files = {path: text.encode() for path, text in texts.items()}
    return profile.project_of(profile.load("libvirt"), Release("libvirt", version, MappingProxyType(files)))


AGES = {
    "0.0.1": (
        ["include/libvir.h", "include/libvir.h.in", "src/libvir_sym.version"],
        {"headers": ["libvirt"], "symbols": ["libvirt_public"]},
    ),
    "0.0.5": (
        ["include/libvirt.h", "include/libvirt/libvirt.h", "include/libvirt/virterror.h", "src/libvirt_sym.version"],
        {"headers": ["libvirt"], "symbols": ["libvirt_public"]},
    ),
    "0.3.0": (
        ["include/libvirt/libvirt.h", "src/libvirt_sym.version", "qemud/protocol.x", "qemud/remote_protocol.x"],
        {"xdr": ["protocol", "remote_protocol"]},
    ),
    "0.5.0": (
        ["include/libvirt/libvirt.h.in", "src/libvirt_sym.version.in", "qemud/remote_protocol.x"],
        {"headers": ["libvirt"], "symbols": ["libvirt_public"], "xdr": ["remote_protocol"]},
    ),
    "1.2.19": (
        ["include/libvirt/libvirt.h", "src/libvirt_public.syms", "src/libvirt_admin_public.syms",
         "src/libvirt_admin_private.syms", "src/remote/remote_protocol.x"],
        {"symbols": ["libvirt_public", "libvirt_admin_public", "libvirt_admin_private"]},
    ),
    "5.0.0": (
        ["include/libvirt/libvirt.h", "src/libvirt_public.syms", "src/admin/libvirt_admin_public.syms"],
        {"symbols": ["libvirt_public", "libvirt_admin_public"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("version", AGES)
def test_a_tree_of_that_age_is_recognised_and_laid_out(version: str) -> None:
    paths, expected = AGES[version]
    assert profile.recognise(paths).name == "libvirt"
    found = lay(version, **dict.fromkeys(paths, ""))
    for surface, names in expected.items():
        assert [unit.name for unit in found.of(surface)] == names
    early = tuple(int(part) for part in version.split(".")) < (0, 6, 0)
    assert not (early and found.missing)


def test_the_folders_header_comes_before_the_one_beside_it() -> None:
    (unit,) = lay("0.0.5", **dict.fromkeys(AGES["0.0.5"][0], "")).of("headers")
    assert unit.files == ("include/libvirt/libvirt.h", "include/libvirt/virterror.h")


def test_schemas_of_every_age_are_one_unit_each() -> None:
    early = lay("0.5.1", **{"docs/libvirt.rng": "<grammar><start/></grammar>", "docs/network.rng": ELEMENT})
    later = {f"docs/schemas/{name}.rng": "<start/>" for name in ("domain", "storagepool")}
    later |= {"docs/schemas/network.rng": ELEMENT, "docs/schemas/basictypes.rng": "<grammar/>"}
    names = ["domain.rng", "network.rng"]
    assert sorted(unit.name for unit in early.of("rng")) == names
    assert sorted(unit.name for unit in lay("0.6.0", **later).of("rng")) == [*names, "storagepool.rng"]


def test_a_header_that_is_not_installed_yet_is_nobodys() -> None:
    files = {"include/libvirt/libvirt.h": "", "include/libvirt/libvirt-admin.h": '#include "internal.h"\n'}
    assert [unit.name for unit in lay("1.2.17", **files).of("headers")] == ["libvirt"]
    for version in ("2.0.0", "", "11.3.0"):
        assert [unit.name for unit in lay(version, **files).of("headers")] == ["libvirt", "libvirt-admin"]


def test_what_no_release_of_that_age_had_is_not_missing() -> None:
    assert lay("0.2.3", **{"include/libvirt/libvirt.h": "", "src/libvirt_sym.version": ""}).missing == ()
    assert ("xdr", "remote_protocol") in lay("0.3.0", **{"include/libvirt/libvirt.h": ""}).missing
    assert ("rng", "domain.rng") in lay("", **{"include/libvirt/libvirt.h": ""}).missing


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("AC_INIT(src/libvir.c)\nLIBVIR_MAJOR_VERSION=0\nLIBVIR_MINOR_VERSION=0\nLIBVIR_MICRO_VERSION=2\n", "0.0.2"),
        (
            "AC_INIT(src/libvirt.c)\nLIBVIRT_MAJOR_VERSION=0\nLIBVIRT_MINOR_VERSION=4\nLIBVIRT_MICRO_VERSION=6\n",
            "0.4.6",
        ),
        ("AC_INIT([libvirt], [0.5.1])\n", "0.5.1"),
    ],
)
def test_the_version_of_early_trees(text: str, version: str) -> None:
    patterns = tuple((found.file, found.pattern) for found in profile.load("libvirt").version_files)
    assert version_in_files({"configure.in": text.encode()}, patterns) == version


def test_a_surface_that_came_later_is_new(tmp_path: Path) -> None:
    for name, version in (("libvirt-0.2.3", "0.2.3"), ("libvirt-0.3.0", "0.3.0")):
        (tmp_path / name / "include/libvirt").mkdir(parents=True)
        (tmp_path / name / "src").mkdir()
        (tmp_path / name / "include/libvirt/libvirt.h").write_text("int virOpen(void);\n")
        (tmp_path / name / "src/libvirt_sym.version").write_text("{ global: virOpen; local: *; };\n")
        (tmp_path / name / "configure.in").write_text(f"AC_INIT([libvirt], [{version}])\n")
    (tmp_path / "libvirt-0.3.0/qemud").mkdir()
    (tmp_path / "libvirt-0.3.0/qemud/remote_protocol.x").write_text(
        "program P { version V { void PING(void) = 1; } = 1; } = 7;\n"
    )
    sides = str(tmp_path / "libvirt-0.2.3"), str(tmp_path / "libvirt-0.3.0")
    assert compare(*sides, Options(parallel=False, cache=False)).exit_code == 0
    backwards = compare(*reversed(sides), Options(parallel=False, cache=False))
    assert any("there are none on this side" in problem.message for problem in backwards.problems)


def test_two_projects_are_not_compared(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name / "include/libvirt").mkdir(parents=True)
        (tmp_path / name / "include/libvirt/libvirt.h").write_text(f"int of_{name}(void);\n")
    (tmp_path / "new/src").mkdir()
    (tmp_path / "new/src/libvirt_public.syms").write_text("LIBVIRT_0.5.0 { global: of_new; };\n")
    sides = str(tmp_path / "old"), str(tmp_path / "new")
    report = compare(*sides, Options(parallel=False, cache=False))
    assert (report.exit_code, report.findings) == (3, ())
    (problem,) = report.problems
    assert "recognised as generic, the new one as libvirt" in problem.message
    assert "--profile libvirt" in problem.hint
    together = compare(*sides, Options(parallel=False, cache=False, profile="generic", surfaces=("headers",)))
    assert together.exit_code == 1


STRANGERS = {"zlib-1.3": ("include/zlib.h", "include/zconf.h"), "expat-2.5": ("include/expat.h",)}


def _trees(tmp_path: Path, trees: dict[str, tuple[str, ...]]) -> tuple[str, str]:
    for name, files in trees.items():
        for number, file in enumerate(files):
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"int {re.sub('[^a-z]', '_', name)}_{number}(void);\n")
    one, other = trees
    return str(tmp_path / one), str(tmp_path / other)


def test_two_packages_are_not_compared(tmp_path: Path) -> None:
    sides = _trees(tmp_path, STRANGERS)
    for fail_on in (FailOn.BREAKING, None):
        report = compare(*sides, Options(parallel=False, cache=False, fail_on=fail_on))
        assert (report.exit_code, report.findings) == (3, ())
    (problem,) = report.problems
    assert "the old side is zlib, the new one expat, and of 2 names of files none is in both" in problem.message
    assert "--profile generic" in problem.hint
    assert compare(*sides, Options(parallel=False, cache=False, profile="generic")).exit_code == 1
    assert compare(*sides, Options(parallel=False, cache=False, globs=(("headers", "include/*.h"),))).exit_code == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("tiff5-dev_4.2", "include/tiff.h"), ("libtiff-dev_4.5", "include/tiff4.h")),  # one name with another number
        (("gtk-3.0", "include/gtk.h"), ("gtk4-4.1", "include/gtk4.h")),
        (("ship-1.0", "include/harbour.h"), ("fleet-2.0", "include/fleet/harbour.h")),  # renamed, with the same files
        (("old", "include/harbour.h"), ("new", "include/tide.h")),  # names without versions say nothing
        (("old-1.0", "include/harbour.h"), ("new", "include/tide.h")),
    ],
)
def test_a_project_that_was_renamed_is_compared(tmp_path: Path, old: tuple[str, str], new: tuple[str, str]) -> None:
    sides = _trees(tmp_path, {old[0]: (old[1],), new[0]: (new[1],)})
    assert compare(*sides, Options(parallel=False, cache=False)).exit_code == 1
