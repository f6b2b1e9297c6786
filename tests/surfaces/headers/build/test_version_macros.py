"""Constants that carry the version of a release, and constants that only look like it."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from abidiff.rule import load, run
from abidiff.surfaces.headers.build.version_macros import is_version, spelled
from abidiff.surfaces.headers.compare.compare import compare
from abidiff.surfaces.headers.model import MacroValue
from tests.surfaces.headers.helpers import parsed


def _number(number: int) -> MacroValue:
    return MacroValue("integer", str(number), number, "int")


def _findings(old: str, new: str, before: str, after: str) -> list[tuple[str, Severity]]:
    changes = compare(parsed(old, version=before), parsed(new, version=after))
    return [
        (found.subject, found.severity)
        for found in run(load("abidiff.surfaces.headers.rules"), changes)
        if found.severity is not Severity.EXTENSION
    ]


def _parts(form: str, *numbers: int, names: tuple[str, ...] = ("MAJOR", "MINOR", "RELEASE")) -> str:
    return "".join(f"#define {form.replace('*', n)} {v}\n" for n, v in zip(names, numbers, strict=True))


@pytest.mark.parametrize(
    ("name", "number", "version", "carries"),
    [
        ("SHIP_VERSION", 14, "14", True),
        ("LIBSHIP_VERSION", 14, "14", True),
        ("SHIP_VERSION", 15, "14", False),
        ("SHIP_VERSION", 14, "14.2", False),  # the major number only: a name would have to say so
        ("SHIP_EVENT_VERSION", 14, "14", False),
        ("SHIP_API_VERSION", 14, "14", False),
        ("API_VERSION", 14, "14", False),
        ("SHIP_MAX", 14, "14", False),
        ("SHIP_BUILD_VERSION", 20240723, "20240723", True),
        ("SHIP_PROTOCOL_VERSION", 20240723, "20240723", False),
    ],
)
def test_a_version_of_one_number_is_carried_by_the_librarys_own_macro(
    name: str, number: int, version: str, carries: bool
) -> None:
    assert is_version(name, _number(number), version) is carries


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ("SHIP_*", ("MAJOR", "MINOR", "RELEASE")),
        ("SHIP_LIB_*", ("MAJOR", "MINOR", "SUBMINOR")),
        ("SHIP_VERSION_*", ("MAJOR", "MINOR", "REV")),
        ("SHIP_*_VERSION", ("MAJOR", "MINOR", "TINY")),
        ("SHIP_VERSION_*", ("1", "2", "3")),
    ],
)
def test_three_numbers_that_spell_the_version_carry_it(form: str, names: tuple[str, ...]) -> None:
    old, new = _parts(form, 5, 8, 1, names=names), _parts(form, 5, 9, 2, names=names)
    assert _findings(old, new, "5.8.1", "5.9.2") == []


def test_a_missing_number_of_the_version_is_zero() -> None:
    old, new = _parts("SHIP_*", 2, 5, 0), _parts("SHIP_*", 2, 6, 1)
    assert _findings(old, new, "2.5", "2.6.1") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("#define SHIP_RELEASE 1\n", "#define SHIP_RELEASE 2\n"),  # no family: an action as well as a number
        (_parts("SHIP_*", 5, 1, 1), _parts("SHIP_*", 5, 1, 2)),  # 5.1.1 is not the release 5.2.1
        (_parts("SHIP_*", 5, 2, 1), _parts("SHIP_*", 5, 2, 7)),  # the new side does not agree
        (_parts("SHIP_*", 5, 2, 4), _parts("SHIP_*", 5, 2, 2)),  # the old one does not
        (
            _parts("OTHER_*", 5, 2, 9) + "#define SHIP_RELEASE 1\n",
            _parts("OTHER_*", 5, 2, 9) + "#define SHIP_RELEASE 2\n",
        ),
    ],
)
def test_a_release_that_does_not_agree_on_both_sides_is_a_value(old: str, new: str) -> None:
    assert [severity for _, severity in _findings(old, new, "5.2.1", "5.2.2")] == [Severity.BREAKING]


@pytest.mark.parametrize("last", ["TINY", "SUBMINOR", "RELEASE"])
def test_the_version_of_a_plugins_protocol_is_a_value_though_a_number_is_made_of_it(last: str) -> None:
    names = ("MAJOR", "MINOR", last)
    whole = (
        f"#define SHIP_EXT_VERSION ((SHIP_EXT_VERSION_MAJOR<<16)|(SHIP_EXT_VERSION_MINOR<<8)|SHIP_EXT_VERSION_{last})\n"
    )
    old = _parts("SHIP_EXT_VERSION_*", 1, 0, 5, names=names) + whole
    new = _parts("SHIP_EXT_VERSION_*", 1, 0, 6, names=names) + whole
    found = dict(_findings(old, new, "1.2.8", "1.2.14"))
    assert found[f"SHIP_EXT_VERSION_{last}"] is Severity.BREAKING
    assert found["SHIP_EXT_VERSION"] is Severity.BREAKING


def test_numbers_that_a_text_with_the_version_spells_carry_it() -> None:
    names = ("MAJOR", "MINOR", "REVISION")
    old = _parts("SHIP_VERSION_*", 2, 4, 1, names=names) + '#define SHIP_VERSIONSTR "2.4.1"\n'
    new = _parts("SHIP_VERSION_*", 2, 5, 2, names=names) + '#define SHIP_VERSIONSTR "2.5.2"\n'
    assert _findings(old, new, "2.4.3", "2.5.2") == []


def test_numbers_that_a_text_without_the_version_spells_are_values() -> None:
    names = ("MAJOR", "MINOR", "REVISION")
    old = _parts("SHIP_VERSION_*", 2, 4, 1, names=names) + '#define SHIP_VERSIONSTR "2.4.1"\n'
    new = _parts("SHIP_VERSION_*", 2, 5, 2, names=names) + '#define SHIP_VERSIONSTR "2.5.2"\n'
    found = _findings(old, new, "7.8.0", "7.9.0")
    assert sorted(found) == [
        ("SHIP_VERSIONSTR", Severity.BREAKING),
        ("SHIP_VERSION_MINOR", Severity.BREAKING),
        ("SHIP_VERSION_REVISION", Severity.BREAKING),
    ]


def test_of_several_third_numbers_one_is_part_of_the_version() -> None:
    values = {f"SHIP_{part}": _number(n) for part, n in (("MAJOR", 5), ("MINOR", 2), ("MICRO", 1), ("RELEASE", 1))}
    assert spelled(values, "5.2.1") == {"SHIP_MAJOR", "SHIP_MINOR", "SHIP_MICRO"}
    assert spelled(values, "5.2.2") == frozenset()
    assert spelled(values, "") == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("ship/3.49.4 (3.49-4)", "ship/3.49.6 (3.49-6)", Severity.NOTICE),
        ("ship/13.49.4", "ship/13.49.6", Severity.BREAKING),
        ("ship/3.49.41", "ship/3.49.61", Severity.BREAKING),
        ("ship/3.49.4 a", "ship/3.49.6 b", Severity.BREAKING),
    ],
)
def test_a_text_embeds_the_version_as_a_whole(old: str, new: str, severity: Severity) -> None:
    found = _findings(f'#define SHIP_PAGE "{old}"\n', f'#define SHIP_PAGE "{new}"\n', "3.49.4", "3.49.6")
    assert found == [("SHIP_PAGE", severity)]


def test_a_text_embeds_the_releases_version_though_headers_spell_it_otherwise() -> None:
    old = '#define SHIP_VERSION "3.49.4-final"\n#define SHIP_PAGE "ship/3.49.4"\n'
    new = '#define SHIP_VERSION "3.49.6-final"\n#define SHIP_PAGE "ship/3.49.6"\n'
    assert _findings(old, new, "3.49.4", "3.49.6") == [("SHIP_PAGE", Severity.NOTICE)]
