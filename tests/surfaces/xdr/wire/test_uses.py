"""What is the same on both sides is not walked: the changes are those that walking everything finds."""

from __future__ import annotations

import random
import re
from unittest.mock import patch

import msgspec
import pytest

from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.compare import compare as comparing
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Protocols
from abidiff.surfaces.xdr.wire.uses import differing
from abidiff.surfaces.xdr.wire.wire import Scope
from tests.surfaces.xdr.helpers import LIBVIRT, ROOT, libvirt, model, sides, tarball_files
from tests.surfaces.xdr.read.test_definitions import edited
from tests.surfaces.xdr.test_fuzz import SOURCES


def walked(old: Protocols, new: Protocols) -> object:
    """Return what is found when nothing counts as known to be the same."""

    def everything(one: Scope, other: Scope) -> set[tuple[str, str]]:
        return {(unit, name) for scope in (one, other) for unit, types in scope.types.items() for name in types}

    with (
        patch.object(comparing, "differing", everything),
        patch.object(comparing._Comparison, "_carry_the_same", lambda *_: False),
    ):
        return shown(old, new)


def shown(old: Protocols, new: Protocols) -> list[object]:
    """Return all changes, and what their evidence is made of."""
    found: list[object] = []
    for change in compare(old, new):
        evidence = change.evidence
        found.append(msgspec.structs.replace(change, evidence=None))
        names = [n for n in getattr(evidence, "__struct_fields__", ()) if n not in ("old", "new")]
        found.append([getattr(evidence, name) for name in names])
    return found


def check(old: Protocols, new: Protocols) -> bool:
    found = shown(old, new)
    assert found == walked(old, new)
    return bool(found)


@pytest.mark.parametrize("seed", range(3))
def test_skipping_changes_nothing(seed: int) -> None:
    rng = random.Random(seed)
    fired = 0
    for source in SOURCES:
        whole = parse(*sides({"a.x": source, "b.x": b"struct beside { int c; };"}), {})
        for _ in range(50):
            files = {"a.x": edited(source, rng), "b.x": edited(b"struct beside { int c; };\n", rng)}
            other = parse(*sides(files), {})
            fired += check(whole, other) + check(other, whole)
    assert fired > 20


def test_places_are_no_difference_and_reach_is_one() -> None:
    text = "struct a { int x; };\nstruct b { a y<>; };\nstruct c { b *z; c *next; };\nstruct d { int w; };\n"
    old = Scope(model(text))
    assert differing(old, Scope(model("\n\n" + text.replace(" ", "\n")))) == set()
    found = differing(old, Scope(model(text.replace("int x", "hyper x"))))
    assert found == {("example", name) for name in "abc"}
    assert differing(old, Scope(model(text + "struct e { a y; };"))) == {("example", "e")}


def test_a_name_that_another_unit_defines_is_a_difference() -> None:
    old = Scope(model("struct a { t x; };", b_x="struct t { int y; };", c_x="struct u { int y; };"))
    new = Scope(model("struct a { t x; };", b_x="struct u { int y; };", c_x="struct t { int y; };"))
    assert ("example", "a") in differing(old, new)


@pytest.mark.real
@pytest.mark.parametrize(("one", "other"), [(LIBVIRT[0], LIBVIRT[-1]), (LIBVIRT[-1], LIBVIRT[-2])])
def test_real_releases(one: str, other: str) -> None:
    assert check(libvirt(one), libvirt(other))


@pytest.mark.real
def test_edited_real_protocols() -> None:
    files = tarball_files(ROOT / f"releases/libvirt-{LIBVIRT[-1]}.tar.xz")
    path = max((path for path in files if path.endswith(".x")), key=lambda path: len(files[path]))
    rng = random.Random(5)
    places = list(re.finditer(rb"\b(?:unsigned int|hyper|int|remote_nonnull_string|opaque)\b", files[path]))
    fired = 0
    for _ in range(25):
        place = rng.choice(places)
        instead = rng.choice((b"unsigned int", b"hyper", b"remote_nonnull_string"))
        data = files[path][: place.start()] + instead + files[path][place.end() :]
        if rng.random() < 0.3:
            data = edited(data, rng)
        fired += check(libvirt(LIBVIRT[-1]), parse(*sides({**files, path: data}), {}))
    assert fired > 10
