"""The cache: never believed when damaged, never in the way, sound under two runs and a killed one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from abidiff import cache, profile
from abidiff.cache import Queries, Store, keys
from abidiff.cache.store import LEDGER
from abidiff.pipeline.memory import input_key
from abidiff.release import Release
from abidiff.sources import open_release
from abidiff.surfaces import surface


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def entry(store: Store) -> Path:
    assert store.folder is not None
    found = [path for path in store.folder.rglob("*") if path.is_file() and path.name != LEDGER]
    assert len(found) == 1
    return found[0]


# --- the store --------------------------------------------------------------------------------


def test_bytes_come_back(store: Store) -> None:
    assert store.get("k") is None
    assert store.put("k", b"value")
    assert store.get("k") == b"value"
    assert store.put("k", b"")
    assert store.get("k") == b""
    assert store.get("other") is None
    assert store.info().entries == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:10],
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: b"x" + data[1:],
        lambda data: data[:60] + bytes([data[60] ^ 1]) + data[61:],
        lambda data: data[:20] + bytes(32) + data[52:],
    ],
)
def test_a_damaged_entry_is_dropped(store: Store, damage: Callable[[bytes], bytes]) -> None:
    store.put("k", b"value" * 10)
    path = entry(store)
    path.write_bytes(damage(path.read_bytes()))
    assert store.get("k") is None
    assert not path.exists()
    assert store.put("k", b"again")
    assert store.get("k") == b"again"


@given(st.integers(0, 200), st.integers(1, 255))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flipped_bit_is_seen(store: Store, at: int, mask: int) -> None:
    store.put("k", b"some content of an entry" * 5)
    path = entry(store)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= mask
    path.write_bytes(bytes(data))
    assert store.get("k") is None


def test_what_is_held_is_told_without_reading(store: Store, tmp_path: Path) -> None:
    assert not store.holds("key")
    store.put("key", b"bytes")
    assert store.holds("key")
    path = store._path("key")
    assert path is not None
    os.utime(path, (0, 0))
    assert store.holds("key")
    assert path.stat().st_mtime > 0, "it counts as used"
    path.unlink()
    assert not store.holds("key")
    path.symlink_to(tmp_path)
    assert not store.holds("key")
    assert not Store(None).holds("key")


def test_an_entry_under_another_key_is_not_believed(store: Store) -> None:
    store.put("a", b"one")
    first = entry(store)
    data = first.read_bytes()
    first.unlink()
    store.put("b", b"two")
    entry(store).write_bytes(data)
    assert store.get("b") is None


def test_a_link_or_folder_in_its_place(store: Store, tmp_path: Path) -> None:
    store.put("k", b"value")
    path = entry(store)
    data = path.read_bytes()
    path.unlink()
    (tmp_path / "elsewhere").write_bytes(data)
    path.symlink_to(tmp_path / "elsewhere")
    assert store.get("k") is None
    path.unlink(missing_ok=True)
    path.mkdir()
    assert store.get("k") is None
    assert not store.put("k", b"value")


def test_the_size_is_bounded_and_the_unused_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path / "cache", limit=20_000)
    for number in range(8):
        store.put(f"k{number}", bytes(2000))
        path = store._path(f"k{number}")
        assert path is not None
        os.utime(path, (1_000_000 + number, 1_000_000 + number))
    assert store.get("k0") == bytes(2000)
    for number in range(8, 11):
        store.put(f"k{number}", bytes(2000))
    info = store.info()
    assert info.bytes <= 20_000
    assert store.get("k0") is not None, "it was used just now"
    assert store.get("k1") is None
    assert store.get("k10") is not None
    assert not store.put("huge", bytes(30_000))


def test_what_others_wrote_counts(tmp_path: Path) -> None:
    for number in range(30):  # each as a run of its own
        Store(tmp_path / "cache", limit=20_000).put(f"k{number}", bytes(2000))
    info = Store(tmp_path / "cache", limit=20_000).info()
    assert 10_000 < info.bytes <= 20_000


@pytest.mark.parametrize(
    "ledger", [b"", b"x", b"1\n0\n", b"99999999999999999999\n-9999999\n", b"\xff", b"1\n" * 40_000]
)
def test_a_damaged_ledger_is_begun_anew(tmp_path: Path, ledger: bytes) -> None:
    Store(tmp_path, limit=20_000).put("k", bytes(2000))
    (tmp_path / LEDGER).write_bytes(ledger)
    for number in range(30):
        assert Store(tmp_path, limit=20_000).put(f"k{number}", bytes(2000))
    assert Store(tmp_path).info().bytes <= 20_000


def test_a_ledger_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"1\n")
    store = Store(tmp_path / "cache", limit=20_000)
    store.put("k", b"value")
    (tmp_path / "cache" / LEDGER).unlink()
    (tmp_path / "cache" / LEDGER).symlink_to(target)
    assert Store(tmp_path / "cache", limit=20_000).put("other", b"value")
    assert target.read_bytes() == b"1\n"


def test_clear_and_prune(store: Store) -> None:
    for number in range(5):
        store.put(f"k{number}", bytes(100))
    assert store.prune(older_than=60.0) == 0
    assert store.prune(limit=300) == 4
    assert store.info().entries == 1
    assert store.clear() == 1
    assert store.info().entries == 0
    assert store.put("k", b"again")


def test_leftovers_of_killed_runs_go(store: Store) -> None:
    store.put("k", b"value")
    left = entry(store).with_name("tmp-123-abc")
    left.write_bytes(b"half")
    store.prune()
    assert left.exists(), "it may still be written"
    os.utime(left, (1, 1))
    store.prune()
    assert not left.exists()
    assert store.get("k") == b"value"


def test_no_place_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    for store in (Store(tmp_path / "file"), Store(Path("/proc/nowhere")), Store(None)):
        assert store.get("k") is None
        assert not store.put("k", b"value")
        assert store.prune() == 0
        assert store.clear() == 0
        assert store.info().entries == 0
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    assert cache.default().folder is None
    monkeypatch.setenv("HOME", "/home/x")
    assert cache.default().folder == Path("/home/x/.cache/abidiff")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.default().folder == Path("/home/x/.cache/abidiff")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/c")
    assert cache.default().folder == Path("/var/c/abidiff")


def _hammer(folder: str, seed: int, rounds: int) -> None:
    store = Store(Path(folder), limit=60_000)
    for number in range(rounds):
        key = f"k{(number * 7 + seed) % 13}"
        found = store.get(key)
        assert found is None or found == key.encode() * 700
        store.put(key, key.encode() * 700)
        if number % 40 == seed:
            store.prune(limit=10_000)


def test_runs_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    runs = [context.Process(target=_hammer, args=(str(tmp_path), seed, 150)) for seed in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
        assert run.exitcode == 0


def test_a_killed_run(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for delay in (0.01, 0.03, 0.06):
        run = context.Process(target=_hammer, args=(str(tmp_path), 1, 100_000))
        run.start()
        time.sleep(delay)
        assert run.pid is not None
        os.kill(run.pid, signal.SIGKILL)
        run.join(10)
        store = Store(tmp_path)
        for number in range(13):
            found = store.get(f"k{number}")
            assert found is None or found == f"k{number}".encode() * 700


# --- keys -------------------------------------------------------------------------------------


def test_archives_are_known_by_content(tmp_path: Path) -> None:
    from tests.sources import build

    data = build.tar([build.Member("s-1/include/a.h", b"int f(void);\n")])
    one = build.put(tmp_path / "a/s-1.tar", data)
    two = build.put(tmp_path / "b/s-1.tar", data)
    assert input_key(str(one)) == input_key(str(two))
    assert input_key(str(one), "libvirt") != input_key(str(one), "generic")
    assert input_key(str(one), ("a", "b")) != input_key(str(one), ("ab",))
    two.write_bytes(build.tar([build.Member("s-1/include/a.h", b"int g(void);\n")]))
    assert input_key(str(one)) != input_key(str(two))
    assert input_key(str(tmp_path)) is None
    assert input_key(str(tmp_path / "nix")) is None
    assert input_key(str(build.put(tmp_path / "x.h", b"int f(void);\n"))) is None
    assert input_key(f"{tmp_path}@HEAD") is None


def test_the_code_is_part_of_every_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys.code_key()
    (tmp_path / "surfaces").mkdir()
    source = tmp_path / "surfaces/parse.py"
    source.write_text("1")
    monkeypatch.setattr(keys, "PACKAGE", tmp_path)
    keys._keys.cache_clear()
    first = keys.code_key()
    source.write_text("2")
    keys._keys.cache_clear()
    assert len({before, first, keys.code_key()}) == 3
    (tmp_path / "cli").mkdir()
    second = keys.code_key()
    (tmp_path / "cli/x.py").write_text("1")
    keys._keys.cache_clear()
    assert keys.code_key() == second
    monkeypatch.undo()
    keys._keys.cache_clear()
    assert keys.code_key() == before


# --- models -----------------------------------------------------------------------------------

LIBRARIES = {
    "include/libvirt/libvirt.h": b"#ifndef L_H\n#define L_H\ntypedef struct _virConnect *virConnectPtr;\n"
    b"int virConnectClose(virConnectPtr c);\n#endif\n",
    "include/libvirt/virterror.h": b"#include <libvirt/libvirt.h>\nint virErr(void);\n",
    "include/libvirt/libvirt-qemu.h": b"#include <libvirt/libvirt.h>\nint virQemu(virConnectPtr c);\n",
    "include/libvirt/libvirt-lxc.h": b"#include <libvirt/libvirt.h>\nint virLxc(virConnectPtr c);\n",
    "src/libvirt_public.syms": b"LIBVIRT_1.0 { global: virConnectClose; virErr; };\n",
    "src/libvirt_qemu.syms": b"LIBVIRT_QEMU_1.0 { global: virQemu; };\n",
}


def made(files: dict[str, bytes]) -> Release:
    return Release("libvirt-1.0", "1.0", MappingProxyType(dict(sorted(files.items()))))


def parse_all(
    cached: Queries | None, release: Release, names: tuple[str, ...] = ("headers", "symbols")
) -> dict[str, Any]:
    project = profile.project_of(profile.load("libvirt"), release)
    models: dict[str, Any] = {}
    keys: dict[str, str] = {}
    for name in names:
        found = surface(name)
        if cached is None:
            models[name] = found.parse(release, project, models)
            continue
        needed = tuple(keys[other] for other in found.needs if other in models)
        answer = cached.answer(found, release, project, models, needed)
        models[name], keys[name] = answer.model, answer.key
    return models


def test_what_did_not_change_is_taken_from_the_store(store: Store) -> None:
    release = made(LIBRARIES)
    plain = parse_all(None, release)
    assert parse_all(Queries(store), release) == plain
    warm = Queries(store)
    assert parse_all(warm, release) == plain
    assert (warm.hits, warm.misses) == (2, 0)

    changed = made(
        {**LIBRARIES, "include/libvirt/libvirt-lxc.h": b"#include <libvirt/libvirt.h>\nint virOther(void);\n"}
    )
    again = Queries(store)
    assert parse_all(again, changed) == parse_all(None, changed)
    assert (again.hits, again.misses) == (1, 2), "both models are made; of the maps' files nothing is read again"

    blank = made({**LIBRARIES, "include/libvirt/libvirt.h": LIBRARIES["include/libvirt/libvirt.h"] + b"\n"})
    third = Queries(store)
    assert parse_all(third, blank) == parse_all(None, blank) == plain
    assert (third.hits, third.misses) == (1, 1), "the headers' model is the same: the symbols' need not be made"


INCLUDES = {
    "computed": (b"#define CFG <libvirt/cfg.h>\n#include CFG\n", {"include/libvirt/cfg.h": b"typedef int cfg;\n"}),
    "of any name": (b'#include "cfg.inc"\n', {"include/libvirt/cfg.inc": b"typedef int cfg;\n"}),
    "not there": (
        b'#if __has_include("cfg.inc")\n#include "cfg.inc"\n#else\ntypedef char cfg;\n#endif\n',
        {},
    ),
}


@pytest.mark.parametrize("kind", INCLUDES)
def test_what_an_include_found_decides(kind: str, store: Store) -> None:
    text, more = INCLUDES[kind]
    files = {**LIBRARIES, "include/libvirt/libvirt-lxc.h": text + b"int virLxc(cfg c);\n"}
    first = parse_all(Queries(store), made({**files, **more}))
    path = next(iter(more), "include/libvirt/cfg.inc")
    for content in (b"typedef long cfg;\n", b"typedef short cfg;\n", b"typedef long cfg;\n"):
        changed = made({**files, path: content})
        found = parse_all(Queries(store), changed)
        assert found == parse_all(None, changed) != first
    again = Queries(store)
    assert parse_all(again, made({**files, **more})) == first
    assert again.misses == 0


def test_an_entry_of_another_shape_is_rebuilt(store: Store) -> None:
    release = made(LIBRARIES)
    plain = parse_all(Queries(store), release)
    assert store.folder is not None
    for path in [path for path in store.folder.rglob("*") if path.is_file()]:
        path.unlink()
    real_get = store.get
    store.get = lambda key: b"\xc1 no msgpack" if real_get(key) is None else real_get(key)  # type: ignore[method-assign]
    assert parse_all(Queries(store), release) == plain


def test_problems_are_not_kept(store: Store) -> None:
    broken = made({**LIBRARIES, "include/libvirt/libvirt-qemu.h": b"int broken( {\n"})
    first = parse_all(Queries(store), broken)["headers"]
    assert first.problems
    assert parse_all(Queries(store), broken)["headers"] == first == parse_all(None, broken)["headers"]
    assert parse_all(Queries(store), made(LIBRARIES)) == parse_all(None, made(LIBRARIES))
    assert parse_all(Queries(store), broken)["headers"] == first


PROTOCOL = {
    "include/libvirt/libvirt.h": b"#define VIR_LIMIT 16\n#define VIR_OTHER 1\n",
    "src/remote/remote_protocol.x": b"typedef string remote_name<VIR_LIMIT>;\nconst SIZE = 4;\n",
}


def test_protocols_depend_on_the_constants_that_they_take_from_headers(store: Store) -> None:
    def misses(text: bytes) -> int:
        release = made({**PROTOCOL, "include/libvirt/libvirt.h": text})
        cached = Queries(store)
        assert parse_all(cached, release, ("xdr",)) == parse_all(None, release, ("xdr",))
        return cached.misses

    first = PROTOCOL["include/libvirt/libvirt.h"]
    assert misses(first) > 0
    assert misses(first) == 0
    assert misses(first + b"int virNew(void);\n") == 0
    assert misses(first.replace(b"OTHER 1", b"OTHER 2")) == 0
    assert misses(first.replace(b"LIMIT 16", b"LIMIT 32")) > 0
    assert misses(b"\n" + first) > 0, "its place is part of the model"
    assert misses(first.replace(b"LIMIT 16", b"LIMIT VIR_OTHER")) > 0
    assert misses(first.replace(b"LIMIT 16", b"LIMIT VIR_OTHER").replace(b"OTHER 1", b"OTHER 2")) > 0
    changed = {**PROTOCOL, "src/remote/remote_protocol.x": b"typedef string remote_name<VIR_OTHER>;\n"}
    release = made(changed)
    assert parse_all(Queries(store), release, ("xdr",)) == parse_all(None, release, ("xdr",))


def test_a_header_that_comes_to_define_a_constant_is_noticed(store: Store) -> None:
    without = made({**PROTOCOL, "include/libvirt/libvirt.h": b"int virNone(void);\n"})
    assert parse_all(Queries(store), without, ("xdr",))["xdr"].problems
    assert parse_all(Queries(store), made(PROTOCOL), ("xdr",)) == parse_all(None, made(PROTOCOL), ("xdr",))


def test_one_changed_definition_is_the_only_one_that_is_parsed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from abidiff.grammar.run import Grammar

    parsed: list[str] = []
    attempt = Grammar.attempt

    def noted(self: Grammar, text: str, start: str = "start") -> Any:
        parsed.append(text)
        return attempt(self, text, start)

    monkeypatch.setattr(Grammar, "attempt", noted)

    def run(text: str) -> int:
        release = made({**PROTOCOL, "src/remote/remote_protocol.x": text.encode()})
        plain = parse_all(None, release, ("xdr",))
        parsed.clear()
        assert parse_all(Queries(store), release, ("xdr",)) == plain
        return len(parsed)

    text = "".join(f"struct s{n} {{ int a<VIR_LIMIT>; }};\n" for n in range(40))
    assert run(text) == 40
    assert run(text) == 0
    assert run(text.replace("s7 { int", "s7 { hyper")) == 1
    assert run("/* moved */\r\n" + text.replace("s8 { int a", "s8 { struct s9 a")) == 1
    broken = text.replace("s8 {", "s8 ")
    assert run(broken) <= 3, "cut into definitions, then whole"
    assert run(text.replace("a<", "b<")) == 40
    assert run(text.replace("a<", "b<").replace("s7 {", "s7x {")) == 1, "what was found last is remembered"
    assert store.folder is not None
    for path in [path for path in store.folder.rglob("*") if path.is_file()]:
        path.write_bytes(path.read_bytes()[:-1])
    assert run(text) == 40


@pytest.mark.real
def test_real_models_are_the_same(store: Store, real_release: Callable[[str], Path]) -> None:
    libvirt = profile.load("libvirt")
    release = open_release(str(real_release("11.3.0")), profile.wanted(libvirt))
    names = ("headers", "symbols", "xdr", "rng")
    plain = parse_all(None, release, names)
    assert parse_all(Queries(store), release, names) == plain
    warm = Queries(store)
    assert parse_all(warm, release, names) == plain
    assert warm.misses == 0
    files = dict(release.files)
    files["include/libvirt/libvirt-qemu.h"] += b"\nint virNewOne(void);\n"
    changed = Release(release.label, release.version, MappingProxyType(files))
    once = Queries(store)
    assert parse_all(once, changed, names) == parse_all(None, changed, names)
    assert once.misses == 2, "headers, and symbols, which look at them; the protocols' constants are the same"
