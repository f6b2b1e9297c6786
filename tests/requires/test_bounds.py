"""Files of an application that are large, deep or crowded end in time, with a place."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from abidiff.history.lives import opened
from abidiff.limits import now
from abidiff.requires.catalogue import Catalogue
from tests.requires.test_requires import asked, told

C = "int f(virDomainPtr d) {{ return virDomainCreate(d); }}\n{}\n"
GUEST = "<domain type='kvm'{}><name>a</name>{}</domain>"


@pytest.fixture(scope="module")
def libvirt() -> Iterator[Catalogue]:
    with opened("libvirt") as found:
        yield Catalogue(found, roots=("domain",))


@pytest.mark.parametrize(
    "text",
    [
        "#if " + "(" * 20_000 + "\n#endif",
        "#if " + "!" * 40_000 + "1\n#endif",
        "#if " + "&&".join(f"(LIBVIR_CHECK_VERSION(8, 0, 0) || defined(A{n}))" for n in range(3000)) + "\n#endif",
        "int x = " + "(" * 100_000 + ";",
    ],
    ids=["parentheses", "negations", "conjunctions", "expression"],
)
def test_c_that_takes_no_end(libvirt: Catalogue, text: str) -> None:
    before = time.process_time()
    assert told(asked(libvirt, {"a.c": C.format(text)}), "sets-floor") == ["virDomainCreate"]
    assert time.process_time() - before < 5


NAMES = " ".join(["virDomainCreate"] * 60_000)


@pytest.mark.parametrize("text", [f"#define X {NAMES}\nint x = X;", f"int x[] = {{ {NAMES.replace(' ', ',')} }};"])
def test_a_long_line_of_names(libvirt: Catalogue, text: str) -> None:
    before = time.process_time()
    assert told(asked(libvirt, {"a.c": C.format(text)}), "sets-floor") == ["virDomainCreate"]
    assert time.process_time() - before < 10


def test_a_sum_of_many_names_is_a_problem(libvirt: Catalogue) -> None:
    """Each of its terms stands deeper than the one after it."""
    before = time.process_time()
    found = asked(libvirt, {"a.c": C.format(f"int x = {NAMES.replace(' ', ' + ')};")})
    assert [problem.message for problem in found.problems] == ["nested too deeply"]
    assert found.exit_code == 3
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    ("body", "uses"),
    [
        ("virDomainCreate(d) /* virDomainFDAssociate */", False),
        ("virDomainCreate(d) // virDomainFDAssociate", False),
        ('"virDomainFDAssociate"', False),
        ("'\\\"' virDomainFDAssociate \" virDomainCreate", False),
        ('"a" virDomainFDAssociate /* b */', True),
        ("/* a */ virDomainFDAssociate", True),
    ],
)
def test_code_in_the_body_of_a_macro(libvirt: Catalogue, body: str, uses: bool) -> None:
    found = asked(libvirt, {"a.c": C.format(f"#define X {body}\nint x = X;")})
    assert ("virDomainFDAssociate" in told(found, "sets-floor")) is uses


FLAGS = "".join(f"HAS_{n} = libvirt.getVersion() >= 7003000\n" for n in range(6_000))
RETURNS = "".join(f"    if not HAS_{n}:\n        return\n    c.nodeDeviceDefineXML('', 0)\n" for n in range(6_000))
CLASSES = """class C{0}:
    def f(self, c):
        try:
            self.has = bool(c.nodeDeviceDefineXML)
        except AttributeError:
            g{0}()
"""


@pytest.mark.parametrize(
    "text",
    [FLAGS + "def f(c):\n" + RETURNS, "".join(CLASSES.format(n) for n in range(4_000))],
    ids=["early returns", "handlers"],
)
def test_python_with_many_checks(libvirt: Catalogue, text: str) -> None:
    before = time.process_time()
    found = asked(libvirt, {"a.py": f"import libvirt\nlibvirt.open('x').lookupByName('y')\n{text}"})
    assert time.process_time() - before < 10
    assert not told(found, "sets-floor")


MANY = "".join(f"#define M{n}(x) vir##x##{n}\n" for n in range(5_000))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        (MANY + "".join(f"int a{n} = M{n % 5_000}(A);\n" for n in range(30_000)), ""),
        (
            "".join(f"#define M(x) vir##x##{n}\n" for n in range(5_000)) + "int a = M(A);\n" * 10_000,
            "more than 400000 tokens (limit header-expansion)",
        ),
        (
            "#define M(x, y) vir##x\n" + "int a = M(A, ((((((((((\n" * 20_000,
            "more than 400000 tokens (limit header-expansion)",
        ),
        (
            "#define M(x) vir##x\n" + "int a = M((((((((((\n" * 20_000,
            "arguments of more than 2000 bytes (limit call-bytes)",
        ),
    ],
    ids=["macros", "definitions", "other arguments", "arguments"],
)
def test_names_that_macros_put_together_take_no_end(libvirt: Catalogue, text: str, limit: str) -> None:
    before = time.process_time()
    found = asked(libvirt, {"a.c": C.format(text)})
    assert time.process_time() - before < 10
    assert told(found, "sets-floor") == ["virDomainCreate"]
    told_open = [problem.message for problem in found.problems]
    assert told_open == ([f"names put together by macros take {limit}"] if limit else [])


def test_groups_nested_deeply_are_a_problem(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"a.c": C.format("#if A\n" * 20_000)})
    assert found.exit_code == 3
    assert [problem.location.line for problem in found.problems if problem.location] == [302]


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("a.py", "import libvirt\n" + "x = [1, 2, 3]\n" * (now().python_bytes // 14), "limit python-bytes"),
        ("a.xml", GUEST.format("", "<devices/>" * (now().document_bytes // 10)), "limit document-bytes"),
        ("a.xml", GUEST.format("".join(f" a{n}='1'" for n in range(20_000)), ""), "attributes"),
    ],
    ids=["python", "document", "attributes"],
)
def test_what_is_too_large_is_a_problem(libvirt: Catalogue, path: str, text: str, said: str) -> None:
    found = asked(libvirt, {path: text})
    assert found.exit_code == 3
    assert [said in problem.message for problem in found.problems] == [True]


def test_a_continued_condition_is_no_use(libvirt: Catalogue) -> None:
    text = C.format("#if defined(A) && \\\n    defined(virDomainFDAssociate)\n#endif")
    assert told(asked(libvirt, {"a.c": text}), "sets-floor") == ["virDomainCreate"]


LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"


@pytest.mark.parametrize("path", ["l.c", "l.py", "l.go", "l.xml", "l.rs", "l.C"])
@pytest.mark.parametrize(
    "data", [LFS.encode(), b"\0" * 100, bytes(range(1, 256)) * 9], ids=["pointer", "null", "controls"]
)
def test_what_holds_no_text_is_a_problem(libvirt: Catalogue, path: str, data: bytes) -> None:
    found = asked(libvirt, {"a.c": C.format(""), path: data})
    assert found.exit_code == 3
    assert [problem.location.path for problem in found.problems if problem.location] == [path]


@pytest.mark.parametrize("path", ["a.C", "a.cppm", "a.hh", "a.mm"])
def test_other_endings_of_c(libvirt: Catalogue, path: str) -> None:
    assert told(asked(libvirt, {path: C.format("")}), "sets-floor") == ["virDomainCreate"]
