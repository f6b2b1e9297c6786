"""Files with the name of an interface file that are none, or are spelled otherwise, never pass."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abidiff.sources.larchive import library
from tests.sources import build
from tests.sources.build import Member, put
from tests.sources.test_git import Repository
from tests.test_unread import run

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"
SCHEMA = b"""<?xml version="1.0"?>
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start><ref name="a"/></start>
  <define name="a"><element name="a"><attribute name="b"><data type="int"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes"/></attribute></element></define>
</grammar>
"""
NARROWER = SCHEMA.replace(b'"int"', b'"short"')
MAP = b"V1 { global: c; local: *; };\n"
GOOD = {
    "include/b.h": b"int b(void);\n",
    "src/b.syms": MAP,
    "src/b.map.in": MAP,
    "src/b.x": b"program P { version V { int F(int) = 1; } = 1; } = 0x20000002;\n",
    "schemas/b.rng": SCHEMA,
    "schemas/b.rnc": b"start = element a { text }\n",
}
BASE = {
    "include/a.h": b"int a(void);\n",
    "src/a.syms": b"V1 { global: a; local: *; };\n",
    "src/p.x": b"program Q { version V { int F(int) = 1; } = 1; } = 0x20000001;\n",
    "schemas/r.rng": SCHEMA,
}
HTML = b"<!DOCTYPE html><html><body>404 not found</body></html>\n"


def sides(folder: Path, old: dict[str, bytes], new: dict[str, bytes]) -> tuple[str, str]:
    for name, files in (("old", old), ("new", new)):
        for path, data in {**BASE, **files}.items():
            put(folder / name / path, data)
    return str(folder / "old"), str(folder / "new")


def upper(path: str) -> str:
    stem, dot, ending = path.partition(".")
    return stem + dot + ending.upper()


@pytest.mark.parametrize(
    ("path", "what"),
    [(path, what) for n, path in enumerate(GOOD) for what in (("pointer", "half"), ("binary", "letters"))[n % 2]],
)
def test_what_is_none_is_a_problem(path: str, what: str, tmp_path: Path) -> None:
    good = GOOD[path]
    bad = {
        "pointer": {path: POINTER},
        "binary": {path: bytes(range(256))},
        "letters": {upper(path): good},
        "half": {path: good[: len(good) // 2]},
    }[what]
    assert run("compare", *sides(tmp_path / "both", bad, bad), "--surface", "headers") == (
        3 if path.endswith(".h") else 0
    ), "only of the surfaces that are looked at"
    assert run("compare", *sides(tmp_path / "both", bad, bad)) == 3
    assert run("compare", *sides(tmp_path / "new", {path: good}, bad)) == 3, "nothing is proved to be removed"
    archive = put(tmp_path / "new.tar", build.tar([Member(f"n-1/{p}", d) for p, d in {**BASE, **bad}.items()]))
    assert run("compare", str(tmp_path / "new/old"), str(archive)) == 3


@pytest.mark.parametrize("path", ["src/b.syms", "schemas/b.rng", "schemas/b.rnc", "src/b.vers"])
def test_text_of_another_kind(path: str, tmp_path: Path) -> None:
    for number, text in enumerate((HTML, b"Nothing here, really.\n")):
        assert run("compare", *sides(tmp_path / str(number), {}, {path: text})) == 3
    assert run("compare", *sides(tmp_path / "empty", {"src/b.syms": b"# none\n"}, {"src/b.syms": b"# none\n"})) == 0


def test_parts_and_what_others_keep_under_the_same_ending(tmp_path: Path) -> None:
    files = {
        "schemas/part.rng": SCHEMA.replace(b'<start><ref name="a"/></start>', b""),
        "schemas/part.rnc": b"b = element b { text }\n",
        "doc/graph.map": b'<map id="G" name="G">\n<area shape="rect"/></map>\n',
        "doc/app.map": b'{"version":3,"sources":[]}\n',
        "tests/broken.RNG": b"x",
        "tests/broken.syms": POINTER,
        "README.H": b"x",
    }
    assert run("compare", *sides(tmp_path, files, files)) == 0


@pytest.mark.parametrize("cached", [False, True])
def test_in_a_repository(cached: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stray stays one when all else is known from earlier runs."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    repository = Repository(tmp_path / "ship")
    repository.commit({**BASE, **GOOD}, "v1")
    repository.commit({"src/b.syms": POINTER}, "v2")
    repository.commit({"src/b.syms": MAP, "schemas/b.rng": HTML}, "v3")
    repository.commit({"schemas/b.rng": SCHEMA, "src/NEW.X": b"const A = 1;\n"}, "v4")
    repository("rm", "-q", "src/NEW.X")
    repository.commit({"README": b"x"}, "v5")
    more = () if cached else ("--no-cache",)
    place = str(tmp_path / "ship")
    for _ in range(2):
        for old, new, right in ((1, 2, 3), (2, 3, 3), (3, 4, 3), (4, 5, 3), (1, 5, 0), (1, 4, 3), (1, 3, 3)):
            arguments = ["compare", f"{place}@v{old}", f"{place}@v{new}", *more]
            assert cold_or_warm(arguments) == right, (old, new)


def cold_or_warm(arguments: list[str]) -> int:
    from abidiff.cli.main import main

    with pytest.raises(SystemExit) as caught:
        main(arguments)
    return int(caught.value.code or 0)


@pytest.mark.parametrize("form", ["utf-16", "utf-16-le", "utf-16-be", "declared"])
def test_schemas_in_utf_16(form: str, tmp_path: Path) -> None:
    def wide(text: bytes) -> bytes:
        declared = {"utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE", "declared": "UTF-16"}.get(form)
        shown = text.decode().replace("?>", f' encoding="{declared}"?>' if declared else "?>")
        return shown.encode("utf-16" if form == "declared" else form)

    path = "schemas/b.rng"
    assert run("compare", *sides(tmp_path / "same", {path: SCHEMA}, {path: wide(SCHEMA)})) == 0
    assert run("compare", *sides(tmp_path / "less", {path: wide(SCHEMA)}, {path: wide(NARROWER)})) == 1
    old, new = put(tmp_path / "o.rng", wide(SCHEMA)), put(tmp_path / "n.rng", wide(NARROWER))
    assert run("compare", str(old), str(new)) == 1
    assert run("compare", str(new), str(old)) == 0
    assert run("compare", str(new), str(put(tmp_path / "schema", wide(SCHEMA)))) == 0, "told by its content"
    cut = put(tmp_path / "cut.rng", wide(SCHEMA)[:-41])
    assert run("compare", str(old), str(cut)) == 3


def test_includes_of_a_schema_in_utf_16(tmp_path: Path) -> None:
    text = '<grammar xmlns="http://relaxng.org/ns/structure/1.0"><include href="part.rng"/></grammar>'
    for name, part in (("old", SCHEMA), ("new", NARROWER)):
        put(tmp_path / name / "a.rng", text.encode("utf-16"))
        put(tmp_path / name / "part.rng", part)
    assert run("compare", str(tmp_path / "old/a.rng"), str(tmp_path / "new/a.rng")) == 1


def test_holes_of_a_sparse_work_tree(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "ship")
    repository.commit({**BASE, "include/deep/b.h": b"int b(void);\n", "doc/readme": b"x"}, "v1")
    subprocess.run(
        ["git", "-C", str(tmp_path / "ship"), "sparse-checkout", "set", "--no-cone", "/*", "!/include/deep/"],
        check=True,
        capture_output=True,
    )
    assert not (tmp_path / "ship/include/deep").exists()
    place = str(tmp_path / "ship")
    assert run("compare", f"{place}@v1", f"{place}@:worktree") == 3
    assert run("compare", f"{place}@v1", place) == 3
    assert run("compare", f"{place}@v1", f"{place}@:index") == 0
    repository("sparse-checkout", "set", "--no-cone", "/*", "!/doc/")
    assert run("compare", f"{place}@v1", f"{place}@:worktree") == 0, "nothing of an interface is left out"


@pytest.mark.parametrize("folder", ["include/sub", "vendor"])
def test_submodules(folder: str, tmp_path: Path) -> None:
    part = Repository(tmp_path / "part")
    part.commit({"a.h": b"int s(void);\n", "p.x": b"const A = 1;\n"})
    repository = Repository(tmp_path / "ship")
    repository.commit(BASE, "v1")
    repository("submodule", "add", "-q", str(tmp_path / "part"), folder)
    repository.commit({}, "v2")
    repository.commit({"README": b"x"}, "v3")
    (tmp_path / "ship" / folder / "p.x").write_bytes(b"const A = 2;\n")
    (Repository(tmp_path / "ship" / folder)).commit({})
    repository.commit({}, "v4")
    place = str(tmp_path / "ship")
    assert run("compare", f"{place}@v1", f"{place}@v2") == 3
    assert run("compare", f"{place}@v2", f"{place}@v3") == (3 if folder == "include/sub" else 0)
    assert run("compare", f"{place}@v3", f"{place}@v4") == 3
    assert run("compare", f"{place}@v4", f"{place}@v1", "--surface", "rng") == 3
    repository("submodule", "deinit", "-q", "-f", folder)
    assert run("compare", f"{place}@v1", f"{place}@:worktree") == 3


@pytest.mark.parametrize("name", ["/include/b.h", "n-1/../include/b.h", "/n-1/include/b.h", "../../include/b.h"])
def test_refused_names_of_archives_that_hide_a_header(name: str, tmp_path: Path) -> None:
    members = [Member(f"n-1/{path}", data) for path, data in BASE.items()]
    old, new = sides(tmp_path, {}, {})
    odd = put(tmp_path / "n.tar", build.tar([*members, Member(name, b"int b(void);\n")]))
    zipped = put(tmp_path / "n.zip", build.zipped([*members, Member(name, b"int b(void);\n")]))
    for archive in (odd, zipped):
        assert run("compare", old, str(archive)) == 3
        assert run("compare", str(archive), new) == 3
    harmless = put(tmp_path / "h.tar", build.tar([*members, Member("/etc/motd", b"x"), Member("../README", b"x")]))
    assert run("compare", old, str(harmless)) == 0


WHOLE = build.tar([Member(f"n-1/{path}", data) for path, data in BASE.items()])


@pytest.mark.parametrize("backend", ["stdlib", "libarchive"])
@pytest.mark.parametrize(
    "data",
    [
        WHOLE + b"junk" * 128 + bytes(1024),
        WHOLE + WHOLE,
        build.compress(WHOLE, "gz") + b"junk",
        build.compress(WHOLE, "xz") + b"junk",
        build.compress(WHOLE, "bz2") + b"junk",
        build.compress(WHOLE, "zst") + b"junk",
        build.compress(WHOLE + b"x" * 512, "gz"),
        build.zipped([Member("include/a.h", b"int a(void);\n")]) + b"junk",
        b"junk" + build.zipped([Member("include/a.h", b"int a(void);\n")]),
        build.raw_header(b"x", 9, b"x") + build.blocks(b"99 path=a\n") + WHOLE,
        build.raw_header(b"x", 15, b"x") + build.blocks(b"15 size=-00001\n") + WHOLE,
        build.raw_header(b"x", 12, b"g") + build.blocks(b"12 path=a.h\n") + WHOLE,
        build.raw_header(b"n-1/include/z.h", 0, b"0", magic=b"ustarX00") + WHOLE,
        build.raw_header(b"n-1/include/z.h", 9, b"2", b"a.h") + build.blocks(b"123456789") + WHOLE,
    ],
)
def test_archives_that_can_be_read_in_two_ways(
    data: bytes, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ABIDIFF_ARCHIVE", backend)
    assert run("compare", str(put(tmp_path / "whole.tar", WHOLE)), str(put(tmp_path / "x", data))) == 3


@pytest.mark.parametrize("target", ["../../outside", "nowhere", "/usr/include"])
@pytest.mark.parametrize("kind", ["folder", "archive", "revision"])
def test_links_behind_which_a_folder_may_lie(
    kind: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "outside/o.h", b"int o(void);\n")
    ship = Repository(tmp_path / "ship")
    ship.commit(BASE, "v1")
    place = tmp_path / "ship"

    def compared(link: str) -> int:
        """Compare a release that has the link with itself and one more file."""
        (place / link).parent.mkdir(parents=True, exist_ok=True)
        (place / link).symlink_to(target)
        if kind == "folder":
            put(tmp_path / "new/README", b"new")
            shutil.copytree(place, tmp_path / "new", symlinks=True, dirs_exist_ok=True, ignore=lambda *_: [".git"])
            code = run("compare", str(place), str(tmp_path / "new"))
            shutil.rmtree(tmp_path / "new")
        elif kind == "archive":
            with_link = [
                *(Member(f"n-1/{name}", data) for name, data in BASE.items()),
                build.symlink(f"n-1/{link}", target),
            ]
            one = put(tmp_path / "a.tar", build.tar(with_link))
            other = put(tmp_path / "b.tar", build.tar([*with_link, Member("n-1/README")]))
            codes = set()
            for reader in ("stdlib", "libarchive") if library() else ("stdlib",):
                monkeypatch.setenv("ABIDIFF_ARCHIVE", reader)
                codes.add(run("compare", str(one), str(other)))
            (code,) = codes
        else:
            ship.commit({}, f"v2-{link.replace('/', '-')}")
            code = run("compare", f"{place}@v1", f"{place}@HEAD")
        (place / link).unlink()
        return code

    assert compared("include/sub") == 3, "what it leads to is not known"
    assert compared("include/gtk-3.0") == 3
    assert compared("include/README.md") == 0, "no name of a folder"
    assert compared("doc/sub") == 0, "only globs over all folders reach it"


def test_a_library_that_is_a_pointer(tmp_path: Path) -> None:
    pointers = [{"usr/lib/libship.so.1": POINTER + b"x" * n} for n in (0, 1)]
    assert run("compare", *sides(tmp_path, {}, pointers[0])) == 3
    assert run("compare", *sides(tmp_path / "both", *pointers)) == 3
    script = {"usr/lib/libship.so": b"GROUP ( libship.so.1 )\n"}
    assert run("compare", *sides(tmp_path / "script", {}, script)) == 0, "a script of the linker"
