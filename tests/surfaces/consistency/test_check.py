"""Consistency: options, pairing, and what real releases say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from abidiff.finding import Problem
from abidiff.profile import load as load_profile
from abidiff.profile import project_of, wanted
from abidiff.project import Project, Unit
from abidiff.release import Release
from abidiff.rule import load, run
from abidiff.sources import open_release
from abidiff.surfaces.consistency import SURFACE
from abidiff.surfaces.consistency.compare import compare, contradictions
from abidiff.surfaces.consistency.model import Consistency
from abidiff.surfaces.consistency.parse import parse
from abidiff.surfaces.consistency.settings import settings
from abidiff.surfaces.headers.build.parse import parse as parse_headers
from abidiff.surfaces.symbols.parse import parse as parse_symbols
from abidiff.surfaces.xdr.build.parse import parse as parse_xdr

Find = Callable[[str], Path]


def read(files: Mapping[str, str], **options: Any) -> Consistency:
    release = Release("ship", "", MappingProxyType({path: text.encode() for path, text in files.items()}))
    unit = Unit("consistency", "ship", "full", tuple(files), tuple(files), MappingProxyType(options))
    return parse(release, Project("test", (unit,)), {})


def said(model: Consistency) -> list[tuple[str, str]]:
    return [(c.kind, c.subject) for c in model.contradictions]


def test_a_renamed_function_is_found_by_the_profile() -> None:
    files = {
        "s.h": "int shipBoard(void);",
        "s.x": "program S { version V { void SHIP_PROC_ENTER(void) = 1; } = 1; } = 1;",
    }
    rpc = {"headers": "ship", "protocol": "ship", "functions": "ship", "procedures": "SHIP_PROC_"}
    assert said(read(files, rpc=[rpc])) == [
        ("procedure-missing", "shipBoard"),
        ("function-missing", "SHIP_PROC_ENTER"),
    ]
    assert said(read(files, rpc=[{**rpc, "renamed": {"shipBoard": "SHIP_PROC_ENTER"}}])) == []


def test_part_of_a_name_and_functions_of_another_protocol() -> None:
    files = {
        "s.h": "int shipCrewHire(void); int shipOpen(void);",
        "s.x": "program S { version V { void CREW_PROC_HIRE(void) = 1; } = 1; } = 1;",
    }
    rpc = {"headers": "ship", "protocol": "ship", "functions": "ship", "procedures": "CREW_PROC_", "drop": "Crew"}
    assert said(read(files, rpc=[{**rpc, "only": ["shipCrew*"]}])) == []
    assert said(read(files, rpc=[rpc])) == [("procedure-missing", "shipOpen")]


def test_a_pattern_exports_too() -> None:
    files = {"s.h": "int shipOpen(void); int boatOpen(void);", "s.map": "S_1 { global: ship*; local: *; };"}
    assert said(read(files)) == [("declared-not-exported", "boatOpen")]


def test_what_could_not_be_read_is_not_held_against_anything() -> None:
    files = {"s.h": "int shipOpen(void);", "s.map": "S_1 { global: shipSail; local: *; };"}
    release = Release("ship", "", MappingProxyType({path: text.encode() for path, text in files.items()}))
    header = Unit("headers", "ship", "full", ("s.h",), ("s.h",), MappingProxyType({"symbols": "ship"}))
    symbols = Unit("symbols", "ship", "full", ("s.map",), ("s.map",), MappingProxyType({}))
    project = Project("test", (header, symbols))
    models = {"headers": parse_headers(release, project, {}), "symbols": parse_symbols(release, project, {})}
    assert len(said(parse(release, project, models))) == 2
    broken = msgspec.structs.replace(models["symbols"], problems=(Problem("symbols", "unreadable"),))
    assert said(parse(release, project, {**models, "symbols": broken})) == []
    assert said(parse(release, project, {})) == []


def test_check_leaves_out_what_only_matters_for_new_functions() -> None:
    model = read({"s.h": "int shipOpen(void);"}, flags="flags$")
    assert said(model) == [("flags-missing", "shipOpen")]
    assert contradictions(model) == []
    assert len(compare(read({"s.h": ""}, flags="flags$"), model)) == 1


def test_options_that_are_not_there() -> None:
    found = settings({})
    assert found.flags is None
    assert found.rpc == ()
    assert not found.no_flags.match("anything")


@cache
def real(path: Path) -> Consistency:
    profile = load_profile("libvirt")
    versions = tuple((found.file, found.pattern) for found in profile.version_files)
    release = open_release(str(path), wanted(profile), version_files=versions)
    project = project_of(profile, release)
    models: dict[str, Any] = {}
    models["headers"] = parse_headers(release, project, models)
    models["symbols"] = parse_symbols(release, project, models)
    models["xdr"] = parse_xdr(release, project, models)
    return parse(release, project, models)


# Each one looked at: the comment in the source names another release than the node.
OLD_SINS = [
    "virDomainBlockPeek is in LIBVIRT_0.4.2 and documented as Since: 0.4.3",
    "virDomainMemoryPeek is in LIBVIRT_0.4.2 and documented as Since: 0.4.3",
    "virDomainSetBlockThreshold is in LIBVIRT_3.1.0 and documented as Since: 3.2.0",
    "virAdmServerUpdateTlsFiles is in LIBVIRT_ADMIN_2.0.0 and documented as Since: 6.2.0",
]


@pytest.mark.real
@pytest.mark.parametrize(("version", "expected"), [("7.0.0", []), ("9.0.0", OLD_SINS), ("11.3.0", OLD_SINS)])
def test_libvirt_says_the_same_everywhere_but_for_old_sins(
    real_release: Find, version: str, expected: list[str]
) -> None:
    findings = run(load(SURFACE.rules), contradictions(real(real_release(version))))
    assert [f.message for f in findings] == expected


@pytest.mark.real
def test_what_was_held_against_each_other(real_release: Find) -> None:
    looked = real(real_release("11.3.0")).looked
    assert looked == {"declarations": 568, "symbols": 568, "Since tags": 564, "procedures": 481}


@pytest.mark.real
def test_two_of_nine_new_functions_have_no_flags(real_release: Find) -> None:
    old, new = real(real_release("9.0.0")), real(real_release("11.3.0"))
    findings = run(load(SURFACE.rules), compare(old, new))
    assert [(f.rule, f.subject) for f in findings] == [
        ("consistency/flags-missing", "virDomainGetAutostartOnce"),
        ("consistency/flags-missing", "virDomainSetAutostartOnce"),
    ]
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(new), type=Consistency)
    assert again == new
    assert compare(new, msgspec.json.decode(msgspec.json.encode(new), type=Consistency)) == []
