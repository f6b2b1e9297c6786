"""Release notes: sections, groups, and text that is valid whatever the names are."""

from __future__ import annotations

import io
from pathlib import Path

import docutils.core
import pytest

from abidiff.cli.main import main
from abidiff.config import Config, parse
from abidiff.finding import Finding, Report, Severity
from abidiff.location import Location
from abidiff.notes import IMPROVED, NEW, OPEN, REMOVED, notes
from abidiff.reports.release_notes import render
from tests.reports.samples import NEW as NEW_SIDE
from tests.reports.samples import OLD, SAMPLES, hostile, incompatible


def finding(
    rule: str,
    subject: str,
    message: str = "",
    severity: Severity = Severity.EXTENSION,
    unit: str = "libharbour",
    **facts: str,
) -> Finding:
    made = Finding(rule=rule, severity=severity, unit=unit, subject=subject, message=message, new=Location("a.h", 1))
    return made.with_(**facts)


def report(*findings: Finding) -> Report:
    return Report(OLD, NEW_SIDE, "generic", (), findings, ())


def section(found: Report, title: str, config: Config | None = None) -> list[str]:
    wanted = [s for s in notes(found, config or Config()).sections if s.title == title]
    return [f"{e.component}: {e.title}" for s in wanted for e in s.entries]


def test_breakage_comes_first_with_its_witness_in_short() -> None:
    short = render(notes(incompatible(), Config()), "rst")
    assert "Shown by" not in short
    text = render(notes(incompatible(), Config(), witness=True), "rst")
    assert text.index(OPEN) < text.index(REMOVED) < text.index(NEW) < text.index(IMPROVED)
    removed = text[text.index(REMOVED) : text.index(NEW)]
    assert "harbour: ``harbourShip.berth``: field moved from offset 8 to offset 16" in " ".join(removed.split())
    assert "Shown by: compiled against the old headers it writes at offset 8." in " ".join(removed.split())
    assert "Accepted: documented as a limit that may grow." in " ".join(removed.split())
    assert "int main" not in text


def test_what_could_not_be_looked_at_is_said() -> None:
    assert section(incompatible(), OPEN)[0].startswith("rng: could not be looked at: element <attribut>")


def test_new_functions_are_listed_by_symbol_version_in_its_order() -> None:
    functions = [finding("headers/function-added", name) for name in ("sail", "moor", "load")]
    symbols = [
        finding("symbols/symbol-added", "sail", within="HARBOUR_9.7.0"),
        finding("symbols/symbol-added", "moor", within="HARBOUR_10.1.0"),
        finding("symbols/symbol-added", "hidden", within="HARBOUR_10.1.0"),
    ]
    text = render(notes(report(*functions, *symbols), Config()), "rst")
    assert text.index("HARBOUR_9.7.0") < text.index("``sail()``") < text.index("HARBOUR_10.1.0")
    assert text.count("sail") == 1, "a function is not told again as a symbol"
    assert "``hidden``" in text


def test_enumerators_are_listed_by_their_type() -> None:
    found = [finding("headers/enumerator-added", n, within="harbourFlags") for n in ("H_B", "H_A")]
    assert "``H_A``, ``H_B``." in render(notes(report(*found), Config()), "rst")
    text = render(notes(report(*found), Config(), everything=True), "rst")
    assert text.count("``harbourFlags``:") == 1
    assert text.index("``H_A``") < text.index("``H_B``")


def test_constants_of_one_family_stand_together() -> None:
    names = [f"HARBOUR_STATS_SHIP_{n}" for n in "ABCD"]
    found = [finding("headers/constant-added", n) for n in [*names, "HARBOUR_OTHER_THING_X"]]
    text = render(notes(report(*found), Config()), "markdown")
    assert "`HARBOUR_STATS_SHIP_*`" in text
    assert "`HARBOUR_OTHER_THING_*`" not in text


def test_xml_is_listed_by_path() -> None:
    found = [
        finding("rng/attribute-added", "domain/devices/disk/@copy", unit="domain.rng"),
        finding("rng/value-added", "domain/@type", unit="domain.rng", value="'hvf'", short="'hvf'"),
    ]
    text = render(notes(report(*found), Config()), "rst")
    assert "* XML: new elements, attributes and values: ``domain``:" in text
    assert "``domain``: ``@type`` ('hvf'); ``domain/devices``: ``disk/@copy``." in " ".join(text.split())


def test_one_cause_is_one_entry() -> None:
    said = "no longer allowed in <driver>"
    rule, severity = "rng/structure-tightened", Severity.BREAKING
    names = ("ats", "iommu")
    found = [
        finding(rule, f"disk/driver/@{n}", f"attribute '{n}' is {said}", severity, "d.rng", short=said) for n in names
    ]
    other = finding(rule, "disk/host", "<host> is required", severity, "d.rng", short="required")
    assert section(report(*found, other), REMOVED) == ["d: no longer allowed in <driver>", "d: <host> is required"]
    text = " ".join(render(notes(report(*found, other), Config()), "rst").split())
    assert "d: ``disk/driver/@ats``, ``@iommu``: no longer allowed in <driver>" in text


def test_a_large_family_of_constants_is_told_by_its_number() -> None:
    found = [finding("headers/constant-added", f"HARBOUR_STATS_SHIP_{n}") for n in "ABCDEFG"]
    text = render(notes(report(*found), Config()), "rst")
    assert "``HARBOUR_STATS_SHIP_*`` (7 constants)." in text


def many_parts() -> Report:
    names = ["crypto", "pstore", "disk/@copy", "disk/@move", "sound/@streams", "tpm/@debug", "panic"]
    return report(
        *(
            finding("rng/attribute-added" if "@" in name else "rng/element-added", f"domain/devices/{name}")
            for name in names
        )
    )


def test_many_parts_of_one_element_are_told_by_their_elements() -> None:
    text = " ".join(render(notes(many_parts(), Config()), "rst").split())
    assert "new elements, attributes and values: ``domain/devices``: ``crypto``, ``panic``, ``pstore``." in text
    assert "further elements with new attributes or values: ``domain/devices`` (3 elements)." in text


def test_everything_is_named_on_demand() -> None:
    text = " ".join(render(notes(many_parts(), Config(), everything=True), "rst").split())
    assert all(f"``{name}``" in text for name in ("crypto", "disk/@copy", "disk/@move", "sound/@streams", "tpm/@debug"))


def test_many_functions_of_a_driver_are_counted() -> None:
    found = [
        finding("drivers/support-gained", f"tug: harbour{n}", unit="drivers", value=f"harbour{n}", within="tug")
        for n in range(6)
    ]
    assert "support gained: ``tug`` (6 functions)." in render(notes(report(*found), Config()), "rst")


def test_drivers_are_one_entry() -> None:
    facts = {"unit": "drivers", "value": "harbourSail"}
    found = [finding("drivers/support-gained", f"{d}: harbourSail", within=d, **facts) for d in ("tug", "ferry")]
    text = render(notes(report(*found), Config()), "rst")
    assert "``ferry``: ``harbourSail()``; ``tug``: ``harbourSail()``." in " ".join(text.split())


def test_what_is_private_is_left_out() -> None:
    assert section(report(finding("xdr/procedure-added", "SECRET", severity=Severity.OFF)), NEW) == []


def test_notes_of_waivers_stand_for_their_finding() -> None:
    gone = finding("headers/function-removed", "sink", "sink was removed", Severity.BREAKING).with_(waiver="agreed")
    config = parse(
        "[[waivers]]\nrule='headers/function-removed'\nsubject='sink'\nreason='agreed'\nnote='sink() never worked.'\n",
        Path("abidiff.toml"),
    )
    assert section(report(gone), REMOVED, config) == ["libharbour: sink() never worked."]
    assert section(report(gone), REMOVED) == ["libharbour: sink was removed"]


def test_nothing_to_tell() -> None:
    assert "Nothing that users see has changed." in render(notes(report(), Config()), "rst")
    assert "Nothing that users see has changed." in render(notes(report(), Config()), "markdown")


@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES)
def test_the_rst_is_valid(make) -> None:
    stream = io.StringIO()
    text = render(notes(make(), Config()), "rst")
    docutils.core.publish_doctree(text, settings_overrides={"warning_stream": stream, "report_level": 2})
    assert stream.getvalue() == ""


@pytest.mark.parametrize("format_name", ["rst", "markdown"])
def test_hostile_names_stay_text(format_name: str) -> None:
    text = render(notes(hostile(), Config()), format_name)
    assert {c for c in text if not c.isprintable()} == {"\n"}
    assert "<script>" not in text or format_name == "rst" or "`" in text


def test_the_command(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    demo = ("fixtures/demo/harbour-1.0.0", "fixtures/demo/harbour-1.1.0")
    with pytest.raises(SystemExit) as caught:
        main(["notes", *demo, "--surface", "headers", "-f", "markdown", "-o", str(tmp_path / "notes.md")])
    assert not caught.value.code, "notes are written whatever the verdict"
    assert capfd.readouterr().out == ""
    assert (tmp_path / "notes.md").read_text().startswith("## v1.1.0 (")


def test_what_belongs_to_a_new_function_is_told_with_it() -> None:
    found = [
        finding("headers/function-added", "harbourShipSail"),
        finding("xdr/procedure-added", "REMOTE_PROC_SHIP_SAIL", "new procedure 7: a → b", unit="remote"),
        finding("xdr/procedure-added", "REMOTE_PROC_EVENT_STORM", "new event 8: a", unit="remote"),
        finding(
            "drivers/support-gained", "tug: harbourShipSail", unit="drivers", within="tug", value="harbourShipSail"
        ),
    ]
    text = render(notes(report(*found), Config()), "rst")
    assert "``harbourShipSail()`` (tug)." in text
    assert "SHIP_SAIL" not in text
    assert "EVENT_STORM" in text
    assert "drivers:" not in text


def test_enumerators_of_a_new_type_are_told_with_it() -> None:
    found = [
        finding("headers/enumerator-added", "H_A", within="harbourFlags"),
        finding("headers/typedef-added", "harbourFlags"),
    ]
    text = render(notes(report(*found), Config()), "rst")
    assert "``harbourFlags``" in text
    assert "H_A" not in text


def test_a_place_that_schemas_share_is_told_once() -> None:
    places = (("a.rng", "ship/mast/@height"), ("b.rng", "fleet/ship/mast/@height"))
    found = [finding("rng/attribute-added", path, unit=unit) for unit, path in places]
    assert render(notes(report(*found), Config()), "rst").count("@height") == 1
