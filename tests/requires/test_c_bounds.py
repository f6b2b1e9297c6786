"""Releases that a C program does not compile with: ``#error`` (ISO C 6.10.5) and assertions (6.7.10)."""

from __future__ import annotations

import pytest

from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

USE = "void g(virDomainPtr d) { virDomainCreate(d); }\n"
AT, NUMBER = "LIBVIR_CHECK_VERSION", "LIBVIR_VERSION_NUMBER"
MACRO = "VIR_NODE_CPU_STATS_KERNEL"

FLOORS = {
    "assertion": (f'_Static_assert({AT}(3, 0, 0), "old, (");\n', "3.0.0"),
    "assertion without a text": (f"static_assert({AT}(3, 0, 0));\n", "3.0.0"),
    "assertion in a function": (f'void f(void) {{ static_assert({NUMBER} >= 3 * 1000000, "x"); }}\n', "3.0.0"),
    "assertion over lines": (f'_Static_assert(/* new, */ {AT}(3, 0, 0)\n  && 1, // x\n  "old" ")");\n', "3.0.0"),
    "assertion with more": (f"static_assert(sizeof(int) == 4 && {AT}(3, 0, 0));\n", "3.0.0"),
    "assertion where it is new enough": (f"#if {AT}(2, 0, 0)\nstatic_assert({AT}(3, 0, 0));\n#endif\n", "3.0.0"),
    "name": (f"#ifndef {MACRO}\n#error old\n#endif\n", "0.9.3"),
    "name in if": (f"#if !defined {MACRO}\n#error old\n#endif\n", "0.9.3"),
    "function": ("#ifndef HAVE_VIRDOMAINSETLAUNCHSECURITYSTATE\n#error old\n#endif\n", "8.0.0"),
    "nested": (f"#if !{AT}(4, 0, 0)\n#if !{AT}(3, 0, 0)\n#error old\n#endif\n#endif\n", "3.0.0"),
    "nested in else": (f"#ifndef {AT}\n#error old\n#else\n#if !{AT}(3, 0, 0)\n#error old\n#endif\n#endif\n", "3.0.0"),
    "elif": (f"#if {AT}(4, 0, 0)\n#elif {AT}(3, 0, 0)\n#else\n#error old\n#endif\n", "3.0.0"),
    "second of two elifs": (f"#if {AT}(4, 0, 0)\n#elif !{AT}(3, 0, 0)\n#error old\n#endif\n", "3.0.0"),
    "in between": (f"#if {AT}(2, 0, 0)\n#if !{AT}(3, 0, 0)\n#error no\n#endif\n#endif\n", "3.0.0"),
    "two that read alike": (
        f"#if {AT}(2, 0, 0)\n#if !{AT}(3, 0, 0)\n#error no\n#endif\n#endif\n#if !{AT}(3, 0, 0)\n#error no\n#endif\n",
        "3.0.0",
    ),
    "a number only": (f"#if {NUMBER} < 3000000\n#error old\n#endif\n", "3.0.0"),
    "a version between releases": (f"#if !{AT}(2, 0, 90)\n#error old\n#endif\n", "2.0.90"),
}
CEILINGS = {
    "#error": (f"#if {AT}(3, 0, 0)\n#error new\n#endif\n", "0.1.1 to 2.5.0"),
    "between releases": (f"#if {AT}(2, 0, 90)\n#error new\n#endif\n", "0.1.1 to 2.0.0"),
    "both": (f"#if {AT}(3, 0, 0) || !{AT}(2, 0, 0)\n#error no\n#endif\n", "2.0.0 to 2.5.0"),
    "name": (f"#ifdef {MACRO}\n#error new\n#endif\n", "0.1.1 to 0.9.2"),
    "assertion": (f"_Static_assert({NUMBER} < 3000000, new);\n", "0.1.1 to 2.5.0"),
    "assertion in a group": (f'#if {AT}(2, 0, 0)\n_Static_assert(!{AT}(3, 0, 0), "x");\n#endif\n', "0.1.1 to 2.5.0"),
}
NONE = {
    "newer than the history": f"#if {AT}(99, 0, 0)\n#error new\n#endif\n",
    "behind something else": f"#ifdef X\n#if !{AT}(3, 0, 0)\n#error old\n#endif\n#endif\n",
    "something else in else": f"#ifdef X\n#else\n#if !{AT}(3, 0, 0)\n#error old\n#endif\n#endif\n",
    "something else in elif": f"#ifdef X\n#elif !{AT}(3, 0, 0)\n#error old\n#endif\n",
    "an enumerator in code": "static_assert(VIR_DOMAIN_RUNNING == 1);\n",
    "an assertion of something else": f"static_assert(X || {NUMBER} >= 3000000);\n",
    "an assertion in a string": f'char *s = "static_assert({AT}(3, 0, 0))";\n',
    "an assertion in a macro that nothing calls": f"#define A static_assert({AT}(3, 0, 0))\n",
    "an assertion that has no end": f"static_assert({NUMBER} >= 3000000;\n",
    "no release between": f"#if {NUMBER} > 2000000 && {NUMBER} < 2001000\n#error no\n#endif\n",
}


@pytest.mark.parametrize("name", FLOORS)
def test_what_older_releases_do_not_compile(libvirt: Catalogue, name: str) -> None:
    text, version = FLOORS[name]
    found = asked(libvirt, {"a.c": text + USE})
    assert found.notes[0].endswith(f" is {version}")
    assert len(told(found, "sets-floor")) == 1
    assert told(found, "gone") == []


@pytest.mark.parametrize("name", CEILINGS)
def test_what_newer_releases_do_not_compile(libvirt: Catalogue, name: str) -> None:
    text, span = CEILINGS[name]
    found = asked(libvirt, {"a.c": text + USE})
    assert found.notes[0].endswith(f" are {span}")
    assert len(told(found, "gone")) == 1


@pytest.mark.parametrize("name", NONE)
def test_what_bounds_nothing(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.c": NONE[name] + USE})
    assert found.notes[0].endswith("is 0.1.1")
    assert told(found, "gone") == []


def test_long_paths_are_cut(libvirt: Catalogue) -> None:
    chain = "".join(f"#elif X{n} && defined(Y{n}) && {AT}(1, {n}, 0)\n#error no\n" for n in range(400))
    found = asked(libvirt, {"a.c": f"#if X\n{chain}#endif\n{USE}"})
    assert found.notes[0].endswith("is 0.1.1")
