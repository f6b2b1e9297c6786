"""Schemas parsed with files remembered are what they are when every file is read."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from random import Random

import msgspec
import pytest

from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.project import Unit
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.model import Schemas
from abidiff.surfaces.rng.read import memory, syntax
from abidiff.surfaces.rng.read.raw import GrammarFile
from bench.mutants.rng_kinds import apply, candidates
from tests.surfaces.rng.cases import CASES, Text, d, e, g, param, ref, xsd
from tests.surfaces.rng.generate import Generator
from tests.surfaces.rng.mutate import mutate
from tests.surfaces.rng.support import RNG, files_of
from tests.surfaces.rng.test_pacemaker import CORPUS
from tests.surfaces.rng.test_spectest import inside, resources, suite


class Kept:
    """A memory in bytes, as a store would have it."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.types: tuple[memory.Datatype, ...] = ()
        self.recalled = 0

    def recall(self, path: str, ns: str, digest: str) -> GrammarFile | None:
        found = self.files.get((path, ns, digest))
        self.recalled += found is not None
        return msgspec.msgpack.decode(found, type=GrammarFile) if found is not None else None

    def keep(self, path: str, ns: str, digest: str, found: GrammarFile) -> None:
        self.files[path, ns, digest] = msgspec.msgpack.encode(found)

    def datatypes(self) -> Iterable[memory.Datatype]:
        return self.types

    def keep_datatypes(self, found: Iterable[memory.Datatype]) -> None:
        self.types = tuple(found)


def units(files: Mapping[str, bytes], *roots: str) -> tuple[Unit, ...]:
    return tuple(Unit("rng", root, "full", tuple(files), (root,)) for root in roots or ("main.rng",))


def same(files: Mapping[str, bytes], kept: Kept, asked: tuple[Unit, ...] = ()) -> Schemas:
    """Parse with and without the memory, which learns; both have to say the same, byte for byte."""
    asked = asked or units(files)
    plain = parse_units(files, asked)
    found = parse_units(files, asked, kept)
    assert found == plain
    assert msgspec.to_builtins(found) == msgspec.to_builtins(plain)
    return plain


def test_every_case_of_every_section() -> None:
    kept = Kept()
    for _ in range(2):
        for case in CASES:
            same(files_of(case.schema), kept)
    assert kept.recalled > 50


def test_random_grammars_and_their_mutants() -> None:
    kept = Kept()
    for seed in range(300):
        random = Random(seed)
        text = Generator(random).schema()
        main = g('<externalRef href="part.rng"/>')
        files = {"main.rng": main, "part.rng": text}
        same(files_of(files), kept)
        same(files_of({**files, "part.rng": mutate(text, random)}), kept)
        same(files_of(files), kept)
    assert kept.recalled > 200


A = d("a", e(ref("b") + xsd("int", param("maxInclusive", "9"))), "choice")
COMMON = f"<grammar>{d('a', e('<empty/>'))}{d('b', e(xsd('string', param('pattern', '[a-c]+')), 'b'))}</grammar>"
MAIN = f"<grammar><include href='common.rng'/><start>{ref('a')}</start></grammar>"
OVER = f"<grammar><include href='common.rng'>{d('b', e('<text/>', 'c'))}</include><start>{ref('b')}</start></grammar>"
DEEP = f"<grammar><include href='main.rng'><start>{ref('b')}</start></include></grammar>"
# What the files around a remembered one become: changed, gone, another kind of file, a loop, something overridden gone.
STEPS: list[dict[str, str]] = [
    {"main.rng": MAIN, "common.rng": COMMON},
    {"main.rng": OVER, "common.rng": COMMON},
    {"main.rng": OVER, "common.rng": f"<grammar>{d('a', e('<empty/>'))}</grammar>"},
    {"main.rng": OVER, "common.rng": e("<empty/>")},
    {"main.rng": OVER, "common.rng": MAIN.replace("common", "main")},
    {"main.rng": OVER},
    {"main.rng": MAIN, "common.rng": "<grammar><include href='main.rng'/></grammar>"},
    {"main.rng": DEEP.replace("main", "other"), "other.rng": MAIN, "common.rng": COMMON},
    {"main.rng": DEEP.replace("main", "other"), "other.rng": MAIN, "common.rng": COMMON.replace("[a-c]", "[c-a]")},
    {"main.rng": MAIN.replace("<include", "<include ns='urn:x'"), "common.rng": COMMON},
    {"main.rng": MAIN.replace("<include", "<div ns='urn:y'><include").replace("/><start", "/></div><start"),
     "common.rng": COMMON},
    {"main.rng": g(e(MAIN)), "common.rng": COMMON},
    {"main.rng": g(e(MAIN.replace("<start>", "<start combine='choice'><choice>").replace("</start>",
     "<parentRef name='x'/></choice></start>")), d("x", e("<empty/>", "x"))), "common.rng": COMMON},
    {"main.rng": MAIN, "common.rng": "<externalRef href='grammar.rng'/>", "grammar.rng": COMMON},
    {"main.rng": MAIN, "common.rng": COMMON.replace("</grammar>", A + "</grammar>")},
    {"main.rng": MAIN, "common.rng": COMMON.replace("<grammar>", "<!-- a\n\n line more -->\n<grammar>")},
    {"main.rng": MAIN, "common.rng": "<grammar"},
    {"main.rng": MAIN, "common.rng": COMMON.replace(e("<empty/>"), e(ref("nowhere")))},
    {"main.rng": MAIN, "common.rng": COMMON.replace("'[a-c]+'", "'['")},
]  # fmt: skip


@pytest.mark.parametrize("first", range(len(STEPS)))
def test_what_changes_around_a_remembered_file(first: int) -> None:
    before: Text = STEPS[first]
    for after in STEPS:
        kept = Kept()
        same(files_of(before), kept)
        same(files_of(after), kept)
        same(files_of(before), kept)


def test_only_what_changed_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    really = syntax.SchemaReader.file
    monkeypatch.setattr(syntax.SchemaReader, "file", lambda self, ns: (read.append(self.path), really(self, ns))[1])
    files = files_of({"main.rng": MAIN, "common.rng": COMMON, "other.rng": OVER})
    kept = Kept()
    parse_units(files, units(files, "main.rng", "other.rng"), kept)
    assert sorted(read) == ["common.rng", "main.rng", "other.rng"]
    read.clear()
    files["other.rng"] = files["other.rng"].replace(b"<text/>", b"<empty/>")
    parse_units(files, units(files, "main.rng", "other.rng"), kept)
    assert read == ["other.rng"]


def test_a_pattern_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from abidiff.surfaces.rng.values import datatypes

    files, kept = files_of({"main.rng": MAIN, "common.rng": COMMON}), Kept()
    parse_units(files, units(files), kept)
    monkeypatch.setattr(datatypes, "known", lambda *_: pytest.fail("asked again"))
    files["common.rng"] += b"\n"
    assert not parse_units(files, units(files), kept).problems


@pytest.mark.real
def test_public_test_suite_with_a_memory() -> None:
    kept = Kept()
    for _ in range(2):
        for case in suite("mod/rng-validate/test/spectest.xml").iter("testCase"):
            files = resources(case)
            for part in case:
                if part.tag in ("correct", "incorrect"):
                    files["main.rng"] = inside(part)
                    same(files, kept)
    assert kept.recalled > 50


@pytest.mark.real
def test_pacemaker_with_a_memory() -> None:
    if not CORPUS.exists():
        pytest.skip("corpora/rng is missing: run `make corpora`")
    files: dict[str, bytes] = {"versions.rng": f'<element name="versions" xmlns="{RNG}"><text/></element>'.encode()}
    with tarfile.open(CORPUS) as archive:
        for member in archive:
            if member.isfile() and "/xml/" in member.name and member.name.endswith(".rng"):
                stream = archive.extractfile(member)
                assert stream
                files[member.name.partition("/xml/")[2]] = stream.read()
    kept = Kept()
    roots = sorted(name for name in files if name.startswith("pacemaker-"))[-4:]
    for _ in range(2):
        for root in roots:
            same(files, kept, units(files, root))


@pytest.mark.real
def test_libvirt_from_release_to_release_and_mutated(real_release: Callable[[str], Path]) -> None:
    kept = Kept()
    for version in ("9.0.0", "11.3.0"):
        release, _, project = opened(Request(str(real_release(version)), surfaces=("rng",)))
        same(release.files, kept, project.of("rng"))
    asked, files, random = project.of("rng"), dict(release.files), Random(7)
    paths = sorted({path for unit in asked for path in unit.files})
    for path in random.choices(paths, k=12):
        candidate = random.choice(list(candidates(path, files[path])))
        data = apply(candidate, files[path], random)
        if data is not None:
            same({**files, path: data}, kept, asked)
    broken = files[paths[0]].replace(b"<grammar", b"<grammer", 1)
    same({**files, paths[0]: broken}, kept, asked)
    gone = {path: data for path, data in files.items() if path != paths[0]}
    same(gone, kept, asked)
    assert kept.recalled > 50
