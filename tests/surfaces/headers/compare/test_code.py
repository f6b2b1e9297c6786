"""Macros and inline functions as code: what can't be told is undecided."""

from __future__ import annotations

import pytest

from abidiff.finding import Severity
from abidiff.surfaces.headers.build.macro_values import is_version
from abidiff.surfaces.headers.model import MacroValue
from tests.surfaces.headers.helpers import findings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "static inline int f(int n) { switch (n) { case 1: return 2; default: return 0; } }\n",
            "static inline int f(int n) { switch (n) { case 1: return 3; default: return 0; } }\n",
        ),
        (
            "static inline int f(int n) { int i, s = 0; for (i = 0; i < 9000; i++) s ^= i; return s + n * 0; }\n",
            "static inline int f(int n) { int i, s = 0; for (i = 0; i < 9000; i++) s ^= i; return s + n * 0 + 1; }\n",
        ),
    ],
)
def test_what_can_not_be_evaluated_to_its_end_is_undecided(old: str, new: str) -> None:
    assert {f.subject: f.severity for f in findings(old, new)} == {"f": Severity.UNDECIDED}


@pytest.mark.parametrize(
    ("name", "follows"),
    [
        ("OPENSSL_VERSION_NUMBER", True),
        ("GNUTLS_VERSION_NUMBER", True),
        ("SHIP_VERSION", True),
        ("TLS_MAX_VERSION", False),
        ("SSL3_VERSION", False),
        ("DTLS1_2_VERSION", False),
        ("SHIP_TLS_VERSION", False),
        ("SHIP_ABI_VERSION", False),
        ("SHIP_PROTOCOL_VERSION", False),
    ],
)
def test_a_library_of_tls_has_a_version_and_the_protocol_is_none(name: str, follows: bool) -> None:
    value = MacroValue("integer", "30200", 30200, "int")
    assert is_version(name, value, "3.2.0") is follows
    assert is_version(name, value, "") is follows


@pytest.mark.parametrize(
    ("old", "new", "severity"),
    [
        ("2004-2019 Ship and others", "Ship and others", Severity.NOTICE),
        ("2004, 2019 Ship", "2004-2021 Ship", Severity.NOTICE),
        ("2004 Ship", "2004 Shop", Severity.BREAKING),
        ("port 80", "port 81", Severity.BREAKING),
    ],
)
def test_years_of_copyright_are_a_notice(old: str, new: str, severity: Severity) -> None:
    found = findings(f'#define SHIP_COPYRIGHT "{old}"\n', f'#define SHIP_COPYRIGHT "{new}"\n')
    assert [f.severity for f in found] == [severity]


def test_years_of_anything_else_are_values() -> None:
    found = findings('#define SHIP_SPACE "http://ship/2019/ns"\n', '#define SHIP_SPACE "http://ship/2020/ns"\n')
    assert [f.severity for f in found] == [Severity.BREAKING]


@pytest.mark.parametrize("header", ["sys/ioctl.h", "linux/ioctl.h", "asm/ioctl.h"])
def test_an_ioctl_holds_the_size_of_its_argument(header: str) -> None:
    old = f"#include <{header}>\nstruct q {{ int a; }};\n#define Q _IOR('q', 1, struct q)\n#define N _IO('q', 2)\n"
    found = findings(old, old.replace("int a;", "int a, b;"))
    assert sorted(f.subject for f in found) == ["Q", "struct q"]
    assert [f.subject for f in findings(old, old.replace("2)", "3)"))] == ["N"]


@pytest.mark.parametrize(
    ("old", "new", "severities"),
    [
        ("{ 1, 0 }", "{ 1 }", []),
        ("{ 1 }", "{ 1, 0, }", []),
        ("{ 1, 0, 0 }", "{ 1 }", [Severity.UNDECIDED]),  # no struct has three members
        ("{ 1, 0 }", "{ 2, 0 }", [Severity.UNDECIDED]),
        ("{ 0, 1 }", "{ 1 }", [Severity.UNDECIDED]),
        ("{ 1, 2 }", "{ 1 }", [Severity.UNDECIDED]),
    ],
)
def test_zeros_at_the_end_of_an_initialiser_say_nothing(old: str, new: str, severities: list[Severity]) -> None:
    texts = [f"struct s {{ int a, b; }};\n#define S_INIT {text}\n" for text in (old, new)]
    assert [f.severity for f in findings(*texts)] == severities
