"""Macros with the version of the library as a number, in whatever way it puts its version together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from abidiff.history.lives import opened
from abidiff.requires.catalogue import Catalogue
from tests.history.library import history, release
from tests.requires.test_requires import asked, told

USE = "void f(void) { ship_dive(); }\n"
NUMBERS = {"1.0.0": 0x10000000, "1.1.0": 0x10100000, "1.1.1": 0x1010100F, "2.0.0": 0x20000000, "3.0.0": 0x30000000}
PASSED = ("SHIP_NUMBER >= 0x20000000", "SHIP_NUMBER > 0x1010100fL", "SHIP_NUMBER / 0x10000000 >= 2", "SHIP_LAST > 7")
"""By 2.0.0 and newer releases alone."""

OTHERS = (
    "SHIP_NUMBER >= 0x10100000",
    "SHIP_NUMBER > 0",
    "SHIP_SIZE >= 5",
    "SHIP_ODD >= 2",
    "LIBVIR_VERSION_NUMBER >= 2000000",
    "LIBXML_VERSION >= 20000",
    "!defined(LIBXML_VERSION)",
)


@pytest.fixture(scope="module")
def ships(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder, several = tmp_path_factory.mktemp("ships"), []
    for n, (version, number) in enumerate(NUMBERS.items()):
        last = 7 if version < "2" else 9
        text = f"#define SHIP_NUMBER {number:#x}L\n#define SHIP_SIZE 5\n#define SHIP_ODD {n % 2 + 1}\n"
        dive = "void ship_dive(void);\n" if version >= "2" else ""
        header = f"{text}#define SHIP_LAST {last}\nvoid ship_sail(void);\n{dive}"
        several.append(release(folder, version, {"include/ship.h": header}))
    with opened(history(folder / "h.db", several)) as found:
        yield Catalogue(found)


@pytest.mark.parametrize("check", PASSED)
def test_a_number_that_grows_with_the_releases_is_a_check(ships: Catalogue, check: str) -> None:
    found = asked(ships, {"a.c": f"#if {check}\n{USE}#endif\n"})
    assert told(found, "sets-floor") == []
    assert told(found, "optional-feature") == ["ship_dive"]
    assert told(found, "weak-check") == []


@pytest.mark.parametrize("check", OTHERS)
def test_what_older_releases_pass_or_another_library_has_is_none(ships: Catalogue, check: str) -> None:
    found = asked(ships, {"a.c": f"#if {check}\n{USE}#endif\n"})
    assert set(told(found, "sets-floor")) | set(told(found, "weak-check")) >= {"ship_dive"}


def test_an_else_serves_the_releases_before(ships: Catalogue) -> None:
    found = asked(ships, {"a.c": f"#if SHIP_NUMBER < 0x20000000\n#else\n{USE}#endif\n"})
    assert told(found, "optional-feature") == ["ship_dive"]


def test_what_no_release_reaches_yet_is_read(ships: Catalogue) -> None:
    found = asked(ships, {"a.c": f"#if SHIP_NUMBER >= 0x40000000\nvoid g(void) {{ ship_dive(); }}\n#endif\n{USE}"})
    assert told(found, "sets-floor") == ["ship_dive"]


def test_an_error_on_older_releases_sets_the_floor(ships: Catalogue) -> None:
    use = "void f(void) { ship_sail(); }\n"
    for text in (
        "#if SHIP_NUMBER < 0x20000000\n#error too old\n#endif\n",
        '_Static_assert(SHIP_NUMBER >= 0x20000000, "too old");\n',
    ):
        found = asked(ships, {"a.c": text + use})
        assert [each.rule for each in found.findings] == ["requires/sets-floor"]


def test_another_librarys_number_is_no_check_of_libvirt(libvirt: Catalogue) -> None:
    use = "void f(virDomainPtr d) { virDomainSetLaunchSecurityState(d, 0, 0, 0); }\n"
    found = asked(libvirt, {"a.c": f"#if LIBXML_VERSION >= 80000\n{use}#endif\n"})
    assert told(found, "sets-floor") == ["virDomainSetLaunchSecurityState"]
