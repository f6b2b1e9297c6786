"""RELAX NG's public test suite (385 cases), as jing-trang's source package brings it; it is never committed."""

from __future__ import annotations

import itertools
import posixpath
import tarfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from abidiff.project import Unit
from abidiff.surfaces.rng.build.parse import parse_units
from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from abidiff.surfaces.rng.values.datatypes import allows, equal, known
from tests.surfaces.rng.support import XSD

CORPUS = Path(__file__).parents[3] / "corpora" / "rng"


def suite(name: str) -> Any:
    found = sorted(CORPUS.glob("jing-trang-*.tar.*"))
    if not found:
        pytest.skip("corpora/rng/jing-trang-*.tar.* is missing: tools/fetch_sources.py --into corpora/rng jing-trang")
    with tarfile.open(found[-1]) as archive:
        for member in archive:
            if member.name.endswith(name):
                stream = archive.extractfile(member)
                assert stream
                return etree.fromstring(stream.read())
    pytest.skip(f"{found[-1].name} has no {name}")


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
    for number, case in enumerate(suite("mod/rng-validate/test/spectest.xml").iter("testCase"), 1):
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


# jing wants entities declared in the DTD; the last two are of XML Schema 1.1.
NOT_OURS = frozenset(("ENTITY", "ENTITIES", "untypedAtomic", "anyAtomicType"))


@pytest.mark.real
def test_public_test_suite_of_datatypes() -> None:
    wrong = []
    count = 0
    for datatype in suite("mod/xsd-datatype/test/xsdtest.xml").iter("datatype"):
        name = datatype.get("name")
        if name in NOT_OURS:
            continue
        params = tuple((one.get("name"), one.text or "") for one in datatype.findall("param"))
        assert known(XSD, name, params) is None
        for one in (*datatype.findall("valid"), *datatype.findall("invalid")):
            count += 1
            if allows(XSD, name, params, one.text or "", context(one)) != (one.tag == "valid"):
                wrong.append((name, params, one.tag, one.text))
        for group in datatype.iter("equiv"):
            values = [(number, one) for number, each in enumerate(group) for one in each]
            for (first, one), (second, other) in itertools.product(values, values):
                count += 1
                same = equal(XSD, name, one.text or "", context(one), other.text or "", context(other))
                if same != (first == second):
                    wrong.append((name, one.text, other.text, first == second))
    assert not wrong
    assert count > 2_000


def context(element: Any) -> dict[str, str]:
    return {prefix or "": uri for prefix, uri in element.nsmap.items()}
