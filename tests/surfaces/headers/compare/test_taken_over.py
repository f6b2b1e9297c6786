"""What a library had from headers of others and defines itself, and what headers that were not found may declare."""

from __future__ import annotations

import pytest

from tests.surfaces.headers.helpers import findings, rules


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("#include <sys/types.h>\nint f(off_t);\n", "typedef int off_t;\nint f(off_t);\n", ["typedef-changed off_t"]),
        ("#include <sys/types.h>\nint f(off_t);\n", "typedef long off_t;\nint f(off_t);\n", []),
        ("typedef int off_t;\nint f(off_t);\n", "#include <sys/types.h>\nint f(off_t);\n", ["typedef-changed off_t"]),
        ("#include <stdint.h>\nint f(int32_t *);\n", "typedef short int32_t;\nint f(int32_t *);\n",
         ["typedef-changed int32_t"]),
        ("#include <stdint.h>\nint f(int32_t *);\n", "typedef int int32_t;\nint f(int32_t *);\n", []),
    ],
)  # fmt: skip
def test_a_type_of_others_that_the_library_defines_itself_is_compared(old: str, new: str, told: list[str]) -> None:
    assert rules(old, new) == told


def test_the_witness_spells_the_type_of_the_system_out() -> None:
    (found,) = findings("#include <sys/types.h>\nint f(off_t);\n", "typedef int off_t;\nint f(off_t);\n")[:1]
    assert found.message == "type off_t is int, was long"
    assert found.witness is not None
    assert "long **witness(off_t **object)" in found.witness.text


def test_a_struct_of_others_that_the_library_defines_itself_is_compared() -> None:
    old = {"example.h": "#include <time.h>\nint f(struct tm *);\n"}
    new = {"example.h": "struct tm { int tm_sec; };\nint f(struct tm *);\n"}
    assert any(told.startswith("record-layout-changed struct tm") for told in rules(old, new))


def test_a_header_that_is_new_and_was_not_found_may_declare_what_is_gone() -> None:
    """A name in what could not be read is never told as removed; what neither release could read says nothing."""
    both = "int f(int);\nint g(int);\n"
    assert rules(both, "#include <other/o.h>\nint f(int);\n") == []
    assert rules(f"#include <other/o.h>\n{both}", "#include <other/o.h>\nint f(int);\n") == ["function-removed g"]
    assert rules(f"#include <other/o.h>\n{both}", "int f(int);\n") == ["function-removed g"]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("#if __INCLUDE_LEVEL__", []),
        ("#if __INCLUDE_LEVEL__ == 1", []),
        ("#if defined(__INCLUDE_LEVEL__)", []),
        ("#if !__INCLUDE_LEVEL__", ["function-removed f", "not-looked-at open"]),
    ],
)
def test_a_header_is_never_the_program_itself(condition: str, told: list[str]) -> None:
    """GCC's ``__INCLUDE_LEVEL__`` is 0 in the program and at least 1 in each header."""
    assert rules("int f(int);\n", f"{condition}\nint f(int);\n#endif\n") == told


def test_a_header_behind_another_one_is_deeper() -> None:
    two = "#if __INCLUDE_LEVEL__ >= 2\nint deep(int);\n#endif\n"
    old = {"a.h": "int deep(int);\n", "two.h": "int two(int);\n"}
    assert rules(old, {"a.h": '#include "two.h"\n', "two.h": f"int two(int);\n{two}"}) == []
