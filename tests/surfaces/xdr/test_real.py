"""Real protocols: everything parses, nothing false is said, and the codec is rpcgen's, byte for byte."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abidiff.finding import Severity
from abidiff.rule import load, run
from abidiff.surfaces.xdr.build.parse import parse
from abidiff.surfaces.xdr.compare.compare import compare
from abidiff.surfaces.xdr.model import Named, Protocols, census
from abidiff.surfaces.xdr.prove.cgen import tokens
from abidiff.surfaces.xdr.prove.judge import Judge, missing
from abidiff.surfaces.xdr.read.definitions import parse_source
from abidiff.surfaces.xdr.read.scan import scan
from abidiff.surfaces.xdr.wire.codec import Decoder, Encoder
from abidiff.surfaces.xdr.wire.values import random_value
from abidiff.surfaces.xdr.wire.wire import Ref, Scope
from tests.surfaces.xdr.helpers import CORPORA, LIBVIRT, ROOT, libvirt, sides, tarball_files

pytestmark = pytest.mark.real
needs_judge = pytest.mark.skipif(bool(missing()), reason=f"not installed: {missing()}")


def findings(old: Protocols, new: Protocols) -> list[tuple[str, str, Severity]]:
    return [(f.rule, f.subject, f.severity) for f in run(load("abidiff.surfaces.xdr.rules"), compare(old, new))]


@pytest.mark.parametrize(
    ("version", "procedures", "structs"), [("7.0.0", 466, 729), ("9.0.0", 486, 758), ("11.3.0", 497, 771)]
)
def test_all_nine_protocols_of_libvirt(version: str, procedures: int, structs: int) -> None:
    found = libvirt(version)
    assert found.problems == ()
    counted = census(found)
    assert (counted["protocols"], counted["procedures"], counted["structs"]) == (9, procedures, structs)
    remote = next(p for p in found.protocols if p.name == "remote_protocol")
    assert remote.roots == (
        "remote_error", "remote_network_port", "remote_nwfilter", "remote_nwfilter_binding", "remote_storage_vol",
    )  # fmt: skip
    acl = [p.acl for v in remote.programs[0].versions for p in v.procedures]
    assert None not in acl
    assert {c.name: c.value for c in remote.constants}["VIR_UUID_BUFLEN"] == 16


@pytest.mark.parametrize(
    ("old", "new", "added"), [("7.0.0", "9.0.0", 20), ("9.0.0", "11.3.0", 11), ("7.0.0", "11.3.0", 31)]
)
def test_releases_of_libvirt_only_grew(old: str, new: str, added: int) -> None:
    found = findings(libvirt(old), libvirt(new))
    assert [f for f in found if f[2] in (Severity.BREAKING, Severity.UNDECIDED)] == []
    assert sum(f[0] == "xdr/procedure-added" for f in found) == added
    others = [f[:2] for f in found if f[0] != "xdr/procedure-added"]
    expected = (
        [("xdr/acl-tightened", "REMOTE_PROC_NODE_DEVICE_DEFINE_XML")] if (old, new) == ("9.0.0", "11.3.0") else []
    )
    assert others == expected


def test_the_way_back_breaks() -> None:
    found = findings(libvirt("11.3.0"), libvirt("9.0.0"))
    assert sum(f[0] == "xdr/procedure-removed" for f in found) == 11
    assert ("xdr/acl-loosened", "REMOTE_PROC_NODE_DEVICE_DEFINE_XML", Severity.WARNING) in found


@pytest.mark.parametrize("version", LIBVIRT)
def test_a_release_against_itself_and_after_a_round_trip(version: str) -> None:
    found = libvirt(version)
    assert compare(found, found) == []
    for codec in (msgspec.json, msgspec.msgpack):
        again = codec.decode(codec.encode(found), type=Protocols)
        assert again == found
        assert compare(found, again) == []
    moved = msgspec.structs.replace(found, protocols=tuple(reversed(found.protocols)))
    assert compare(found, moved) == []


def corpus() -> list[tuple[str, bytes]]:
    """Return all protocol files that are there: corpora, and the headers of this machine."""
    found = []
    for name in CORPORA:
        path = ROOT / "corpora/xdr" / name
        if path.exists():
            found += [(f"{name}:{p}", data) for p, data in tarball_files(path).items() if p.endswith(".x")]
    for folder in (Path("/usr/include/rpcsvc"), Path("/usr/include/tirpc")):
        found += [(str(p), p.read_bytes()) for p in sorted(folder.rglob("*.x"))] if folder.is_dir() else []
    for version in LIBVIRT:
        path = ROOT / f"releases/libvirt-{version}.tar.xz"
        if path.exists():
            found += [(f"{version}:{p}", data) for p, data in tarball_files(path).items() if p.endswith(".x")]
    if not found:
        pytest.skip("no real protocols: run `make releases`")
    return found


@pytest.mark.judge
def test_every_file_that_rpcgen_takes_parses(tmp_path: Path) -> None:
    if shutil.which("rpcgen") is None:
        pytest.skip("rpcgen is not installed")
    files = corpus()
    taken = 0
    for name, data in files:
        items = parse_source(scan(name, data))
        (tmp_path / "in.x").write_bytes(data)
        for extra in sorted(Path("/usr/include/rpcsvc").glob("nis_*.x")):
            shutil.copy(extra, tmp_path)
        done = subprocess.run(["rpcgen", "-h", "in.x"], cwd=tmp_path, capture_output=True, timeout=60, check=False)
        if done.returncode:
            continue
        taken += 1
        for item in items:
            assert item.name is None or str(item.name).encode() in done.stdout or item.kind == "typedef", (
                name,
                item.name,
            )


def draw(scope: Scope, refs: list[Ref], times: int) -> list[tuple[int, object]]:
    """Let hypothesis choose the seeds of random values of all types."""
    batch: list[tuple[int, object]] = []

    @settings(max_examples=times, deadline=None, database=None, derandomize=True)
    @given(st.integers(0, 2**64))
    def values(seed: int) -> None:
        rng = random.Random(seed)
        batch.extend((index, random_value(scope, ref, rng)) for index, ref in enumerate(refs))

    values()
    return batch


def complete() -> list[tuple[str, Protocols]]:
    """Return the protocols that know all their types."""
    found = [("libvirt", libvirt("11.3.0"))]
    for name, data in corpus():
        if name.startswith(LIBVIRT):
            continue
        model = parse(*sides({f"{PurePosixPath(name.rpartition(':')[2]).stem}.x": data}), {})
        if not model.problems and model.protocols:
            found.append((name, model))
    return found


@pytest.mark.judge
@needs_judge
def test_the_codec_is_rpcgens_for_every_type_of_every_protocol() -> None:
    """Random values, both directions, bytes identical."""
    types = messages = 0
    for name, model in complete():
        scope = Scope(model)
        refs = [Ref(p.name, Named(t.name)) for p in model.protocols for t in p.types]
        with Judge(scope, refs) as decoder:
            batch = draw(scope, refs, 3)
            sent = [(index, Encoder(scope).encode(refs[index], value)) for index, value in batch]
            answers = decoder.ask(sent)
        for (index, value), (_, data), answer in zip(batch, sent, answers, strict=True):
            assert answer.again == data, (name, refs[index])
            assert answer.consumed == len(data)
            assert list(answer.tokens or ()) == tokens(scope, refs[index], value), (name, refs[index])
            assert Decoder(scope, data).decode(refs[index]).value == value
        types += len(refs)
        messages += len(batch)
    assert types > 900
    assert messages > 2700
