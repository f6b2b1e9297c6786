"""What applications need: the rules' examples, and each kind of check in C and in Python."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.errors import SourceError
from abidiff.finding import Report
from abidiff.history.lives import opened
from abidiff.release import Release
from abidiff.requires import RULES
from abidiff.requires.catalogue import Catalogue
from abidiff.requires.declared import declared
from abidiff.requires.distributions import Row
from abidiff.requires.model import parsed
from abidiff.requires.question import Question
from abidiff.requires.report import report
from abidiff.rule import Example, Rule, load
from tests.history.library import history, release

pytest.importorskip("tree_sitter_c")
pytest.importorskip("elftools")

CASES = [
    pytest.param(rule, example, id=f"{rule.id}:{example.name}") for rule in load(RULES) for example in rule.examples
]

DAY = datetime.date(2026, 1, 1)
BAYS = tuple(
    Row("Bay", str(n), "", DAY, datetime.date(2030 + n, 1, 1), None, False, {"ship": f"{n}.0.0"}, ("a page",), DAY)
    for n in (1, 2)
)


def asked(catalogue: Catalogue, files: dict[str, str | bytes], oldest: str = "") -> Report:
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return report(Release("app", "", data, "app"), catalogue, Question("libvirt", parsed(oldest)))


def told(found: Report, rule: str) -> list[str]:
    return [finding.subject for finding in found.findings if finding.rule == f"requires/{rule}"]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example, tmp_path: Path) -> None:
    assert isinstance(example.old, dict)
    assert isinstance(example.new, dict)
    application = {path: text.encode() for path, text in example.new.items() if path.startswith("app.")}
    releases = []
    for version, side in (("1.0.0", example.old), ("2.0.0", example.new)):
        headers = {f"include/{path}": text for path, text in side.items() if path.endswith(".h")}
        releases.append(release(tmp_path, version, headers))
    if rule.id == "impact/document-refused":
        given = [str(tmp_path / "app.xml"), *(str(tmp_path / f"ship-{version}") for version in ("1.0.0", "2.0.0"))]
        for version, side in (("1.0.0", example.old), ("2.0.0", example.new)):
            release(tmp_path, version, {path: text for path, text in side.items() if path.endswith(".rng")})
        (tmp_path / "app.xml").write_bytes(application["app.xml"])
        touched = CliRunner().invoke(cli, ["impact", *given, "-f", "json", "--no-config"], standalone_mode=False)
        assert tuple(f["subject"] for f in json.loads(touched.output)["findings"]) == example.fires
        assert touched.return_value == (1 if example.fires else 0)
        return
    oldest = "1.0.0" if rule.id == "requires/newer-than-declared" else ""
    with_driver = rule.id == "requires/driver-lacks"
    with opened("libvirt" if with_driver else history(tmp_path / "h.db", releases)) as found:
        rows = BAYS if "Bay" in example.name or rule.id == "requires/leaves-behind" else ()
        asked = {"matrix": rule.id == "requires/leaves-behind", "ahead": rule.id == "requires/may-be-raised"}
        question = Question("ship", parsed(oldest), rows=rows, day=DAY, **asked)
        catalogue = Catalogue(found, "bhyve" if with_driver else "")
        findings = report(Release("app", "", application, "app"), catalogue, question).findings
    assert tuple(f.subject for f in findings if f.rule == rule.id) == example.fires
    assert {f.rule for f in findings if f.rule != rule.id} == set(example.also)


def test_rules_are_complete() -> None:
    for rule in load(RULES):
        assert rule.summary
        assert rule.why
        assert any(example.fires for example in rule.examples)
        assert any(not example.fires for example in rule.examples)


C = "virDomainSetLaunchSecurityState(d, 0, 0, 0);"
OUTSIDE_C = f"void f(virDomainPtr d) {{ {C} }}\n"
CHECKS_C = (
    "#if LIBVIR_CHECK_VERSION(8, 0, 0)",
    "#if LIBVIR_VERSION_NUMBER >= 8000000",
    "#if !(LIBVIR_VERSION_NUMBER < 8000000)",
    "#if defined(X) && 8000000 <= LIBVIR_VERSION_NUMBER",
    "#ifdef HAVE_VIRDOMAINSETLAUNCHSECURITYSTATE",
    "#if !LIBVIR_CHECK_VERSION(8, 0, 0)\n#else",
)


@pytest.mark.parametrize("check", CHECKS_C)
def test_checks_in_c(libvirt: Catalogue, check: str) -> None:
    inside = asked(libvirt, {"a.c": f"{check}\n{OUTSIDE_C}#endif\n"})
    assert told(inside, "optional-feature") == ["virDomainSetLaunchSecurityState"]
    assert told(inside, "weak-check") == []
    outside = asked(libvirt, {"a.c": f"{check}\n#endif\n{OUTSIDE_C}"})
    assert told(outside, "sets-floor") == ["virDomainSetLaunchSecurityState"]
    assert outside.findings[0].new is not None


def test_no_use_in_c(libvirt: Catalogue) -> None:
    text = f"/* {C} */ int a; struct s x = {{0}}; int g(void) {{ return x.virDomainCreate; }} int h(virDomainPtr d);\n"
    assert told(asked(libvirt, {"a.c": text}), "sets-floor") == []


USED = "void f(virDomainPtr d) { SECURE(d); }\n"


@pytest.mark.parametrize(
    "files",
    [
        {"a.c": f"#define SECURE(d) {C}\n{USED}"},
        {"a.h": f"#define MORE(d) {C}\n#define SECURE(d) MORE(d)\n", "b.c": USED},
        {"a.h": f"#define SECURE(d) do {{ \\\n  {C} \\\n }} while (0)\n", "b.c": USED},
    ],
)
def test_bodies_of_macros_in_c(libvirt: Catalogue, files: dict[str, str | bytes]) -> None:
    found = asked(libvirt, files)
    assert told(found, "sets-floor") == ["virDomainSetLaunchSecurityState"]
    guarded = {path: f"#if LIBVIR_CHECK_VERSION(8, 0, 0)\n{text}#endif\n" for path, text in files.items()}
    assert told(asked(libvirt, guarded), "sets-floor") == []


def test_bodies_that_ask_for_nothing(libvirt: Catalogue) -> None:
    unused = asked(libvirt, {"a.c": f"#define SECURE(d) {C}\nvoid f(virDomainPtr d) {{ virDomainCreate(d); }}\n"})
    assert "virDomainSetLaunchSecurityState" not in told(unused, "sets-floor")
    text = f'#define SECURE(d) virDomainCreate(d) /* {C} */ + g("{C}")\n{USED}'
    assert "virDomainSetLaunchSecurityState" not in told(asked(libvirt, {"a.c": text}), "sets-floor")


def test_a_static_function_is_the_one_of_its_file(libvirt: Catalogue) -> None:
    own = "static int virDomainSetLaunchSecurityState(int a) { return a; }\n"
    both = asked(
        libvirt, {"a.c": f"{own}int g(void) {{ return virDomainSetLaunchSecurityState(1); }}\n", "b.c": OUTSIDE_C}
    )
    assert [f.new.path for f in both.findings if f.subject == "virDomainSetLaunchSecurityState" and f.new] == ["b.c"]
    shared = asked(libvirt, {"a.h": own, "b.c": OUTSIDE_C})
    assert "virDomainSetLaunchSecurityState" not in told(shared, "sets-floor")


def test_a_weak_check_in_c(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"a.c": f"#if LIBVIR_CHECK_VERSION(7, 9, 0)\n{OUTSIDE_C}#endif\n"})
    assert told(found, "weak-check") == ["virDomainSetLaunchSecurityState"]
    assert found.exit_code == 1


PYTHON = "dom.setLaunchSecurityState({}, 0)"
CHECKS_PYTHON = (
    "if libvirt.getVersion() >= 8000000:\n  {}\n",
    "if conn.getLibVersion() > 7999999 and x:\n  {}\n",
    "if hasattr(dom, 'setLaunchSecurityState'):\n  {}\n",
    "try:\n  {}\nexcept AttributeError:\n  pass\n",
    "def f():\n  if not has_min(MIN):\n    return\n  {}\n",
    "MIN_OK = has_min(MIN)\nif MIN_OK:\n  {}\n",
    "x = {} if has_min((8, 0, 0)) else None\n",
    "has_min(MIN) and {}\n",
)
HELPERS = "import libvirt\nMIN = (8, 0, 0)\ndef has_min(v):\n  return conn.getLibVersion() >= convert(v)\n"


@pytest.mark.parametrize("check", CHECKS_PYTHON)
def test_checks_in_python(libvirt: Catalogue, check: str) -> None:
    inside = asked(libvirt, {"v.py": HELPERS, "a.py": "import libvirt\n" + check.format(PYTHON)})
    assert told(inside, "optional-feature") == ["virDomainSetLaunchSecurityState"]
    assert told(inside, "weak-check") == []
    outside = asked(libvirt, {"v.py": HELPERS, "a.py": f"import libvirt\n{check.format('pass_()')}{PYTHON}\n"})
    assert told(outside, "sets-floor") == ["virDomainSetLaunchSecurityState"]


def test_a_handler_that_raises_again_is_no_check(libvirt: Catalogue) -> None:
    text = f"import libvirt\ntry:\n  {PYTHON}\nexcept AttributeError:\n  raise\n"
    assert told(asked(libvirt, {"a.py": text}), "sets-floor") == ["virDomainSetLaunchSecurityState"]


def test_a_weak_check_in_python(libvirt: Catalogue) -> None:
    found = asked(libvirt, {"v.py": HELPERS, "a.py": f"import libvirt\nif has_min((7, 0, 0)):\n  {PYTHON}\n"})
    assert told(found, "weak-check") == ["virDomainSetLaunchSecurityState"]


def test_declared(libvirt: Catalogue) -> None:
    files = {"a.py": f"import libvirt\n{PYTHON}\n"}
    assert asked(libvirt, files, "8.0.0").exit_code == 0
    assert asked(libvirt, files, "7.10.0").exit_code == 1


def test_bad_input_is_named_and_open(libvirt: Catalogue) -> None:
    files = {"a.py": "import libvirt\ndef (:\n", "b.c": "#if 1\nvirDomainPtr d;\n", "c": b"\x7fELF rubbish"}
    found = asked(libvirt, files)
    assert sorted(problem.location.path for problem in found.problems if problem.location) == ["a.py", "b.c", "c"]
    assert found.exit_code == 3


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "app"
    path.mkdir()
    (path / "a.py").write_text(f"import libvirt\n{PYTHON}\n")
    result = CliRunner().invoke(
        cli, ["requires", str(path), "--declared", "7.0.0", "-f", "json"], standalone_mode=False
    )
    assert result.return_value == 1
    rules = {finding["rule"] for finding in json.loads(result.output)["findings"]}
    assert rules == {"requires/sets-floor", "requires/newer-than-declared"}


USE = f"#ifdef HAVE_SEV\n{OUTSIDE_C}#endif\n"
SEV = "#if LIBVIR_CHECK_VERSION(8, 0, 0)\n# define HAVE_SEV 1\n#endif\n"
MACROS_C = {
    "defined behind a check": SEV,
    "in an inner group": f"#ifdef LIBVIR_CHECK_VERSION\n{SEV}#endif\n",
    "by way of another": f"{SEV.replace('HAVE_SEV', 'NEW')}#ifdef NEW\n#define HAVE_SEV\n#endif\n",
    "a comment in a string": '#define URL "http://x/*"\n' + SEV,
    "removed for older ones": "#define HAVE_SEV\n#if !LIBVIR_CHECK_VERSION(8, 0, 0)\n#undef HAVE_SEV\n#endif\n",
}


@pytest.mark.parametrize("name", MACROS_C)
def test_macros_behind_checks(libvirt: Catalogue, name: str) -> None:
    found = asked(libvirt, {"a.c": MACROS_C[name] + USE})
    known = name != "removed for older ones"
    assert told(found, "optional-feature" if known else "sets-floor") == ["virDomainSetLaunchSecurityState"]
    assert told(found, "weak-check") == []
    assert asked(libvirt, {"b.h": MACROS_C[name], "a.c": USE}).findings[0].rule == found.findings[0].rule


NO_CHECK_C = (
    ("#if LIBVIR_CHECK_VERSION(8, 0, 0)\n#define HAVE_SEV\n#else\n#define HAVE_SEV\n#endif\n", {}),
    ("#if LIBVIR_CHECK_VERSION(8, 0, 0)\n#define HAVE_SEV\n#endif\n", {"config.h": "#define HAVE_SEV 1\n"}),
    ("#if LIBVIR_CHECK_VERSION(8, 0, 0)\n#define HAVE_SEV\n#elif X\n#define HAVE_SEV\n#endif\n", {}),
)


@pytest.mark.parametrize(("text", "others"), NO_CHECK_C)
def test_macros_that_are_there_anyway(libvirt: Catalogue, text: str, others: dict[str, str]) -> None:
    found = asked(libvirt, {"a.c": text + USE, **others})
    assert told(found, "sets-floor") == ["virDomainSetLaunchSecurityState"]


def test_the_value_of_a_macro(libvirt: Catalogue) -> None:
    text = "#ifndef A_H\n#define A_H\n#if LIBVIR_CHECK_VERSION(8, 0, 0)\n#define SEV 1\n#else\n#define SEV 0\n#endif\n"
    inside = f"{text}#if SEV\n{OUTSIDE_C}#endif\n#endif\n"
    assert told(asked(libvirt, {"a.c": inside}), "optional-feature") == ["virDomainSetLaunchSecurityState"]
    outside = f"{text}#if !SEV\n{OUTSIDE_C}#endif\n#endif\n"
    assert told(asked(libvirt, {"a.c": outside}), "sets-floor") == ["virDomainSetLaunchSecurityState"]
    defined = f"{text}#ifdef SEV\n{OUTSIDE_C}#endif\n#endif\n"
    assert told(asked(libvirt, {"a.c": defined}), "sets-floor") == ["virDomainSetLaunchSecurityState"]


def test_a_macro_that_compares(libvirt: Catalogue) -> None:
    own = "#define AT_LEAST(a, b, c) (LIBVIR_VERSION_NUMBER >= ((a) * 1000000 + (b) * 1000 + (c)))\n"
    held = "#define NEW (LIBVIR_VERSION_NUMBER >= 8000000)\n"
    for text in (f"{own}#if AT_LEAST(8, 0, 0)\n", f"{held}#if NEW\n"):
        found = asked(libvirt, {"a.c": f"{text}{OUTSIDE_C}#endif\n"})
        assert told(found, "optional-feature") == ["virDomainSetLaunchSecurityState"]


DECLARATIONS = {
    "meson.build": "wanted = '8.0.0'\ndependency('libvirt', version: '>=' + wanted)\n",
    "sub/meson.build": "dependency('libvirt', required: true, version: ['>= 8.0.0'])\n",
    "configure.ac": "PKG_CHECK_MODULES([LIBVIRT], [libvirt >= 8.0.0])\n",
    "CMakeLists.txt": "pkg_check_modules(LIBVIRT REQUIRED libvirt>=8.0)\n",
    "pyproject.toml": '[project]\ndependencies = ["libvirt-python>=8.0.0"]\n',
    "requirements.txt": "libvirt-python>=8.0.0 # LGPL\n",
    "debian/control": "Build-Depends: debhelper,\n libvirt-dev (>= 1:8.0.0~rc1)\n",
    "app.spec": "%global libvirt_version 8.0.0\nBuildRequires: libvirt-devel >= %{libvirt_version}\n",
    "driver.py": "MIN_LIBVIRT_VERSION = (8, 0, 0)\n",
    "setup.py": "setup(install_requires=['libvirt-python>=8.0.0'])\n",
}


FORMS = [
    ("meson.build", "wanted = '>= 8.0.0'\ndependency('libvirt', version: wanted)\n"),
    ("meson.build", "dependency('libvirt', version: ['< 12', '> 8.0.0'])\n"),
    ("meson.build", "dependency('libvirt', version: '8.0.0')\n"),
    ("configure.ac", 'WANTED="8.0.0"\nAC_SUBST(WANTED)\nPKG_CHECK_MODULES(LIBVIRT, libvirt >= $WANTED)\n'),
    ("configure.ac", "WANTED=8.0.0\nPKG_CHECK_MODULES([LIBVIRT], [glib-2.0 >= 2.6 libvirt >= ${WANTED}])\n"),
    ("configure.ac", "m4_define([wanted], [8.0.0])\nPKG_CHECK_MODULES([LIBVIRT], [libvirt >= wanted])\n"),
    ("CMakeLists.txt", "find_package(Libvirt 8.0.0 REQUIRED)\n"),
    ("CMakeLists.txt", 'set(WANTED "8.0.0")\npkg_check_modules(LIBVIRT REQUIRED libvirt>=${WANTED})\n'),
    ("app.spec", "BuildRequires: pkgconfig(libvirt) >= 8.0.0\n"),
    ("pyproject.toml", '[tool.poetry.dependencies]\nlibvirt-python = "^8.0.0"\n[tool.poetry.extras]\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\nlibvirt-python = {version = ">=8.0.0", optional = true}\n'),
    ("driver.py", "MIN_LIBVIRT_VERSION = 8_000_000\n"),
    ("driver.py", "if True:\n    MIN_LIBVIRT_VERSION = '8.0.0'\n"),
    ("debian/control", "Build-Depends: debhelper,\n# libvirt-dev (>= 6.0.0),\n libvirt-dev (>= 8.0.0)\n"),
]
"""Each form in which a declaration stands; every file of :data:`SILENT` is added to each of them."""

SILENT = {
    "meson.build": "# dependency('libvirt', version: '>= 6.0.0')\n",
    "configure.ac": "dnl PKG_CHECK_MODULES([LIBVIRT], [libvirt >= 6.0.0])\n# libvirt >= 6.0.0\n",
    "CMakeLists.txt": "# libvirt>=6.0.0\n#[[\npkg_check_modules(L libvirt>=6.0.0)\n]]\n",
    "requirements.txt": "# libvirt-python>=6.0.0\nother # libvirt-python>=6.0.0\n",
    "pyproject.toml": '# dependencies = ["libvirt-python>=6.0.0"]\n[tool.other]\nlibvirt-python = "^6.0.0"\n',
    "setup.cfg": "; libvirt-python>=6.0.0\n",
    "setup.py": "# libvirt-python>=6.0.0\nsetup(install_requires=[])\n",
    "driver.py": 'TEXT = """\nMIN_LIBVIRT_VERSION = (3, 0, 0)\n"""\n# MIN_LIBVIRT_VERSION = (3, 0, 0)\n',
    "debian/control": (
        "Package: a\nConflicts: libvirt0 (>= 5.0.0)\nBreaks: libvirt-dev (>= 6.0)\n"
        "Description: works with libvirt0 (>= 4.0)\n and libvirt-dev (>= 4.0)\n"
    ),
    "app.spec": "# BuildRequires: libvirt-devel >= 6.0.0\n%changelog\n- libvirt-devel >= 6.0.0\n",
}


@pytest.mark.parametrize(("path", "text"), FORMS)
def test_forms_of_declarations(path: str, text: str) -> None:
    assert [each.version for each in declared({path: text.encode()}, "libvirt")] == [(8,)]
    both = {"debian/control": SILENT[path] + text, "pyproject.toml": text + SILENT[path]}.get(path, text + SILENT[path])
    assert [each.version for each in declared({path: both.encode()}, "libvirt")] == [(8,)]


@pytest.mark.parametrize("path", SILENT)
def test_comments_and_other_fields_declare_nothing(path: str) -> None:
    assert declared({path: SILENT[path].encode()}, "libvirt") == ()


@pytest.mark.parametrize("path", DECLARATIONS)
def test_declarations(path: str) -> None:
    text = DECLARATIONS[path]
    assert [each.version for each in declared({path: text.encode()}, "libvirt")] == [(8,)]
    other = text.replace("libvirt", "libvirt-glib").replace("LIBVIRT", "OTHER").replace("glib_version", "version")
    assert declared({path: other.encode()}, "libvirt") == ()


@pytest.mark.parametrize(("version", "code"), [("9.0.0", 1), ("10.5.0", 3), ("11.3.0", 0)])
def test_a_declared_release_that_the_history_lacks_is_open(libvirt: Catalogue, version: str, code: int) -> None:
    """The procedure came after 9.0.0, and with 11.3.0 at the latest: of what lies between nothing is known."""
    files = {"a.rb": b"call(REMOTE_PROC_DOMAIN_GRAPHICS_RELOAD)\n"}
    question = Question("libvirt", declared=parsed(version))
    assert report(Release("app", "", files, "app"), libvirt, question).exit_code == code


def test_what_is_declared_counts(libvirt: Catalogue) -> None:
    files = {"a.py": f"import libvirt\n{PYTHON}\n".encode(), "requirements.txt": b"libvirt-python>=9.0\n"}
    question = Question("libvirt", asks=True)
    assert report(Release("app", "", files, "app"), libvirt, question).exit_code == 0
    files["a.py"] += b"MIN_LIBVIRT_VERSION = (7, 0, 0)\n"
    found = report(Release("app", "", files, "app"), libvirt, question)
    assert told(found, "newer-than-declared") == ["virDomainSetLaunchSecurityState"]
    assert "a.py:3:1 declares 7.0.0 (checked at run time; this one counts)" in found.notes


def test_drivers() -> None:
    files = {"a.c": "void f(virDomainPtr d) { virDomainDestroyFlags(d, 0); virConnectListAllInterfaces(0, 0, 0); }"}
    with opened("libvirt") as history:
        found = asked(Catalogue(history, "bhyve"), dict(files))
        assert told(found, "sets-floor") == ["virDomainDestroyFlags"]
        assert told(found, "driver-lacks") == []
        files["a.c"] += "void g(virDomainPtr d) { virDomainFSFreeze(d, 0, 0, 0); }"
        assert told(asked(Catalogue(history, "bhyve"), dict(files)), "driver-lacks") == ["virDomainFSFreeze"]
        assert told(asked(Catalogue(history, "qemu"), dict(files)), "driver-lacks") == []
        with pytest.raises(SourceError):
            Catalogue(history, "bhive")


def test_a_driver_that_is_gone() -> None:
    files: dict[str, str | bytes] = {"a.c": "void f(virDomainPtr d) { virDomainReboot(d, 0); }"}
    with opened("libvirt") as history:
        found = asked(Catalogue(history, "xenapi"), files)
    assert (told(found, "gone"), found.exit_code) == (["xenapi"], 1)
    assert found.findings[0].message == "driver xenapi is gone in 7.0.0 (the last with it is 4.0.0)"
    assert found.notes[0] == "the releases of libvirt that serve the application are 0.8.0 to 4.0.0"


def test_a_function_that_a_driver_has_no_more() -> None:
    """libvirt took the parser of command lines out of its driver of QEMU."""
    files: dict[str, str | bytes] = {"a.c": "void f(virConnectPtr c) { virConnectDomainXMLFromNative(c, 0, 0, 0); }"}
    with opened("libvirt") as history:
        found = asked(Catalogue(history, "qemu"), files)
        assert (told(found, "driver-lacks"), found.exit_code) == (["virConnectDomainXMLFromNative"], 0)
        assert "no more from 7.0.0 on" in found.findings[0].message


def test_what_no_source_could_give_is_open(libvirt: Catalogue) -> None:
    files = {"a.py": b"import libvirt\n"}
    application = Release("app", "", files, "app", unread=(("sub", "a submodule"),))
    assert report(application, libvirt, Question("libvirt")).exit_code == 3


def test_the_second_time_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "app"
    path.mkdir()
    (path / "a.py").write_text(f"import libvirt\n{PYTHON}\n")
    first = CliRunner().invoke(cli, ["requires", str(path)], standalone_mode=False)
    with monkeypatch.context() as without:
        without.setattr(Catalogue, "__init__", None)
        again = CliRunner().invoke(cli, ["requires", str(path)], standalone_mode=False)
    assert (again.return_value, again.output) == (0, first.output)
    (path / "a.py").write_text("import libvirt\nlibvirt.open()\n")
    changed = CliRunner().invoke(cli, ["requires", str(path)], standalone_mode=False)
    assert changed.output != first.output


REFUSING = {
    "a.c: #error": "#if !LIBVIR_CHECK_VERSION(9, 0, 0)\n# error too old\n#endif\n",
    "a.c: #error in #else": "#if LIBVIR_VERSION_NUMBER >= 9000000\n#else\n#error old\n#endif\n",
    "a.c: in a header": "#ifndef A\n#define A\n#if LIBVIR_VERSION_NUMBER < 9000000\n#error old\n#endif\n#endif\n",
    "a.c: _Static_assert": '_Static_assert(LIBVIR_VERSION_NUMBER >= 9000000, "old");\n',
    "a.c: a range that begins below what is used": "#if LIBVIR_VERSION_NUMBER < 9000000"
    " && LIBVIR_VERSION_NUMBER > 8000000\n#error x\n#endif\n",
    "a.py: assert": "import libvirt\nassert libvirt.getVersion() >= 9000000\n",
    "a.py: raise": "import libvirt\nif libvirt.getVersion() < 9000000:\n  raise RuntimeError('old')\n",
    "a.py: exit": "import libvirt, sys\nif libvirt.getVersion() < 9000000:\n  sys.exit('old')\n",
}
SERVING = {
    "a.c: and": "#if LIBVIR_VERSION_NUMBER < 9000000 && defined(X)\n#error old\n#endif\n",
    "a.c: inside of another": "#ifdef X\n#if LIBVIR_VERSION_NUMBER < 9000000\n#error old\n#endif\n#endif\n",
    "a.c: in #if 0": "#if 0\n#if LIBVIR_VERSION_NUMBER < 9000000\n#error old\n#endif\n#endif\n",
    "a.c: a comment": '// _Static_assert(LIBVIR_VERSION_NUMBER >= 9000000, "old");\n',
    "a.c: or": '_Static_assert(LIBVIR_VERSION_NUMBER >= 9000000 || X, "old");\n',
    "a.c: behind another": '#ifdef X\n_Static_assert(LIBVIR_VERSION_NUMBER >= 9000000, "old");\n#endif\n',
    "a.py: and": "import libvirt\nif libvirt.getVersion() < 9000000 and x:\n  raise RuntimeError('old')\n",
    "a.py: a program": "import libvirt\nif x:\n  assert libvirt.getVersion() >= 9000000\n",
    "a.py: no module": "import libvirt\nif libvirt.getVersion() < 9000000:\n  raise ImportError('old')\n",
    "a.py: a function": "import libvirt\ndef f():\n  assert libvirt.getVersion() >= 9000000\n",
}
AFTER = {"a.c": "int f(virDomainPtr d) { return virDomainSaveParams(d, 0, 0, 0); }\n", "a.py": "print(libvirt.open)\n"}


@pytest.mark.parametrize("name", REFUSING)
def test_a_release_that_the_application_refuses_does_not_serve_it(libvirt: Catalogue, name: str) -> None:
    file = name.partition(":")[0]
    found = asked(libvirt, {file: REFUSING[name] + AFTER[file]}, "8.4.0")
    assert found.notes[0] == "the oldest release of libvirt that serves the application is 9.0.0"
    assert len(told(found, "sets-floor")) == len(told(found, "newer-than-declared")) == 1
    assert told(found, "dead-check") == []


@pytest.mark.parametrize("name", SERVING)
def test_a_release_that_the_application_may_refuse(libvirt: Catalogue, name: str) -> None:
    file = name.partition(":")[0]
    found = asked(libvirt, {file: SERVING[name] + AFTER[file]})
    assert not found.notes[0].endswith("9.0.0")
