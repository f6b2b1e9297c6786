"""Conditions of ``#if``, evaluated as a whole: for which releases each holds, by the rules of ISO C 6.10.1."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from abidiff.requires.catalogue import Catalogue
from abidiff.requires.encoding import encoded
from abidiff.requires.facts import Facts
from abidiff.requires.languages.c_conditions import outcome
from abidiff.requires.languages.c_expressions import NOTHING, MalformedError, parsed, tokens, value
from abidiff.requires.languages.c_points import Steps
from abidiff.requires.model import Version
from tests.requires.test_requires import asked, told

NAME = "virDomainSetLaunchSecurityState"
USE = f"void f(virDomainPtr d) {{ {NAME}(d, 0, 0, 0); }}\n"
NEW, NUMBER = "LIBVIR_CHECK_VERSION(8, 0, 0)", "LIBVIR_VERSION_NUMBER"
ENOUGH = (
    f"{NEW} == 1",
    f"{NEW} != 0",
    f"{NEW} > 0",
    f"0 < {NEW}",
    f"{NEW} ? 1 : 0",
    f"{NEW} & 1",
    f"{NEW} ^ 0",
    f"~{NEW} & 1 ^ 1",
    f"!({NEW} == 0)",
    f"X, {NEW}",
    f"{NEW} * 2 - 1 > 0",
    f"{NUMBER} >= 8 * 1000 * 1000",
    f"{NUMBER} >= 8 * 1000000 + 0 * 1000 + 0",
    f"{NUMBER} - 8000000 >= 0",
    f"{NUMBER} + 1 > 8000000",
    f"{NUMBER} / 1000000 >= 8",
    f"{NUMBER} >= 8000000u",
    f"{NUMBER} >= 8'000'000",
    f"{NUMBER} >= 0x7A1200",
    f"{NUMBER} >= 8000000 != 0",
    f"defined({NUMBER}) && {NUMBER} >= 8000000",
    f"X && {NEW} || {NUMBER} > 8000000",
    f"defined(X) == 1 && {NEW}",
    f"(X ? {NEW} : {NUMBER} >= 9000000)",
    f"{NUMBER} > 0 and {NEW}",
    "LIBVIR_CHECK_VERSION(4 + 4, 0, 0)",
)
NOT_ENOUGH = (
    f"{NEW} == 0",
    f"{NEW} != 1",
    f"{NEW} < 1",
    f"{NEW} ? 0 : 1",
    f"{NEW} | 1",
    f"{NEW} ^ 1",
    f"~{NEW}",
    f"{NEW}, 1",
    f"{NEW}, X",
    f"{NEW} >= 0",
    f"{NEW} + X",
    f"{NEW} || X",
    f"X ? {NEW} : 1",
    f"- {NEW} + 1",
    f"{NUMBER} >= 8000000 == 0",
    f"{NUMBER} != 0",
    f"{NUMBER} >= 0",
    NUMBER,
    f"{NUMBER} + 8000000 >= 8000000",
    f"{NUMBER} >= 8000000 - 1000000",
    f"{NUMBER} * 2 >= 8000000",
    f"{NUMBER} % 1000 == 0",
    f"{NUMBER} >= MINIMUM",
    f"{NUMBER} >= -8000000",
    f"{NEW} X",
    f"({NEW}",
    f"{NEW} == 1.0",
    "AT_LEAST(8, 0, 0)",
)


@pytest.mark.parametrize("condition", ENOUGH)
def test_a_condition_that_keeps_older_releases_out(libvirt: Catalogue, condition: str) -> None:
    found = asked(libvirt, {"a.c": f"#if {condition}\n{USE}#endif\n"})
    assert told(found, "optional-feature") == [NAME]
    assert told(found, "weak-check") == told(found, "sets-floor") == []


@pytest.mark.parametrize("condition", NOT_ENOUGH)
def test_a_condition_that_older_releases_pass(libvirt: Catalogue, condition: str) -> None:
    found = asked(libvirt, {"a.c": f"#if {condition}\n{USE}#endif\n"})
    assert told(found, "weak-check") + told(found, "sets-floor") == [NAME]
    assert not found.problems


@pytest.mark.parametrize("condition", ["defined(X) == 0", "X < 1", "!X"])
def test_a_condition_that_says_nothing_of_the_release(libvirt: Catalogue, condition: str) -> None:
    assert told(asked(libvirt, {"a.c": f"#if {condition}\n{USE}#endif\n"}), "sets-floor") == [NAME]


NEVER = ("0 == 1", "1 - 1", "0 && X", "'a' == 'b'", f"{NUMBER} < 0", f"{NUMBER} && 0", f"{NEW} > 1", "-1 < 0u")


@pytest.mark.parametrize("condition", NEVER)
def test_what_no_release_passes_is_no_use(libvirt: Catalogue, condition: str) -> None:
    other = "void g(virDomainPtr d) { virDomainCreate(d); }\n"
    found = asked(libvirt, {"a.c": f"#if {condition}\n{USE}#endif\n{other}"})
    assert NAME not in {finding.subject for finding in found.findings}
    found = asked(libvirt, {"a.c": f"#if {condition}\n#else\n{USE}#endif\n{other}"})
    assert told(found, "sets-floor") == [NAME]


SPANS: dict[str, tuple[Facts, Facts]] = {
    f"{NUMBER} >= 3000000 && {NUMBER} < 5000000": (Facts((3,), (5,)), Facts()),
    f"{NUMBER} < 3000000 || {NUMBER} >= 5000000": (Facts(), Facts((3,), (5,))),
    f"{NUMBER} == 2000090": (Facts((2, 0, 90), (2, 0, 91)), Facts()),
    f"{NUMBER} >= 99 * 1000000": (Facts((99,)), Facts(high=(99,))),
    f"{NUMBER} <= 7999999": (Facts(high=(8,)), Facts((8,))),
    "LIBVIR_CHECK_VERSION(3, 0, 1) && !LIBVIR_CHECK_VERSION(3, 0, 2)": (Facts((3, 0, 1), (3, 0, 2)), Facts()),
    "VIR_UUID_BUFLEN": (Facts(names=frozenset(["VIR_UUID_BUFLEN"])), Facts(lacks=frozenset(["VIR_UUID_BUFLEN"]))),
    "defined(VIR_UUID_BUFLEN) == 0": (
        Facts(lacks=frozenset(["VIR_UUID_BUFLEN"])),
        Facts(names=frozenset(["VIR_UUID_BUFLEN"])),
    ),
    "defined VIR_UUID_BUFLEN && LIBVIR_CHECK_VERSION(3, 0, 0)": (
        Facts((3,), names=frozenset(["VIR_UUID_BUFLEN"])),
        Facts(),
    ),
}


@pytest.mark.parametrize("condition", SPANS)
def test_for_which_releases_a_condition_holds(libvirt: Catalogue, condition: str) -> None:
    found = outcome(tokens(condition), libvirt, {}, Steps()).told
    assert (found.yes, found.no) == SPANS[condition]


OPERANDS = ("0", "1", "2", "7", "0x10", "017", "'a'", "5LL", "1u", "3U", "8000000", "V", "V", "V >= 8000000")
OPERATORS = ["||", "&&", "|", "^", "&", "==", "!=", "<", ">", "<=", ">=", "<<", ">>", "+", "-", "*", "/", "%"]
VERSIONS: tuple[Version, ...] = ((1, 2, 3), (7, 999, 999), (8,), (8, 0, 1), (11, 3))


def expression(numbers: random.Random, depth: int) -> str:
    """Return an expression of C; of ``V`` as a version."""
    kind = numbers.randrange(10) if depth else 0
    inner = [expression(numbers, depth - 1) for _ in range(3)] if kind else []
    if kind == 0:
        return numbers.choice(OPERANDS)
    if kind == 1:
        return f"{numbers.choice('!~-+')} {inner[0]}"
    if kind == 2:
        return f"({inner[0]})"
    return (
        f"{inner[0]} ? {inner[1]} : {inner[2]}" if kind == 3 else f"{inner[0]} {numbers.choice(OPERATORS)} {inner[1]}"
    )


@pytest.mark.skipif(not shutil.which("gcc"), reason="needs gcc")
def test_a_preprocessor_agrees() -> None:
    numbers = random.Random(1)
    several = [expression(numbers, numbers.randint(1, 5)) for _ in range(600)]
    text = "".join(f"#if {each}\nyes {n}\n#else\nno {n}\n#endif\n" for n, each in enumerate(several))
    decided = 0
    for version in VERSIONS:
        number = encoded(version)
        command = ["gcc", "-E", "-P", "-w", f"-DV={number}", "-xc", "-"]
        done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
        refused = {int(line.split(":")[1]) // 5 for line in done.stderr.splitlines() if ": error:" in line}
        told = {int(n): word == "yes" for word, n in map(str.split, done.stdout.splitlines())}
        for n, each in enumerate(several):
            own = value(parsed(tokens(each.replace("V", str(number)))), lambda _: NOTHING).truth
            if n not in refused and own is not None:
                decided += 1
                assert own == told[n], (version, each)
    assert decided > 2000


MALFORMED = "", "1 +", "(1", "1)", "1 2", "? 1 : 2", "1 ? 2", "1 : 2", "defined", "defined(", "08", "1.5", "@", "f(1"


@pytest.mark.parametrize("text", MALFORMED)
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(MalformedError):
        parsed(tokens(text))


def test_macros_that_grow_are_bounded(libvirt: Catalogue) -> None:
    text = "".join(f"#define F{n}(x) F{n + 1}(x + x) + F{n + 1}(x - x)\n" for n in range(30))
    found = asked(libvirt, {"a.c": f"{text}#define F30(x) {NUMBER}\n#if F0(1) >= 8000000\n{USE}#endif\n"})
    assert told(found, "sets-floor") == [NAME]
    several = "#if F0(1) >= 8000000\nvoid g(virDomainPtr d) { virDomainCreate(d); }\n#endif\n" * 50
    found = asked(libvirt, {"a.c": f"{text}#define F30(x) {NUMBER}\n{several}"})
    assert [each.message.partition(":")[0] for each in found.problems] == ["conditions take more than 1000000 steps"]


MACROS = {
    "a constant": f"#define NEED 8000000\n#if {NUMBER} >= NEED\n",
    "arguments": f"#define V(a, b, c) ((a) * 1000000 + (b) * 1000 + (c))\n#if {NUMBER} >= V(8, 0, 0)\n",
    "one in another": "#define AT(a) LIBVIR_CHECK_VERSION(a, 0, 0)\n#define OK AT(8)\n#if OK\n",
    "two values": f"#if {NEW}\n#define OK 1\n#else\n#define OK 0\n#endif\n#if OK == 1\n",
}


@pytest.mark.parametrize("name", MACROS)
def test_macros_of_the_application(libvirt: Catalogue, name: str) -> None:
    text = MACROS[name]
    assert told(asked(libvirt, {"a.c": f"{text}{USE}#endif\n"}), "optional-feature") == [NAME]
    head, _, last = text.rstrip().rpartition("\n")
    apart = {"a.h": f"{head}\n", "a.c": f"{last}\n{USE}#endif\n", "b.c": "void g(void *d) { virDomainCreate(d); }\n"}
    if NEW in head or NUMBER in head or "LIBVIR" in head:
        assert told(asked(libvirt, apart), "optional-feature") == [NAME]
