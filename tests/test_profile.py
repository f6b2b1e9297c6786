"""Profiles: reading them strictly, recognising them, laying them over releases."""

from __future__ import annotations

import pickle
import random
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff import profile
from abidiff.errors import PolicyError, UsageError
from abidiff.finding import Severity
from abidiff.profile.globs import GlobError, Selection, compiled, expand
from abidiff.profile.lay import substitutions, version_number
from abidiff.profile.read import parse
from abidiff.project import Project
from abidiff.release import Release
from abidiff.resources import resource
from abidiff.sources import open_release
from abidiff.sources.request import version_in_files
from abidiff.toml import Document, Values

MINIMAL = """
format = 1
name = "own"
title = "own"
[tiers.full]
title = "full"
promise = "all"
clause = "nothing changes"
[[units]]
surface = "headers"
name = "own"
tier = "full"
files = ["inc/*.h"]
"""


def release(*paths: str, version: str = "1.2.3", **texts: str) -> Release:
    files = {path: texts.get(path, "").encode() for path in sorted((*paths, *texts))}
    return Release("ship", version, MappingProxyType(files))


def versions(found: profile.Profile) -> tuple[tuple[str, str], ...]:
    return tuple((each.file, each.pattern) for each in found.version_files)


# --- reading ----------------------------------------------------------------------------------


def test_the_shipped_ones_read() -> None:
    assert set(profile.known()) >= {"generic", "libvirt"}
    for name in profile.known():
        found = profile.load(name)
        assert found.name == name
        assert found.summary
        for unit in found.units:
            assert unit.tier in found.tiers
        for tier in found.tiers.values():
            assert tier.clause
            assert tier.promise


@pytest.mark.parametrize("name", profile.known())
def test_the_values_of_shipped_ones_are_those_of_their_text(name: str) -> None:
    path = resource(f"profiles/{name}.toml")
    text = path.read_text(encoding="utf-8")
    values = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=Values)
    assert values == Values.made(text, tomllib.loads(text))
    assert list(values.data) == list(tomllib.loads(text))
    assert parse(text, str(path), shipped=True) == parse(text, str(path))


def test_values_of_another_text_are_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    path.write_text("a = 1\n")
    kept = path.with_suffix(".json")
    kept.write_bytes(msgspec.json.encode(Values.made("a = 1\n", {"a": 2})))
    assert Document("a = 1\n", str(path), shipped=True).data() == {"a": 2}
    assert Document("a = 1\n", str(path)).data() == {"a": 1}  # one of a user, whatever stands beside it
    assert Document("a = 3\n", str(path), shipped=True).data() == {"a": 3}
    kept.write_text("{")
    assert Document("a = 1\n", str(path), shipped=True).data() == {"a": 1}
    kept.unlink()
    assert Document("a = 1\n", str(path), shipped=True).data() == {"a": 1}


def test_a_shipped_profile_is_read_without_a_reader_of_toml() -> None:
    code = "import sys; from abidiff import profile; profile.load('libvirt'); print('tomllib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_severities_name_rules_that_exist() -> None:
    from fnmatch import fnmatchcase

    from abidiff.rule import load as load_rules
    from abidiff.surfaces import SURFACES

    ids = []
    for surface in SURFACES:
        try:
            ids += [rule.id for rule in load_rules(surface.rules)]
        except ImportError:
            continue
    for name in profile.known():
        for tier in profile.load(name).tiers.values():
            for glob, severity in tier.severity:
                assert Severity(severity)
                assert any(fnmatchcase(rule, glob) for rule in ids), f"{name}: {tier.name}: no rule {glob}"


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(MINIMAL)
    found = profile.load(str(path))
    assert found.name == "own"
    assert found.origin == str(path)
    made = profile.project_of(found, release("inc/a.h", "inc/sub/b.h"))
    assert [unit.files for unit in made.units] == [("inc/a.h",)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = 2", "format: this abidiff reads format 1"),
        ("format = 1", "", "format: is missing"),
        ('name = "own"\ntitle', "name = 5\ntitle", "name: str expected, not 5"),
        ('title = "own"', "", "title: is missing"),
        ('title = "own"', 'title = "own"\nextra = 1', "top level: unknown key 'extra'"),
        ('tier = "full"', 'tier = "none"', "units[0].tier: no tier named 'none'"),
        ('surface = "headers"', 'surface = "heders"', "units[0].surface: 'heders' is no surface"),
        ('files = ["inc/*.h"]', "", "units[0].files: at least one glob"),
        ('files = ["inc/*.h"]', 'files = ["/inc"]', "units[0].files: not a path glob"),
        ('files = ["inc/*.h"]', 'files = ["inc/[a"]', "units[0].files: unclosed ["),
        ('files = ["inc/*.h"]', 'files = ["inc/{a"]', "units[0].files: unclosed {"),
        ('files = ["inc/*.h"]', "files = [1]", "units[0].files: a list of strings"),
        ('files = ["inc/*.h"]', 'files = ["a.h"]\nfile = 1', "units[0]: unknown key 'file'"),
        ('files = ["inc/*.h"]', 'files = ["a.h"]\noptions = {publik = true}', "units[0].options: unknown key 'publik'"),
        (
            'files = ["inc/*.h"]',
            "files = ['a.h']\noptions = {sentinels = ['(']}",
            "units[0].options.sentinels: not a reg",
        ),
        ('clause = "nothing changes"', 'clause = " "', "tiers.full.clause: must not be empty"),
        (
            'clause = "nothing changes"',
            'clause = "x"\nseverity = {"*" = "fatal"}',
            "severity.*: 'fatal' is no severity",
        ),
        ('clause = "nothing changes"', 'clause = "x"\nclauses = 1', "tiers.full: unknown key 'clauses'"),
        ("format = 1", "format = 1\nrecognise = ['a']", "recognise: a list of lists"),
        ("format = 1", "format = 1\nversion = {file = 1}", "version: unknown key 'file'"),
        ("format = 1", "format = 1\nversion = {scale = [0]}", "version.scale: a list of factors"),
        ("format = 1", "format = 1\ntraits = {'a' = 'b'}", "traits.a: no tier named 'b'"),
        ("format = 1", "format = 1\nconsistency = {source = []}", "consistency: unknown key 'source'"),
        ("format = 1", "format = 1\nconsistency = {flags = '('}", "consistency.flags: not a regular"),
        ("format = 1", "format = 1\nconsistency = {flags = '('}", "own.toml:3:16: consistency.flags"),
        (
            "format = 1",
            "format = 1\nconsistency = {rpc = [{headers = 'x'}]}",
            "consistency.rpc[0].protocol: is missing",
        ),
        ("format = 1", "format = ", "own.toml:2:10: not valid TOML"),
        ("format = 1", "format = true", "format: int expected"),
    ],
)
def test_mistakes_name_file_and_key(old: str, new: str, message: str) -> None:
    assert old in MINIMAL
    with pytest.raises(PolicyError) as error:
        parse(MINIMAL.replace(old, new, 1), "own.toml")
    assert error.value.message.startswith("own.toml:")
    assert message in error.value.message
    assert error.value.exit_code == 2


def test_unknown_names_and_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no profile named"):
        profile.load("libvrit")
    with pytest.raises(PolicyError, match="can't read"):
        profile.load(str(tmp_path / "nix.toml"))
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match="UTF-8"):
        profile.load(str(tmp_path / "bytes.toml"))
    (tmp_path / "large.toml").write_bytes(b"#" * (1 << 20) + b"#")
    with pytest.raises(PolicyError, match="larger"):
        profile.load(str(tmp_path / "large.toml"))
    deep = tmp_path / "deep.toml"
    deep.write_text("x = " + "[" * 5000 + "]" * 5000)
    with pytest.raises(PolicyError):
        profile.load(str(deep))


# --- globs ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        ("include/*.h", ["include/a.h", "include/.h"], ["include/x/a.h", "a.h", "include/a.hh", "include/a.h\n"]),
        ("**/*.x", ["a.x", "b/a.x", "c/b/a.x"], ["a.xx", "a.x/b"]),
        ("src/**/*.x", ["src/a.x", "src/b/c/a.x"], ["srcs/a.x", "x/src/a.x"]),
        ("src/**", ["src/a", "src/a/b"], ["src", "srcx"]),
        ("a/?.[ch]", ["a/b.c", "a/x.h"], ["a//.c", "a/bb.c", "a/b.x"]),
        ("a/[!a-c].h", ["a/d.h"], ["a/a.h", "a//.h"]),
        ("{a,b/c}/x.{h,h.in}", ["a/x.h", "b/c/x.h.in"], ["b/x.h", "a/x.in"]),
        ("a+b(c).h", ["a+b(c).h"], ["aab(c).h"]),
        ("*{a,*}/x.h", ["b/c/x.h", "ba/x.h", "x.h"], ["a/c/y.h", "b/x.hh"]),
        ("{**/,src/}x.h", ["a/b/x.h", "x.h", "src/x.h"], ["src/y.h"]),
        ("**{,a}/x.h", ["x.h", "b/x.h", "ba/x.h"], ["y.h"]),
    ],
)
def test_globs(glob: str, yes: list[str], no: list[str]) -> None:
    wanted = Selection([glob])
    for path in yes:
        assert wanted(path), path
        assert path.endswith(wanted.endings), path
        parts = path.split("/")[:-1]
        assert all(wanted.may_hold("/".join(parts[:depth])) for depth in range(len(parts) + 1)), path
    for path in no:
        assert not wanted(path), path


@pytest.mark.parametrize(
    "glob",
    ["*" * 90 + "/x.h", "**/" * 60 + "x.h", "*a" * 60 + "/x", "**a" * 60 + "/x", "**/*a*a*a*a*a*a*/" * 8 + "x",
     "**/a*/**b" * 20, "{a,b}*" * 8, "*{a,ab,abc}" * 5 + "x", "[a-z]*" * 50 + "/y"],
)  # fmt: skip
def test_stars_share_a_path_in_no_time(glob: str) -> None:
    path = "/".join(["a" * 200] * 12) + "/aaab.z"
    before = time.process_time()
    wanted = Selection([glob], [f"{glob}/**"])
    assert not wanted(path)
    wanted.may_hold(path)
    assert time.process_time() - before < 2


def test_choices_have_a_bound() -> None:
    with pytest.raises(UsageError):
        Selection(["{a,b}" * 60])
    assert Selection(["{a,b}" * 8])("abababab")


LETTERS = st.sampled_from(
    ["a", "b", "/", "*", "**", "**/", "/**/", "?", "[ab]", "[!a]", "{a,b}", "{ab,*b,}", "{**/,a}", "{,b}"]
)


@given(
    st.lists(LETTERS, min_size=1, max_size=7).map("".join), st.lists(st.text("ab", min_size=1), min_size=1, max_size=4)
)
@settings(max_examples=150, deadline=None)
def test_globs_by_trying_everything(glob: str, names: list[str]) -> None:
    """Against a matcher that tries every way to share the path among the stars."""
    path = "/".join(names)
    try:
        found = compiled((glob,)).fullmatch(path) is not None
        every = expand(glob)
    except UsageError:
        return
    assert found == any(tried(each, path) for each in every)


def tried(glob: str, path: str, start: bool = True) -> bool:
    """Tell whether a glob without braces matches; ``start``: a name begins here."""
    if not glob:
        return not path
    if start and glob.startswith("**/") and not glob.startswith("***"):
        ends = [0, *(at + 1 for at, char in enumerate(path) if char == "/")]
        return any(tried(glob[3:], path[at:]) for at in ends)
    if glob[0] == "*":
        run = len(glob) - len(glob.lstrip("*"))
        most = len(path) if run > 1 else len(path.partition("/")[0])
        return any(tried(glob[run:], path[at:], False) for at in range(most + 1))
    if not path:
        return False
    if glob[0] == "[":
        body, _, rest = glob[1:].partition("]")
        good = path[0] != "/" and ((path[0] in body) != body.startswith("!"))
        return good and tried(rest, path[1:], False)
    same = path[0] != "/" if glob[0] == "?" else path[0] == glob[0]
    return same and tried(glob[1:], path[1:], glob[0] == "/")


def test_excluded_folders_are_closed() -> None:
    wanted = Selection(["**/*.h"], ["**/tests/**"])
    assert wanted.may_hold("src")
    assert not wanted.may_hold("tests")
    assert not wanted.may_hold("a/tests/b")
    assert not wanted("a/tests/b/c.h")
    again = pickle.loads(pickle.dumps(wanted | Selection(["x.c"])))
    assert again("x.c")
    assert again("a.h")
    assert not again("tests/a.h")


# --- recognising and laying -------------------------------------------------------------------


def test_recognised_by_its_files() -> None:
    assert profile.recognise(["src/libvirt_public.syms", "include/libvirt/libvirt.h"]).name == "libvirt"
    assert profile.recognise(["src/libvirt_sym.version", "include/libvirt/libvirt.h.in"]).name == "libvirt"
    assert profile.recognise(["include/libvirt/libvirt.h"]).name == "generic"
    assert profile.recognise([]).name == "generic"


def test_old_trees() -> None:
    found = profile.project_of(
        profile.load("libvirt"),
        release(
            "include/libvirt/libvirt.h.in",
            "include/libvirt/virterror.h",
            "src/libvirt_sym.version",
            "src/libvirt_public.syms",
            "qemud/remote_protocol.x",
            "docs/schemas/network.rng",
            "docs/schemas/domain.rng",
            "docs/schemas/storagepool.rng",
            "docs/schemas/basictypes.rng",
            version="0.6.5",
            **{f"docs/schemas/{name}.rng": "<grammar>\n <start/>" for name in ("domain", "network", "storagepool")},
        ),
    )
    assert found.missing == ()
    assert [(unit.surface, unit.name) for unit in found.units] == [
        ("headers", "libvirt"),
        ("symbols", "libvirt_public"),
        ("xdr", "remote_protocol"),
        ("rng", "domain.rng"),
        ("rng", "network.rng"),
        ("rng", "storagepool.rng"),
        ("consistency", "libvirt"),
    ]
    assert found.units[0].roots == ("include/libvirt/libvirt.h.in", "include/libvirt/virterror.h")
    assert found.units[0].options["substitutions"]["LIBVIRT_VERSION_NUMBER"] == "6005"


def test_what_is_expected_and_not_there_is_missing() -> None:
    found = profile.project_of(profile.load("libvirt"), release("include/libvirt/virterror.h"))
    assert ("symbols", "libvirt_public") in found.missing
    assert ("xdr", "remote_protocol") in found.missing
    assert ("rng", "domain.rng") in found.missing


def test_a_renamed_header_stays_under_the_promise_of_its_library() -> None:
    found = profile.project_of(
        profile.load("libvirt"),
        release(
            "include/libvirt/libvirt.h",
            "include/libvirt/libvirt-domain.h",
            "include/libvirt/libvirt-qemu-monitor.h",
            "include/libvirt/libvirt-admin-client.h",
            "src/libvirt_public.syms",
            version="11.3.0",
        ),
    )
    tiers = {path: unit.tier for unit in found.units if unit.surface == "headers" for path in unit.files}
    assert tiers == {
        "include/libvirt/libvirt.h": "core",
        "include/libvirt/libvirt-domain.h": "core",
        "include/libvirt/libvirt-qemu-monitor.h": "hypervisor",
        "include/libvirt/libvirt-admin-client.h": "admin",
    }


def test_generic_project() -> None:
    found = profile.project_of(
        profile.load("generic"),
        release(
            "include/ship.h",
            "include/ship/more.h",
            "proto/a.x",
            "proto/b.x",
            "tests/c.x",
            **{
                "src/ship.map": "V { global: a; };",
                "xml/top.rng": "<start/>",
                "xml/part.rng": "<define/>",
                "web/app.js.map": "{}",
            },
        ),
    )
    assert [(unit.surface, unit.name, unit.tier) for unit in found.units] == [
        ("headers", "headers", "full"),
        ("symbols", "ship", "full"),
        ("xdr", "a", "full"),
        ("xdr", "b", "full"),
        ("rng", "top.rng", "full"),
    ]
    assert found.units[0].options["include_dirs"] == ("include",)
    assert found.units[4].files == ("xml/part.rng", "xml/top.rng")
    assert "version_prefix" not in found.units[1].options or found.units[1].options["version_prefix"] is None


def test_packages_with_folders_by_architecture() -> None:
    found = profile.project_of(
        profile.load("generic"),
        release(
            "usr/include/x86_64-linux-gnu/curl/curl.h",
            "usr/include/glib-2.0/glib.h",
            "usr/lib/x86_64-linux-gnu/glib-2.0/include/glibconfig.h",
        ),
    )
    assert set(found.units[0].options["include_dirs"]) >= {
        "usr/include",
        "usr/include/x86_64-linux-gnu",
        "usr/lib/x86_64-linux-gnu/glib-2.0/include",
    }
    # A folder below is on the path when a pkg-config file names it.
    assert "usr/include/glib-2.0" not in found.units[0].options["include_dirs"]


def test_two_files_of_one_name_get_their_paths() -> None:
    found = profile.project_of(profile.load("generic"), release("a/p.x", "b/p.x", "b/q.x"))
    assert [unit.name for unit in found.units] == ["a/p.x", "b/p.x", "q"]


def test_versions_as_numbers() -> None:
    libvirt = profile.load("libvirt")
    assert version_number(libvirt, "11.3.0") == 11003000
    assert version_number(libvirt, "9.0.0-rc1") == 9000000
    assert version_number(libvirt, "") is None
    assert substitutions(libvirt, "11.3.0")["LIBVIRT_VERSION_NUMBER"] == "11003000"


def test_projects_travel_between_processes() -> None:
    found = profile.project_of(profile.load("libvirt"), release("include/libvirt/libvirt.h"))
    assert pickle.loads(pickle.dumps(found)) == found


# --- real -------------------------------------------------------------------------------------


def lay_real(path: Path) -> tuple[Release, Project]:
    libvirt = profile.load("libvirt")
    found = open_release(str(path), profile.wanted(), version_files=versions(libvirt))
    assert profile.recognise(found).name == "libvirt"
    return found, profile.project_of(libvirt, found)


@pytest.mark.real
@pytest.mark.parametrize(
    ("version", "headers", "maps", "protocols", "schemas", "parts"),
    [("7.0.0", 18, 19, 9, 17, 23), ("9.0.0", 18, 21, 9, 18, 26), ("11.3.0", 18, 22, 9, 18, 26)],
)
def test_every_file_of_libvirt_is_in_a_unit(
    real_release: Callable[[str], Path],
    version: str,
    headers: int,
    maps: int,
    protocols: int,
    schemas: int,
    parts: int,
) -> None:
    found, project = lay_real(real_release(version))
    assert found.version == version
    assert project.missing == ()
    taken = {path for unit in project.units for path in unit.files}
    count = {
        surface: {p for u in project.of(surface) for p in u.files} for surface in ("headers", "symbols", "xdr", "rng")
    }
    assert [len(count[s]) for s in ("headers", "symbols", "xdr", "rng")] == [headers, maps, protocols, parts]
    assert len(project.of("rng")) == schemas
    assert len(project.of("symbols")) == maps
    endings = (".x", ".rng", ".syms", ".map")
    every = open_release(
        str(real_release(version)),
        lambda path: path.endswith(endings) or path.startswith("include/libvirt/libvirt"),
    )
    left = set(every.files) - taken
    assert {path for path in left if not path.startswith(("tests/", "scripts/rpcgen/tests/"))} == set()
    public = [unit.name for unit in project.of("symbols") if unit.options["public"]]
    assert public[:4] == ["libvirt_public", "libvirt_qemu", "libvirt_lxc", "libvirt_admin_public"]
    assert {unit.name for unit in project.of("xdr") if unit.tier == "protocol"} == {
        "remote_protocol",
        "virnetprotocol",
        "virkeepaliveprotocol",
    }
    for unit in project.of("headers"):
        names = {symbols.name for symbols in project.of("symbols")}
        assert unit.options["symbols"] in names


@pytest.mark.real
def test_units_pair_over_the_years(real_release: Callable[[str], Path]) -> None:
    projects = [lay_real(real_release(version))[1] for version in ("7.0.0", "9.0.0", "11.3.0")]
    names = [{(unit.surface, unit.name) for unit in project.units} for project in projects]
    assert names[0] <= names[1] <= names[2]


@pytest.mark.parametrize("name", profile.known())
def test_patterns_for_versions_take_no_time_on_hostile_files(name: str) -> None:
    import time

    found = profile.load(name)
    for unit in (
        "project ( ",
        "AC_INIT([x",
        "AC_INIT(libvirt,",
        "project(VERSION ",
        "version: ",
        " ",
        "\n",
        "global ",
        "a\n",
    ):
        text = unit * ((1 << 18) // len(unit))
        start = time.process_time()
        for each in found.version_files:
            version_in_files({each.file: text.encode()}, ((each.file, each.pattern),))
        for rule in found.units:
            re.search(rule.contains.encode(), text.encode())
        assert time.process_time() - start < 2.0, unit


@pytest.mark.parametrize(
    ("file", "text", "version"),
    [
        ("meson.build", "project(\n  'ship', 'c',\n  version: '1.2.3',\n  license: 'x',\n)\n", "1.2.3"),
        ("configure.ac", "AC_PREREQ(2.69)\nAC_INIT([libship], [2.0.1], [a@example.org])\n", "2.0.1"),
        ("configure.ac", "AC_INIT(libship, 2.0.1)\n", "2.0.1"),
        ("CMakeLists.txt", "cmake_minimum_required(VERSION 3.5)\nproject(ship VERSION 4.5 LANGUAGES C)\n", "4.5"),
        ("CMakeLists.txt", "cmake_minimum_required(VERSION 3.5)\nproject(ship)\n", ""),
    ],
)
def test_versions_of_common_build_files(file: str, text: str, version: str) -> None:
    assert version_in_files({file: text.encode()}, versions(profile.load("generic"))) == version


@pytest.mark.parametrize("pattern", ["a{1,99999999999999999999}", "(" * 5000 + ")" * 5000])
def test_a_pattern_that_python_cannot_hold_is_refused(pattern: str) -> None:
    from abidiff.toml import Document, Table

    with pytest.raises(PolicyError) as caught:
        Table({"contains": pattern}, Document("", "p.toml"), ("units",)).pattern("contains")
    assert "not a regular expression" in str(caught.value)


def test_the_libraries_of_libvirt_are_looked_for_where_packages_have_them() -> None:
    """Globs that hold anywhere would have every link of a source release followed for a library that is not there."""
    selection = profile.wanted(profile.load("libvirt"))
    for path in ("usr/lib/x86_64-linux-gnu/libvirt.so.0.9000.0", "usr/lib64/libvirt-qemu.so.0", "lib/libvirt.so"):
        assert selection(path)
    assert not selection.may_hold("tests/qemuxml2argvdata")


def test_a_selection_takes_what_its_globs_match_whatever_is_looked_at_first() -> None:
    chance = random.Random(1)
    pieces = ("a", "A", "*", "**/", "**", "/", "{a,b*}", "{a,bc}", "?", ".h", ".so", "src/", "lib{,64}/", "{usr/,}")
    names = ("a", "B", "/", ".h", ".so", "src/", "lib/", "lib64/", "usr/", "c", ".so.1", ".H")

    def glob() -> str:
        return "".join(chance.choices(pieces, k=chance.randint(1, 5))).lstrip("/") or "a"

    taken = 0
    for _ in range(600):
        include, exclude = [glob() for _ in range(chance.randint(1, 3))], [glob() for _ in range(chance.randint(0, 2))]
        try:
            found = Selection(include, exclude)
            yes, no = (re.compile(compiled(tuple(g)).pattern, re.DOTALL | re.IGNORECASE) for g in (include, exclude))
        except GlobError:
            continue
        for _ in range(20):
            path = "".join(chance.choices(names, k=chance.randint(1, 5)))
            wanted = yes.fullmatch(path) is not None and no.fullmatch(path) is None
            assert found(path) == found.again(path) == wanted, (include, exclude, path)
            taken += wanted
    assert taken > 500
