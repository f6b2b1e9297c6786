"""What a macro handed on as ``void *`` is taken by a function with another pointer (ISO C11 §6.5.16.1)."""

from __future__ import annotations

import pytest

from tests.surfaces.headers.helpers import rules

OLD = "struct key;\nint ctrl(struct key *k, int op, void *data);\n"
FUNCTION = "int get(struct key *k, {});\n"


@pytest.mark.parametrize("body", ["ctrl(k, 1, p)", "ctrl(k, 1, (void *)(p))"])
@pytest.mark.parametrize("parameter", ["int *p", "const char *p", "struct key **p"])
def test_a_pointer_to_void_is_taken(body: str, parameter: str) -> None:
    old, new = f"{OLD}#define get(k, p) {body}\n", OLD + FUNCTION.format(parameter)
    assert rules(old, new) in ([], ["macro-body-changed get"])
    assert breaking(old, new) == []


def test_another_pointer_is_not() -> None:
    old = f"{OLD}int put(struct key *k, int *p);\n#define get(k, p) put(k, p)\n"
    assert breaking(old, f"{OLD}int put(struct key *k, int *p);\n" + FUNCTION.format("char *p"))


def breaking(old: str, new: str) -> list[str]:
    from abidiff.finding import Severity
    from tests.surfaces.headers.helpers import findings

    return [found.rule for found in findings(old, new) if found.severity is Severity.BREAKING]
