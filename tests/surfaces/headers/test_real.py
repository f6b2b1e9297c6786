"""libvirt's public headers: complete, the same numbers as the compiler, and no false alarm."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from abidiff.finding import Confirmation, Finding, Severity
from abidiff.project import Project
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.surfaces.headers.build.parse import parse
from abidiff.surfaces.headers.compare.compare import compare
from abidiff.surfaces.headers.model import Headers, census
from abidiff.surfaces.headers.prove.verify import instantiated, verify
from abidiff.surfaces.headers.prove.witness import c_integer
from abidiff.surfaces.headers.read.texts import c_string

pytestmark = pytest.mark.real
Real = Callable[[str], Path]


@functools.cache
def opened(path: Path) -> tuple[Release, Project]:
    from abidiff.profile import load as profile_named
    from abidiff.profile import project_of, wanted
    from abidiff.sources import open_release

    profile = profile_named("libvirt")
    versions = tuple((each.file, each.pattern) for each in profile.version_files)
    release = open_release(str(path), wanted(profile), version_files=versions)
    return release, project_of(profile, release)


@functools.cache
def model_of(path: Path) -> Headers:
    return parse(*opened(path), {})


def findings(old: Path, new: Path) -> list[Finding]:
    return run(load("abidiff.surfaces.headers.rules"), compare(model_of(old), model_of(new)))


@pytest.mark.parametrize(
    ("version", "functions", "enumerators"), [("7.0.0", 539, 993), ("9.0.0", 558, 1042), ("11.3.0", 567, 1068)]
)
def test_complete(real_release: Real, version: str, functions: int, enumerators: int) -> None:
    model = model_of(real_release(version))
    assert not model.problems
    counts = census(model)
    assert counts["headers"] == 18
    assert counts["functions"] == functions
    assert counts["enumerators"] == enumerators
    assert {library.name for library in model.libraries} == {
        "libvirt", "libvirt-admin", "libvirt-lxc", "libvirt-qemu",
    }  # fmt: skip


@pytest.mark.parametrize(("old", "new", "functions"), [("7.0.0", "9.0.0", 19), ("9.0.0", "11.3.0", 9)])
def test_nothing_is_broken(real_release: Real, old: str, new: str, functions: int) -> None:
    found = findings(real_release(old), real_release(new))
    assert {f.severity for f in found} <= {Severity.EXTENSION, Severity.NOTICE}
    assert sum(f.rule == "headers/function-added" for f in found) == functions


@pytest.mark.parametrize("version", ["7.0.0", "11.3.0"])
def test_a_release_against_itself_and_its_copy(real_release: Real, version: str) -> None:
    model = model_of(real_release(version))
    for copy in (
        msgspec.json.decode(msgspec.json.encode(model), type=Headers),
        msgspec.msgpack.decode(msgspec.msgpack.encode(model), type=Headers),
    ):
        assert copy == model
        assert list(compare(model, copy)) == []
        assert list(compare(copy, model)) == []


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_the_other_way_round_every_break_is_confirmed(real_release: Real) -> None:
    old, new = real_release("11.3.0"), real_release("9.0.0")
    judged = [f for f in verify(findings(old, new), opened(old)[0], opened(new)[0]) if f.severity is Severity.BREAKING]
    assert len(judged) > 200
    assert [f.subject for f in judged if f.confirmation is not Confirmation.CONFIRMED] == []


@pytest.mark.judge
@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_every_value_is_the_compiler_s(real_release: Real, tmp_path: Path) -> None:
    """Each enumerator and constant of libvirt 11.3.0 against gcc, and each function's type."""
    path = real_release("11.3.0")
    release = opened(path)[0]
    for name, content in release.files.items():
        if name.startswith("include/libvirt/") and name.endswith((".h", ".h.in")):
            target = tmp_path / name.removesuffix(".in")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(instantiated(content, release) if name.endswith(".in") else content)
    lines = ["#define VIR_ENUM_SENTINELS"]
    lines += [
        f"#include <libvirt/{n}.h>" for n in ("libvirt", "virterror", "libvirt-admin", "libvirt-qemu", "libvirt-lxc")
    ]
    count = 0
    for library in model_of(path).libraries:
        from abidiff.surfaces.headers.layout.spell import anonymous, spell

        for enumerator in library.constants().values():
            lines.append(f'_Static_assert({enumerator.name} == {c_integer(enumerator.value)}, "{enumerator.name}");')
            count += 1
        for macro in library.macros.values():
            if macro.value.kind in ("integer", "version") and macro.value.number is not None:
                lines.append(f'_Static_assert(({macro.name}) == {macro.value.number}, "{macro.name}");')
            elif macro.value.kind == "string":
                text = c_string(macro.value.text)
                lines.append(f'_Static_assert(__builtin_strcmp({macro.name}, {text}) == 0, "{macro.name}");')
            count += 1
        for function in library.functions.values():
            assert not anonymous(function.type)
            lines.append(f"{spell(function.type, function.name)};")
            count += 1
    program = tmp_path / "all.c"
    program.write_text("\n".join(lines))
    command = ["gcc", "-fsyntax-only", "-std=gnu11", "-I", str(tmp_path / "include"), str(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    assert count > 2000
