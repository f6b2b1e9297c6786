"""libvirt's own schemas and test documents: our answer is jing's."""

from __future__ import annotations

import functools
import re
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from abidiff.errors import ParseError
from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.surfaces.rng.build.parse import parse
from abidiff.surfaces.rng.model import Schemas, census
from abidiff.surfaces.rng.validate.choose import Chooser
from abidiff.surfaces.rng.validate.validate import parse_document
from tests.surfaces.rng.support import Jing

Find = Callable[[str], Path]
VERSIONS = ("7.0.0", "9.0.0", "11.3.0")
# Which schema a document of libvirt's tests belongs to, by its root element.
SCHEMA_OF = {
    "capabilities": "capability",
    "cpu": "cpu",
    "device": "nodedev",
    "domain": "domain",
    "domainCapabilities": "domaincaps",
    "domainbackup": "domainbackup",
    "domaincheckpoint": "domaincheckpoint",
    "domainsnapshot": "domainsnapshot",
    "filter": "nwfilter",
    "filterbinding": "nwfilterbinding",
    "interface": "interface",
    "network": "network",
    "networkport": "networkport",
    "pool": "storagepool",
    "secret": "secret",
    "storagepoolCapabilities": "storagepoolcaps",
    "volume": "storagevol",
}


@functools.cache
def read(path: Path) -> tuple[Schemas, dict[str, bytes], float]:
    """Return the model, the schema files and the CPU seconds that parsing took."""
    release, _, project = opened(Request(str(path), surfaces=("rng",)))
    started = time.process_time()
    model = parse(release, project, {})
    return model, dict(release.files), time.process_time() - started


@functools.cache
def documents(path: Path) -> dict[str, list[tuple[str, bytes]]]:
    """Return the test documents of a release by the name of their schema."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if not (member.isfile() and "/tests/" in member.name and member.name.endswith(".xml")):
                continue
            stream = archive.extractfile(member)
            assert stream
            data = stream.read()
            root = re.search(rb"<(?:[a-z]+:)?([A-Za-z]+)[\s>/]", re.sub(rb"<!--.*?-->", b"", data, flags=re.DOTALL))
            name = SCHEMA_OF.get(root[1].decode()) if root else None
            if name:
                found.setdefault(f"{name}.rng", []).append((member.name, data))
    return found


@pytest.mark.real
@pytest.mark.parametrize("version", VERSIONS)
def test_every_schema_loads(real_release: Find, version: str) -> None:
    model, _, seconds = read(real_release(version))
    assert not model.problems
    assert len(model.schemas) == (17 if version == "7.0.0" else 18)
    assert census(model)["elements"] > 900
    assert seconds < 2


@pytest.mark.real
def test_every_attribute_of_the_files_is_in_the_table_once(real_release: Find) -> None:
    """The schemas share their nodes: the table is no larger than the text that it is made of."""
    model, files, _ = read(real_release("11.3.0"))
    written = sum(body.count(b"<attribute") for path, body in files.items() if path.endswith(".rng"))
    assert 0.95 * written < census(model)["attributes"] <= written


@pytest.mark.real
def test_the_model_survives_storage(real_release: Find) -> None:
    model = read(real_release("11.3.0"))[0]
    assert msgspec.json.decode(msgspec.json.encode(model), type=Schemas) == model
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(model), type=Schemas) == model


def ours(model: Schemas, name: str, texts: list[tuple[str, bytes]]) -> tuple[list[str], set[str]]:
    """Return which documents are well-formed, and which of them are not valid."""
    chooser = Chooser(model, name)
    readable, invalid = [], set()
    for path, data in texts:
        try:
            root = parse_document(data, path)
        except ParseError:
            continue
        readable.append(path)
        found = chooser.validate(root, path)
        if found is None or found[1] is not None:
            invalid.add(path)
    return readable, invalid


@pytest.mark.real
@pytest.mark.judge
@pytest.mark.parametrize(
    ("schemas", "tests", "count"),
    [
        ("9.0.0", "7.0.0", 161),
        ("11.3.0", "9.0.0", 72),
        ("11.3.0", "11.3.0", 69),
        pytest.param("7.0.0", "7.0.0", 57, marks=pytest.mark.slow),
        pytest.param("9.0.0", "9.0.0", 60, marks=pytest.mark.slow),
    ],
)
def test_documents(real_release: Find, tmp_path: Path, jing: Jing, schemas: str, tests: str, count: int) -> None:
    """Thousands of documents: ours and jing agree on every one; the count guards the test itself."""
    model, files, _ = read(real_release(schemas))
    for path, body in files.items():
        if path.endswith(".rng"):
            (tmp_path / Path(path).name).write_bytes(body)
    total = 0
    for name, texts in documents(real_release(tests)).items():
        readable, invalid = ours(model, name, texts)
        bodies = dict(texts)
        assert jing.ask("S", tmp_path / name) == "yes"
        assert {path for path in readable if not jing.validate(bodies[path])} == invalid
        total += len(invalid)
    assert total == count
