"""Where a symbol goes, held against GNU ld: tiny libraries are linked with maps and read again."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
import subprocess
from pathlib import Path
from types import MappingProxyType

import pytest

from abidiff.elf import NotReadableError
from abidiff.elf import read as read_elf
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.surfaces.symbols.globs import matches, samples
from abidiff.surfaces.symbols.model import SymbolMap
from abidiff.surfaces.symbols.parse import parse
from abidiff.surfaces.symbols.regions import narrowed
from abidiff.surfaces.symbols.resolve import place

NAMES = ("a", "foo", "foo_a", "foo_b", "foo_bar", "bar", "foo_secret", "xfoo")
NEEDS = pytest.mark.skipif(not (shutil.which("gcc") and shutil.which("readelf")), reason="needs gcc and readelf")


def read(text: str) -> SymbolMap:
    release = Release("ship", "", MappingProxyType({"v.map": text.encode()}))
    (found,) = parse(release, Project("test", (Unit("symbols", "v", "full", ("v.map",), ("v.map",)),)), {}).maps
    return found


def ours(text: str) -> dict[str, str]:
    """Name → node (empty: no version) of what a map exports of ``NAMES``."""
    found = {name: place(read(text), ("C", name)).nodes for name in NAMES}
    return {name: nodes[0] for name, nodes in found.items() if nodes is not None}


def theirs(text: str, folder: Path) -> dict[str, str] | None:
    """What ld makes of it; None when it refuses the map."""
    (folder / "v.map").write_text(text)
    library = folder / "l.so"
    library.unlink(missing_ok=True)
    command = ["gcc", "-shared", "-nostdlib", "-o", "l.so", "l.o", "-Wl,--version-script=v.map"]
    if subprocess.run(command, cwd=folder, capture_output=True, timeout=60).returncode:
        return None
    shown = subprocess.run(
        ["readelf", "-W", "--dyn-syms", "l.so"], cwd=folder, capture_output=True, text=True, timeout=60
    )
    found = re.findall(r"(?:FUNC|NOTYPE|OBJECT)\s+GLOBAL\s+DEFAULT\s+\d+\s+(\S+)", shown.stdout)
    pairs = [name.partition("@") for name in found]
    return {name: rest.lstrip("@") for name, _, rest in pairs if name in NAMES}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ld")
    (made / "l.c").write_text("".join(f"int {name}(void) {{ return 0; }}\n" for name in NAMES))
    subprocess.run(["gcc", "-fPIC", "-c", "l.c"], cwd=made, check=True, timeout=60)
    return made


CHOSEN = (
    "V1 { global: foo_*; local: *; };",
    "V1 { global: foo_*; local: foo_secret; *; };",
    "V1 { global: foo_*; local: *; };\nV2 { global: foo_b; } V1;",
    "V1 { global: foo_*; };\nV2 { global: foo_b*; local: *; } V1;",
    "V1 { global: foo_b*; };\nV2 { global: foo_*; local: *; } V1;",
    "V1 { global: foo_*; local: *; };\nV2 { local: foo_b*; };",
    "V1 { global: *; local: foo_*; };",
    "V1 { global: *; local: *; };",
    "V1 { global: bar; };",
    "V1 { local: *; };\nV2 { global: f*; };",
    "V1 { global: foo*; };\nV2 { local: foo; };",
    "V1 { global: f?o; local: f[!a]o; };",
    "V1 { global: *; };\nV2 { global: *; };",
    "V1 { global: foo; local: foo; };",
    "V1 { global: foo; };\nV2 { global: foo; };",
    'V1 { global: "foo_*"; local: *; };',
    "V1 { global: [fx]*; local: *oo*; };",
    "{ global: foo*; local: *; };",
)


@pytest.mark.judge
@NEEDS
@pytest.mark.parametrize("text", CHOSEN)
def test_each_step_of_the_precedence(text: str, folder: Path) -> None:
    assert ours(text) == theirs(text, folder)


ENTRIES = ("foo", "foo_b", "foo_secret", "bar", "foo_*", "foo_b*", "*", "f*", "*o*", "?", "[a-f]*", "foo_[!b]*", "xf?o")


def random_map(dice: random.Random) -> str:
    nodes = []
    for number in range(dice.randint(1, 3)):
        exported = "".join(f"{name}; " for name in dice.sample(ENTRIES, dice.randint(0, 3)))
        hidden = "".join(f"{name}; " for name in dice.sample(ENTRIES, dice.randint(0, 3)))
        body = (f"global: {exported}" if exported else "") + (f"local: {hidden}" if hidden else "")
        nodes.append(f"V{number} {{ {body}}};\n")
    return "".join(nodes)


@pytest.mark.judge
@NEEDS
def test_random_maps(folder: Path) -> None:
    dice = random.Random(7)
    refused = 0
    for _ in range(150):
        text = random_map(dice)
        linked = theirs(text, folder)
        if linked is None:
            refused += 1
        else:
            assert ours(text) == linked, text
    assert refused < 75, "most maps have to be ones that ld takes"


@pytest.mark.judge
@NEEDS
def test_a_library_is_read_as_readelf_reads_it(folder: Path) -> None:
    for text in ("V1 { global: foo_*; local: *; };\nV2 { global: foo_b; } V1;", "{ global: foo*; local: *; };"):
        linked = theirs(text, folder)
        found = read_elf((folder / "l.so").read_bytes())
        assert linked is not None
        assert {symbol.name for symbol in found.symbols} == set(linked)
        assert set(found.nodes) == set(linked.values()) - {""}


@pytest.mark.judge
@NEEDS
def test_damaged_libraries_are_refused_or_read(folder: Path) -> None:
    theirs("V1 { global: foo_*; local: *; };", folder)
    data = (folder / "l.so").read_bytes()
    dice = random.Random(3)
    for _ in range(300):
        broken = bytearray(data[: dice.randint(0, len(data))])
        for _ in range(dice.randint(0, 20)):
            if broken:
                broken[dice.randrange(min(len(broken), 4096))] = dice.randrange(256)
        with contextlib.suppress(NotReadableError):
            read_elf(bytes(broken))


def lost(old: SymbolMap, new: SymbolMap, name: str) -> bool:
    """Whether a program that uses an unlisted name of the old map fails with the new one."""
    before, after = place(old, ("C", name)), place(new, ("C", name))
    if before.nodes is None or before.entry is None:
        return False
    return after.nodes is None or (before.nodes != ("",) and after.nodes not in (before.nodes, ("",)))


def test_patterns_are_narrowed_when_a_name_shows_it_and_only_then() -> None:
    dice = random.Random(11)
    seen = {True: 0, False: 0}
    for _ in range(600):
        texts = random_map(dice), random_map(dice)
        try:
            old, new = map(read, texts)
        except ValueError:
            continue  # ld refuses such a map
        if not old.nodes or not new.nodes:
            continue
        listed = {key[1] for where in (old, new) for keys in (where.every, where.hidden) for key in keys}
        changes = list(narrowed(old, new, "v"))
        names = [name for name in NAMES + MORE if name not in listed]
        shown = any(lost(old, new, name) for name in names)
        seen[shown] += 1
        assert not shown or changes, texts
        for change in changes:
            assert change.sample not in listed
            assert lost(old, new, change.sample), (texts, change)
    assert min(seen.values()) > 50


def test_patterns_that_are_not_sampled_never_lose_a_name_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("abidiff.surfaces.symbols.regions.samples", lambda *_, **__: None)
    dice = random.Random(12)
    seen = {True: 0, False: 0}
    silent = 0
    for _ in range(600):
        text = random_map(dice)
        texts = text, random_map(dice) if dice.random() < 0.5 else text.replace("};", f" {dice.choice(MORE)}*; }};", 1)
        try:
            old, new = map(read, texts)
        except ValueError:
            continue  # ld refuses such a map
        if not old.nodes or not new.nodes:
            continue
        listed = {key[1] for where in (old, new) for keys in (where.every, where.hidden) for key in keys}
        changes = list(narrowed(old, new, "v"))
        shown = any(lost(old, new, name) for name in NAMES + MORE if name not in listed)
        seen[shown] += 1
        silent += not shown and not changes
        assert not shown or changes, texts
    assert min(seen.values()) > 50
    assert silent > 50


MORE = ("b", "z", "foo_", "foo_bx", "foo_z", "fz", "xo", "bo", "xfao", "zz", "ab", "gg", "foo_bo", "zoz", "fo")


def test_samples_stand_for_each_way_to_match() -> None:
    found = samples(["foo_*", "foo_b*", "*"], ["foo_secret", "foo_"])
    assert found is not None
    assert {tuple(matches(p, name) for p in ("foo_*", "foo_b*")) for name in found} == {
        (False, False),
        (True, False),
        (True, True),
    }
    assert not {"foo_secret", "foo_"} & set(found)


def test_a_pattern_whose_only_name_is_listed_has_no_sample_of_its_own() -> None:
    found = samples(["fo[o]", "*"], ["foo"])
    assert found is not None
    assert not any(matches("fo[o]", name) for name in found)


def test_entangled_patterns_are_given_up_in_time() -> None:
    assert samples([f"*a{'?' * n}" for n in range(4, 24)], []) is None


@pytest.mark.parametrize(
    ("pattern", "name", "yes"),
    [("a*", "a", True), ("a?", "a", False), ("[!a]b", "ab", False), ("[]a]", "]", True), ("[a", "[a", True),
     (r"\*", "*", True), (r"\*", "a", False), ("**a", "ba", True), ("[a-c]", "b", True), ("", "", True)],
)  # fmt: skip
def test_patterns(pattern: str, name: str, yes: bool) -> None:
    assert matches(pattern, name) is yes
