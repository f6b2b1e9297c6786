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
