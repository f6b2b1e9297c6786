"""Three real libvirt releases against each other, held to what independent tools say of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from abidiff.config import Config
from abidiff.errors import UsageError
from abidiff.finding import Report, Severity
from abidiff.notes import notes
from abidiff.pipeline import Options, compare, judge
from abidiff.pipeline.reading import Reading, read
from abidiff.pipeline.request import Request
from abidiff.reports.release_notes import render

pytestmark = pytest.mark.real

RealRelease = Callable[[str], Path]
PAIRS = (("7.0.0", "9.0.0"), ("9.0.0", "11.3.0"))


@cache
def reading(path: Path) -> Reading:
    return read(Request(str(path), cache=False))


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest) -> Callable[[Path, Path], Report]:
    @cache
    def compared(old: Path, new: Path) -> Report:
        return judge(reading(old), reading(new), Options())

    return compared


@pytest.mark.parametrize("version", ["7.0.0", "9.0.0", "11.3.0"])
def test_every_file_is_read(real_release: RealRelease, version: str) -> None:
    found = reading(real_release(version))
    assert found.problems("old") == []
    assert found.profile == "libvirt"
    assert found.side.version == version


@pytest.mark.parametrize("version", ["7.0.0", "9.0.0", "11.3.0"])
def test_a_release_against_itself_has_nothing_to_report(real_release: RealRelease, version: str) -> None:
    same = reading(real_release(version))
    report = judge(same, same, Options(same_is_fine=True))
    assert report.findings == ()
    assert report.problems == ()


def test_the_same_release_under_two_names_is_never_a_success(real_release: RealRelease, tmp_path: Path) -> None:
    original = real_release("9.0.0")
    other = tmp_path / "libvirt-9.9.9.tar.xz"
    other.symlink_to(original.resolve())
    with pytest.raises(UsageError, match="same input"):
        compare(str(original), str(other), Options(surfaces=("symbols",)))


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_c_symbols_and_wire_only_grow(
    real_release: RealRelease, report: Callable[[Path, Path], Report], old: str, new: str
) -> None:
    found = report(real_release(old), real_release(new))
    assert found.problems == ()
    c_and_wire = [f for f in found.findings if f.surface in ("headers", "symbols", "xdr")]
    wrong = [f for f in c_and_wire if f.severity in (Severity.BREAKING, Severity.UNDECIDED)]
    assert [(f.rule, f.subject, f.message) for f in wrong] == []
    assert any(f.severity is Severity.EXTENSION for f in c_and_wire)
    assert {summary.name for summary in found.surfaces if not summary.units} == {"exports"}, "sources hold no libraries"
    for summary in found.surfaces:
        if not summary.units:
            continue
        assert any(summary.old.values())
        assert any(summary.new.values())


def test_what_9_0_to_11_3_added(real_release: RealRelease, report: Callable[[Path, Path], Report]) -> None:
    found = report(real_release("9.0.0"), real_release("11.3.0"))
    functions = {f.subject for f in found.findings if f.rule == "headers/function-added"}
    assert functions == {
        "virAdmConnectDaemonShutdown",
        "virDomainDelThrottleGroup",
        "virDomainGetAutostartOnce",
        "virDomainGraphicsReload",
        "virDomainSetAutostartOnce",
        "virDomainSetThrottleGroup",
        "virNetworkGetMetadata",
        "virNetworkSetMetadata",
        "virNodeDeviceUpdate",
    }
    assert {f.subject for f in found.findings if f.rule == "symbols/symbol-added"} == functions


def test_notes_can_be_pasted(real_release: RealRelease, report: Callable[[Path, Path], Report]) -> None:
    text = render(notes(report(real_release("9.0.0"), real_release("11.3.0")), Config()), "rst")
    assert len(text.splitlines()) <= 100
    assert "virDomainGraphicsReload" in text
    assert "domain/launchSecurity/cbitpos" in text


def test_public_symbols_of_three_releases(real_release: RealRelease) -> None:
    from abidiff.surfaces.symbols.model import SymbolMaps

    counts = []
    for version in ("7.0.0", "9.0.0", "11.3.0"):
        model = reading(real_release(version)).models["symbols"]
        assert isinstance(model, SymbolMaps)
        (public,) = [found for found in model.maps if found.unit == "libvirt_public"]
        counts.append(sum(len(node.exported) for node in public.nodes))
    assert counts == [500, 517, 525]
