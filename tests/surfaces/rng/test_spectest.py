"""RELAX NG's public test suite (385 cases), as jing-trang's source package brings it; it is never committed."""

from __future__ import annotations

import posixpath
import tarfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from abidiff.project import Unit
from abidiff.surfaces.rng.parse import parse_units
from abidiff.surfaces.rng.validate import Validator, parse_document

CORPUS = Path(__file__).parents[3] / "corpora" / "rng"
MEMBER = "mod/rng-validate/test/spectest.xml"


def suite() -> Any:
    found = sorted(CORPUS.glob("jing-trang-*.tar.*"))
    if not found:
        pytest.skip("corpora/rng/jing-trang-*.tar.* is missing: tools/fetch_sources.py --into corpora/rng jing-trang")
    with tarfile.open(found[-1]) as archive:
        for member in archive:
            if member.name.endswith(MEMBER):
                stream = archive.extractfile(member)
                assert stream
                return etree.fromstring(stream.read())
    pytest.skip(f"{found[-1].name} has no {MEMBER}")


def inside(holder: Any) -> bytes:
    (child,) = [child for child in holder if isinstance(child.tag, str)]
    return bytes(etree.tostring(child, with_tail=False, encoding="utf-8"))


def resources(holder: Any, base: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for child in holder:
        if child.tag == "resource":
            found[posixpath.join(base, child.get("name"))] = inside(child)
        elif child.tag == "dir":
            found.update(resources(child, posixpath.join(base, child.get("name"))))
    return found


@pytest.mark.real
def test_public_test_suite() -> None:
    wrong = []
    schemas = documents = 0
    for number, case in enumerate(suite().iter("testCase"), 1):
        files = resources(case)
        validator = None
        for part in case:
            if part.tag in ("correct", "incorrect"):
                schemas += 1
                files["main.rng"] = inside(part)
                model = parse_units(files, (Unit("rng", "main.rng", "full", tuple(files), ("main.rng",)),))
                if bool(model.schemas) != (part.tag == "correct"):
                    wrong.append((number, part.tag, [problem.message for problem in model.problems]))
                validator = Validator(model) if model.schemas else None
            elif part.tag in ("valid", "invalid") and validator:
                documents += 1
                found = validator.validate(model.schemas[0].start, parse_document(inside(part), "d"))
                if (found is None) != (part.tag == "valid"):
                    wrong.append((number, part.tag, [str(found)]))
    assert not wrong
    assert (schemas, documents) == (385, 580)
