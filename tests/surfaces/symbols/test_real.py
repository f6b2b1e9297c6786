"""The symbol maps of three libvirt releases."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec
import pytest

from abidiff.profile import load as load_profile
from abidiff.profile import project_of, wanted
from abidiff.rule import load, run
from abidiff.sources import open_release
from abidiff.surfaces.symbols import SURFACE
from abidiff.surfaces.symbols.compare import compare
from abidiff.surfaces.symbols.model import SymbolMaps
from abidiff.surfaces.symbols.parse import parse

pytestmark = pytest.mark.real
Find = Callable[[str], Path]


@cache
def read(path: Path) -> SymbolMaps:
    profile = load_profile("libvirt")
    select = wanted(profile)
    release = open_release(str(path), lambda p: p.endswith(".syms") and select(p))
    return parse(release, project_of(profile, release), {})


@pytest.mark.parametrize(("version", "count"), [("7.0.0", 500), ("9.0.0", 517), ("11.3.0", 525)])
def test_public_symbols(real_release: Find, version: str, count: int) -> None:
    model = read(real_release(version))
    assert model.problems == ()
    public = {m.unit: len(m.places) for m in model.maps if m.public}
    assert public["libvirt_public"] == count
    assert compare(model, model) == []


def test_models_survive_serialisation(real_release: Find) -> None:
    model = read(real_release("11.3.0"))
    for encode, decode in (
        (msgspec.json.encode, msgspec.json.decode),
        (msgspec.msgpack.encode, msgspec.msgpack.decode),
    ):
        again = decode(encode(model), type=SymbolMaps)
        assert again == model
        assert compare(model, again) == []


@pytest.mark.parametrize(("old", "new", "added"), [("7.0.0", "9.0.0", 18), ("9.0.0", "11.3.0", 9)])
def test_only_additions(real_release: Find, old: str, new: str, added: int) -> None:
    findings = run(load(SURFACE.rules), compare(read(real_release(old)), read(real_release(new))))
    assert {f.rule for f in findings} == {"symbols/symbol-added"}
    assert len([f for f in findings if f.unit in ("libvirt_public", "libvirt_admin_public", "libvirt_qemu")]) >= added


def test_backwards_everything_added_is_removed(real_release: Find) -> None:
    findings = run(load(SURFACE.rules), compare(read(real_release("11.3.0")), read(real_release("9.0.0"))))
    assert {f.rule for f in findings} == {"symbols/symbol-removed", "symbols/node-removed"}
    assert all(f.witness is not None for f in findings)
