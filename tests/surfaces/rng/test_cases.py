"""Every case of every section, with our engine and with jing."""

from __future__ import annotations

import pytest

from abidiff.surfaces.rng.validate.validate import Validator, parse_document
from tests.surfaces.rng.cases import CASES, Case
from tests.surfaces.rng.support import Jing, files_of, load

IDS = [f"{number}-{case.section}" for number, case in enumerate(CASES, 1)]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_case(case: Case) -> None:
    model = load(case.schema)
    if not case.correct:
        assert not model.schemas
        assert model.problems[0].location is not None
        return
    assert not model.problems, model.problems[0].rendered
    validator, start = Validator(model), model.schemas[0].start
    for document in case.valid:
        assert validator.validate(start, parse_document(document.encode(), "d")) is None, document
    for document in case.invalid:
        assert validator.validate(start, parse_document(document.encode(), "d")) is not None, document


@pytest.mark.judge
def test_jing_agrees_on_every_case(jing: Jing) -> None:
    wrong = []
    for case in CASES:
        if jing.schema(case.schema) != case.correct:
            wrong.append((case.section, files_of(case.schema), "schema"))
            continue
        wrong += [(case.section, files_of(case.schema), doc) for doc in case.valid if not jing.validate(doc)]
        wrong += [(case.section, files_of(case.schema), doc) for doc in case.invalid if jing.validate(doc)]
    assert not wrong


def test_there_are_enough() -> None:
    assert len(CASES) >= 200
    assert sum(1 + len(case.valid) + len(case.invalid) for case in CASES) >= 500
    assert len({case.section for case in CASES}) >= 30
