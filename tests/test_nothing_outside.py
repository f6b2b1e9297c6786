"""Nothing outside of the releases, the package and the cache is read, whatever hostile releases name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources import build
from tests.sources.build import Member, put, symlink
from tests.sources.test_git import Repository

SECRET = "secret_of_this_machine"
Files = dict[str, bytes]
AUDITED = Path(__file__).with_name("audited.py")


class Machine:
    """A folder to compare in, and beside it a file that nobody may look at."""

    def __init__(self, path: Path) -> None:
        self.inside, self.outside = path / "a/b/inside", path / "outside"
        self.inside.mkdir(parents=True)
        self.log = path / "log"
        self.cache = path / "cache"
        self.secret = put(self.outside / "secret.h", f"#define {SECRET} 1\nint {SECRET}_f(void);\n".encode())
        put(self.outside / "secret.rng", f'<element name="{SECRET}" xmlns="{RNG}"><empty/></element>'.encode())
        put(self.outside / "secret.x", f"const {SECRET} = 1;\n".encode())
        put(self.outside / "secret.syms", f"A {{ {SECRET}; }};\n".encode())
        put(self.outside / "secret.toml", f"{SECRET} = 1\n".encode())

    def run(self, *arguments: str, folder: Path | None = None) -> tuple[int, str]:
        roots = f"{self.inside}:{self.cache}"
        done = subprocess.run(
            [sys.executable, str(AUDITED), str(self.log), roots, *arguments],
            cwd=folder or self.inside,
            env={**os.environ, "XDG_CACHE_HOME": str(self.cache), "SECRET_IN_THE_ENVIRONMENT": SECRET},
            capture_output=True,
            check=False,
            timeout=120,
        )
        return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")

    def check(self, *arguments: str, folder: Path | None = None) -> tuple[int, str]:
        """Run, and assert that nothing outside was opened or shown."""
        code, text = self.run(*arguments, folder=folder)
        assert self.log.read_text() == ""
        assert SECRET not in text.replace("secret_of_this_machine.", ""), text
        assert "unexpected error" not in text, text
        assert code in (0, 1, 2, 3), text
        return code, text


RNG = "http://relaxng.org/ns/structure/1.0"
GRAMMAR = f'<grammar xmlns="{RNG}"><start><element name="a"><empty/></element></start></grammar>'
PLAIN: Files = {
    "include/ship.h": b"int ship(void);\n",
    "src/ship.syms": b"SHIP_1 { global: ship; };\n",
    "src/ship.x": b"const A = 1;\nstruct s { int a; };\n",
    "schemas/ship.rng": GRAMMAR.encode(),
}


def hostile(machine: Machine) -> Files:
    """A release whose every file names what is outside."""
    names = [
        str(machine.outside / "secret.h"),
        "../" * 12 + str(machine.outside / "secret.h")[1:],
        "/proc/self/environ",
    ]
    names += ["../../../outside/secret.h", "../../../../outside/secret.h", "net/../stdio.h", "net", ".", "..", "/", ""]
    names += ["x" * 300 + ".h", "x/" * 3000 + "a.h", "\x00.h", "../read/files.py", "stdio.h/../stdio.h"]
    header = "".join(f'#if __has_include("{n}")\n#define FOUND_{i} 1\n#endif\n' for i, n in enumerate(names))
    header += "".join(f"#if __has_include(<{n}>)\n#define SYS_{i} 1\n#endif\n" for i, n in enumerate(names))
    rng = "".join(
        f'<include href="{n}"/><define name="d{i}"><externalRef href="{n}"/></define>'
        for i, n in enumerate(where(machine))
    )
    files = {
        "include/ship.h": f"{header}int ship(void);\n".encode(),
        "src/ship.syms": f"INCLUDE {machine.outside}/secret.syms\nSHIP_1 {{ global: ship; }};\n".encode(),
        "src/ship.x": f'%#include "{names[0]}"\n#include "{names[0]}"\nconst A = 1;\n'.encode(),
        "schemas/ship.rng": f'<grammar xmlns="{RNG}">{rng}<start><empty/></start></grammar>'.encode(),
        "schemas/entity.rng": (
            f'<!DOCTYPE grammar [<!ENTITY e SYSTEM "{machine.outside}/secret.rng">]>'
            f'<grammar xmlns="{RNG}"><start><element name="a">&e;</element></start></grammar>'
        ).encode(),
        "schemas/dtd.rng": (
            f'<!DOCTYPE grammar SYSTEM "{machine.outside}/secret.rng"><grammar xmlns="{RNG}"><start>'
            f'<ref name="a"/></start></grammar>'
        ).encode(),
    }
    for i, name in enumerate(names):
        files[f"include/quoted{i}.h"] = f'#include "{name}"\n'.encode()
        files[f"include/angled{i}.h"] = f"#include <{name}>\n".encode()
        files[f"include/next{i}.h"] = f"#include_next <{name}>\n".encode()
    for i, name in enumerate(where(machine)):
        files[f"schemas/one{i}.rng"] = (
            f'<grammar xmlns="{RNG}" xml:base="{machine.outside}/"><include href="{name}"/>'
            "<start><empty/></start></grammar>"
        ).encode()
    return files


def where(machine: Machine) -> list[str]:
    secret = f"{machine.outside}/secret.rng"
    return [
        secret,
        f"file://{secret}",
        "../../../../outside/secret.rng",
        "%2e%2e/%2e%2e/%2e%2e/outside/secret.rng",
        "/",
    ]


def links(machine: Machine) -> list[Member]:
    return [
        symlink("ship-1/include/link.h", str(machine.secret)),
        symlink("ship-1/include/up.h", "../" * 12 + str(machine.secret)[1:]),
        symlink("ship-1/include/folder", str(machine.outside)),
        symlink("ship-1/src/link.x", "../../../../../outside/secret.x"),
        build.hardlink("ship-1/include/hard.h", str(machine.secret)),
        Member("../outside/escaped.h", b"int e(void);\n"),
        Member(f"{machine.outside}/escaped.h", b"int e(void);\n"),
    ]


def laid(folder: Path, files: Files) -> Path:
    for name, data in files.items():
        put(folder / name, data)
    return folder


def packed(files: Files, top: str = "ship-1/") -> list[Member]:
    return [Member(top + name, data) for name, data in files.items()]


def as_folder(machine: Machine) -> tuple[str, str]:
    new = laid(machine.inside / "new", hostile(machine))
    (new / "include/link.h").symlink_to(machine.secret)
    (new / "include/folder").symlink_to(machine.outside)
    (new / "src/link.x").symlink_to("../../../../../outside/secret.x")
    return str(laid(machine.inside / "old", PLAIN)), str(new)


def as_archive(machine: Machine, pack: Callable[[list[Member]], bytes]) -> tuple[str, str]:
    old = put(machine.inside / "old", pack(packed(PLAIN)))
    new = put(machine.inside / "new", pack([*packed(hostile(machine)), *links(machine)]))
    return str(old), str(new)


def as_revision(machine: Machine, name: str) -> tuple[str, str]:
    repository = Repository(machine.inside / "ship")
    repository.commit(PLAIN, "v1")
    laid(repository.path, hostile(machine))
    (repository.path / "include/link.h").symlink_to(machine.secret)
    (repository.path / "include/folder").symlink_to(machine.outside)
    repository.commit({})
    return f"{repository.path}@v1", f"{repository.path}@{name}"


KINDS: dict[str, Callable[[Machine], tuple[str, str]]] = {
    "folder": as_folder,
    "tar": lambda m: as_archive(m, build.tar),
    "zip": lambda m: as_archive(m, lambda members: build.zipped(each for each in members if "hard" not in each.name)),
    "deb": lambda m: as_archive(m, lambda members: build.deb(build.compress(build.tar(members), "xz"))),
    "revision": lambda m: as_revision(m, "HEAD"),
    "work tree": lambda m: as_revision(m, ":worktree"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_release(tmp_path: Path, kind: str) -> None:
    machine = Machine(tmp_path)
    old, new = KINDS[kind](machine)
    code, text = machine.check("compare", old, new, "--format", "json")
    assert code in (1, 3), text
    assert json.loads(text)["verdict"] != "compatible"


def test_the_verdict_does_not_depend_on_the_machine(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    old, new = as_folder(machine)
    there = machine.run("compare", old, new, "--no-cache")
    for path in machine.outside.iterdir():
        path.unlink()
    gone = machine.run("compare", old, new, "--no-cache")
    assert gone[1].splitlines() == there[1].splitlines()
    assert gone[0] == there[0]


@pytest.mark.parametrize("ending", [".h", ".x", ".rng", ".syms"])
def test_a_hostile_file(tmp_path: Path, ending: str) -> None:
    machine = Machine(tmp_path)
    before = {name.rpartition(".")[2]: data for name, data in PLAIN.items()}[ending[1:]]
    after = {name: data for name, data in hostile(machine).items() if name.endswith(ending)}
    old = put(machine.inside / f"old{ending}", before)
    new = put(
        machine.inside / f"new{ending}", b"".join(after.values()) if ending == ".h" else next(iter(after.values()))
    )
    (machine.inside / "net").symlink_to(machine.outside)
    machine.check("compare", str(old), str(new), "--no-cache")


@pytest.mark.parametrize(
    "declared",
    [
        'SYSTEM "{0}"',
        'SYSTEM "file://{0}"',
        'PUBLIC "x" "{0}"',
        '[<!ENTITY % e SYSTEM "{0}">%e;]',
        '[<!ENTITY e SYSTEM "{0}">]',
        '[<!ENTITY e PUBLIC "x" "{0}">]',
    ],
)
def test_a_document_declares_what_is_outside(tmp_path: Path, declared: str) -> None:
    machine = Machine(tmp_path)
    schema = f'<element name="a" xmlns="{RNG}"><text/></element>'
    inner = "&e;" if "ENTITY e" in declared else ""
    outside = f"<!DOCTYPE a {declared.format(machine.secret)}>"
    put(machine.inside / "schema.rng", schema.encode())
    put(machine.inside / "hostile.rng", (outside + schema.replace("<text/>", f"<text/>{inner}")).encode())
    put(machine.inside / "document.xml", f"{outside}<a>{inner}</a>".encode())
    for command in (
        ("rng", "validate", "schema.rng", "document.xml"),
        ("rng", "validate", "hostile.rng", "document.xml"),
        ("compare", "schema.rng", "hostile.rng", "--no-cache"),
    ):
        there = machine.check(*command)
        machine.secret.unlink()
        assert machine.check(*command) == there
        put(machine.secret, f"{SECRET}\n".encode())
        assert there[0] == 3 or command[0] == "rng"


def test_a_snapshot_names_no_file(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    laid(machine.inside / "old", PLAIN)
    assert machine.check("snapshot", "old", "-o", "s.json")[0] == 0
    whole = json.loads((machine.inside / "s.json").read_text())
    for named in (f"{machine.outside}/secret.toml", "../../../outside/secret.toml", "../secret"):
        put(machine.inside / "bad.json", json.dumps({**whole, "profile": named}).encode())
        for command in (("compare", "bad.json", "s.json"), ("compare", "s.json", "bad.json"), ("check", "bad.json")):
            code, text = machine.check(*command)
            assert code == 3
            assert "--profile" in text


def test_a_configuration_that_is_found_stays_in_its_tree(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    repository = Repository(machine.inside / "ship")
    repository.commit(PLAIN, "v1")
    for text in (
        f'profile = "{machine.outside}/secret.toml"',
        'profile = "../../../../outside/secret.toml"',
        'profile = "link.toml"',
        f'with = ["{machine.outside}"]',
        'with = ["linked"]',
        f'[gate]\nagainst = ["{machine.secret}"]',
        f'[gate]\nagainst = ["{machine.outside}@HEAD"]',
    ):
        (repository.path / "linked").unlink(missing_ok=True)
        (repository.path / "linked").symlink_to(machine.outside)
        (repository.path / "link.toml").unlink(missing_ok=True)
        (repository.path / "link.toml").symlink_to(machine.outside / "secret.toml")
        put(repository.path / "abidiff.toml", text.encode())
        code, said = machine.check("gate", "-C", str(repository.path))
        assert code == 2, said
        assert "--config" in said
    (repository.path / "abidiff.toml").unlink()
    (repository.path / "abidiff.toml").symlink_to(machine.outside / "secret.toml")
    assert machine.check("gate", "-C", ".", "--against", "v1", folder=repository.path)[0] == 2


def test_a_repository_includes_no_settings(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    old, new = as_revision(machine, "HEAD")
    subprocess.run(["git", "-C", new.partition("@")[0], "config", "include.path", str(machine.secret)], check=True)
    code, text = machine.check("compare", old, new)
    assert code == 3
    assert "bad config" in text


def test_a_repository_names_no_work_tree(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    repository = Repository(machine.inside / "ship")
    repository.commit(PLAIN, "v1")
    put(machine.outside / "include/x.h", f"int {SECRET}(void);\n".encode())
    for place in (machine.outside, "../../../../../outside", "/", tmp_path):
        repository("config", "core.worktree", str(place))
        for command in (
            ("compare", f"{repository.path}@v1", f"{repository.path}@:worktree"),
            ("gate", "-C", str(repository.path), "--against", "v1", "--worktree"),
        ):
            code, said = machine.check(*command)
            assert code == 3
            assert "core.worktree" in said
