"""The Python interface: what a program that imports abidiff relies on stays there."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

import abidiff
from abidiff import interface

ROOT = Path(__file__).parents[1]
OLD = ROOT / "fixtures" / "demo" / "harbour-1.0.0"
NEW = ROOT / "fixtures" / "demo" / "harbour-1.1.0"
PROMISED = ROOT / "docs" / "formats" / "python-interface.txt"
RECORD = ROOT / "docs" / "formats" / "python-interface.pyi"
TOOLS = ROOT / "build" / "tools" / "bin"


def test_two_releases_are_compared() -> None:
    report = abidiff.compare(OLD, NEW, cache=False)
    assert report.verdict is abidiff.Verdict.INCOMPATIBLE
    assert report.exit_code == 1
    assert any(f.severity is abidiff.Severity.BREAKING and f.witness for f in report.findings)
    assert "INCOMPATIBLE" in abidiff.render(report)
    assert abidiff.render(report, "json").startswith("{")


def test_what_is_chosen_is_looked_at() -> None:
    report = abidiff.compare(OLD, NEW, surfaces=["xdr"], fail_on="never", cache=False)
    assert {f.surface for f in report.findings} == {"xdr"}
    assert report.exit_code == 0
    assert abidiff.check(NEW, cache=False).old is None


def test_errors_are_those_that_are_promised(tmp_path: Path) -> None:
    with pytest.raises(abidiff.AbidiffError):
        abidiff.compare(tmp_path / "missing", NEW)
    with pytest.raises(abidiff.UsageError):
        abidiff.compare(OLD, OLD)
    with pytest.raises(AttributeError):
        abidiff.no_such_name  # noqa: B018
    assert set(abidiff.__all__) - {"__version__"} == set(interface.__all__)
    assert dir(abidiff) == sorted(abidiff.__all__)


def test_importing_is_cheap() -> None:
    code = (
        "import sys, abidiff; print(sorted(m for m in sys.modules if m.startswith(('abidiff.', 'msgspec', 'click'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['abidiff.about']"


def signatures() -> list[str]:
    """Return the interface line by line: functions with their parameters, records with their fields, members."""
    out = []
    for name in interface.__all__:
        thing = getattr(interface, name)
        if inspect.isfunction(thing):
            out += [f"{name}({parameter})" for parameter in inspect.signature(thing).parameters.values()]
            out.append(f"{name}() -> {inspect.signature(thing).return_annotation}")
        elif issubclass(thing, msgspec.Struct):
            out += [
                f"{name}.{field.name}: {inspect.formatannotation(field.type)}"
                for field in msgspec.structs.fields(thing)
            ]
            out += [f"{name}.{key}" for key, value in vars(thing).items() if isinstance(value, property)]
        elif issubclass(thing, Exception):
            out.append(f"{name} < {thing.__bases__[0].__name__}, exit code {thing.exit_code}")
        elif issubclass(thing, tuple):
            out += [f"{name}.{key}: {inspect.formatannotation(hint)}" for key, hint in get_type_hints(thing).items()]
        else:
            out += [f"{name}.{member.name} = {member.value}" for member in thing]
    return sorted(out)


def test_nothing_that_was_promised_is_gone() -> None:
    """A line may be added within a minor version; to take one away asks for the next one (docs/python.md)."""
    promised = PROMISED.read_text(encoding="utf-8").splitlines()
    version, lines = promised[0].removeprefix("abidiff "), promised[1:]
    assert lines == sorted(lines)
    missing = set(lines) - set(signatures())
    assert not missing or version.split(".")[:2] != abidiff.__version__.split(".")[:2], missing
    assert set(lines) == set(signatures()), "new names: write them down (make generated)"


def copied(tmp_path: Path) -> Path:
    """Return a tree with the package and the record of its interface."""
    for path in [*(ROOT / "abidiff").glob("*.py"), RECORD]:
        to = tmp_path / path.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(not (TOOLS / "griffe").exists(), reason="griffe is not here (make build/tools/.ready)")
@pytest.mark.parametrize(
    ("file", "was", "becomes", "said"),
    [
        ("about", "", "", ""),
        ("interface", "    cache: bool = True,\n", "", "compare(cache): Parameter was removed"),
        ("interface", "verify: bool = False", "verify: bool = True", "compare(verify): Parameter default was changed"),
        ("finding", "def fingerprint", "def finger", "Finding.fingerprint: Public object was removed"),
        ("finding", '    UNDECIDED = "undecided"\n', "", "Verdict.UNDECIDED: Public object was removed"),
        ("errors", "self.hint = hint", "self.what = hint", "AbidiffError.hint: Public object was removed"),
        ("interface", '    "check",\n', "", "check: Public object was removed"),
    ],
)
def test_griffe_guards_the_python_interface(tmp_path: Path, file: str, was: str, becomes: str, said: str) -> None:
    root = copied(tmp_path)
    path = root / "abidiff" / f"{file}.py"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes), encoding="utf-8")
    command = [str(TOOLS / "python"), str(ROOT / "tools" / "check_interface.py"), "--root", str(root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stdout) == (1 if said else 0, True), done.stdout + done.stderr
    about = root / "abidiff" / "about.py"
    about.write_text('__version__ = "0.3.0"\n', encoding="utf-8")
    later = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (later.returncode, later.stdout) == (0, done.stdout)


def test_the_record_is_that_of_this_minor_version() -> None:
    """At the first release of a minor version the record is written anew."""
    minor = ".".join(abidiff.__version__.split(".")[:2])
    assert RECORD.read_text(encoding="utf-8").startswith(f"# abidiff {minor}."), "tools/check_interface.py --record"
