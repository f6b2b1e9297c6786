"""``#pragma GCC poison`` and pragmas beside it: what a program may no longer use, as gcc has it."""

from __future__ import annotations

import pytest

from tests.surfaces.headers.helpers import findings, parsed, rules

DECLARED = "int f(int);\nint g(int);\n"


@pytest.mark.parametrize(
    "poison",
    [
        "#pragma GCC poison f\n",
        "#pragma GCC poison other f\n",
        '_Pragma("GCC poison f")\n',
        "#define P(x) _Pragma(#x)\nP(GCC poison f)\n",
    ],
)
def test_a_function_that_is_poisoned_may_no_longer_be_used(poison: str) -> None:
    found = [rule for rule in rules(DECLARED, DECLARED + poison) if "P" not in rule]
    assert found == ["use-refused f"]
    assert rules(DECLARED + poison, DECLARED + poison) == []


def test_a_member_an_enumerator_a_typedef_and_a_variable() -> None:
    old = "typedef struct { int a; int b; } s; enum e { A1, A2 }; typedef int t; extern int v;\n"
    found = rules(old, old + "#pragma GCC poison b A2 t v\n")
    assert sorted(found) == ["use-refused A2", "use-refused struct (s).b", "use-refused t", "use-refused v"]


def test_a_macro_that_is_poisoned_is_gone() -> None:
    old = "#define M 3\nint g(int);\n"
    assert rules(old, old + "#pragma GCC poison M\n") == ["constant-removed M"]


def test_an_included_header_poisons_what_comes_before_it() -> None:
    old = {"a.h": DECLARED + '#include "b.h"\n', "b.h": "int z;\n"}
    assert rules(old, {**old, "b.h": "int z;\n#pragma GCC poison g\n"}) == ["use-refused g"]


def test_a_header_that_uses_a_name_behind_its_poison_does_not_compile() -> None:
    model = parsed("#pragma GCC poison g\n" + DECLARED)
    assert "'g' is poisoned" in model.problems[0].message
    assert not parsed("#define CALL() g(1)\n" + DECLARED + "#pragma GCC poison g\n#define OTHER CALL()\n").problems


def test_poison_behind_a_condition_names_the_condition() -> None:
    old = DECLARED + "#ifdef STRICT\nint h(void);\n#endif\n"
    new = DECLARED + "#ifdef STRICT\nint h(void);\n#pragma GCC poison f\n#endif\n"
    (found,) = findings(old, new)
    assert (found.rule, found.subject) == ("headers/use-refused", "f")
    assert "STRICT" in found.message


@pytest.mark.parametrize("pragma", ['#pragma GCC error "no"\n', '_Pragma("GCC error \\"no\\"")\n'])
def test_pragma_gcc_error_ends_a_header(pragma: str) -> None:
    assert "headers/header-unusable" in {found.rule for found in findings(DECLARED, DECLARED + pragma)}


@pytest.mark.parametrize("pragma", ["system_header", 'dependency "x.h"', 'warning "old"', "diagnostic push"])
def test_pragmas_that_only_talk_change_nothing(pragma: str) -> None:
    assert rules(DECLARED, f"{DECLARED}#pragma GCC {pragma}\n") == []
