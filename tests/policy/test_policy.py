"""Tiers, severities and deprecation windows."""

from __future__ import annotations

import datetime
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from abidiff import policy as policies
from abidiff.config import Config, Deprecation, known_rules, parse
from abidiff.errors import PolicyError
from abidiff.finding import Finding, Severity
from abidiff.policy import Policy, add_months, apply, severity_in
from abidiff.profile import load
from abidiff.versions import version_key

DAY = datetime.date(2025, 6, 15)
UNITS = {
    ("headers", "libvirt"): "core",
    ("headers", "libvirt-qemu"): "hypervisor",
    ("xdr", "admin_protocol"): "private",
    ("rng", "domain.rng"): "xml",
}


def policy(config: str = "", **more: object) -> Policy:
    found = parse(config, Path("abidiff.toml")) if config else Config()
    given = {"profile": load("libvirt"), "config": found, "units": UNITS, "today": DAY, **more}
    return Policy(**given)  # type: ignore[arg-type]


def finding(rule: str, unit: str, severity: Severity = Severity.BREAKING, **more: object) -> Finding:
    return Finding(rule=rule, severity=severity, unit=unit, subject="x", message="m", **more)  # type: ignore[arg-type]


def judged(rule: str, unit: str, severity: Severity = Severity.BREAKING, config: str = "", **more: object) -> Finding:
    (found,) = apply([finding(rule, unit, severity, **more)], policy(config))
    return found


def test_the_core_promise_leaves_the_rules_severity_and_names_its_clause() -> None:
    found = judged("headers/function-removed", "libvirt")
    assert found.severity is Severity.BREAKING
    assert found.tier == "libvirt.so"
    assert found.clause.startswith("docs/support: Primary public API: ")


def test_a_tier_changes_the_severity_of_a_named_rule() -> None:
    assert judged("headers/function-removed", "libvirt-qemu").severity is Severity.WARNING
    assert judged("headers/function-signature-changed", "libvirt-qemu").severity is Severity.BREAKING


def test_what_is_private_is_off_but_not_dropped() -> None:
    assert judged("xdr/procedure-removed", "admin_protocol").severity is Severity.OFF


def test_a_trait_moves_a_finding_to_another_tier() -> None:
    found = judged("rng/document-rejected", "domain.rng", traits=("namespace:qemu",))
    assert found.severity is Severity.NOTICE
    assert found.tier == "XML in a hypervisor's own namespace"


def test_a_glob_never_makes_an_addition_graver() -> None:
    found = judged("rng/element-added", "domain.rng", Severity.EXTENSION, traits=("namespace:qemu",))
    assert found.severity is Severity.EXTENSION


def test_the_configuration_comes_after_the_profile() -> None:
    text = "[tiers.core.severities]\n'headers/*' = 'notice'\n'headers/constant-removed' = 'breaking'\n"
    assert judged("headers/function-removed", "libvirt", config=text).severity is Severity.NOTICE
    assert judged("headers/constant-removed", "libvirt", Severity.WARNING, config=text).severity is Severity.BREAKING
    assert judged("symbols/z", "libvirt", config=text).severity is Severity.BREAKING


def test_a_unit_of_no_tier_keeps_its_severity() -> None:
    found = judged("headers/function-removed", "other")
    assert (found.tier, found.severity) == ("", Severity.BREAKING)


def test_severity_in_takes_the_last_that_matches_by_name() -> None:
    tier = load("libvirt").tiers["private"]
    assert severity_in(tier, Config(), "xdr/anything", Severity.UNDECIDED) is Severity.OFF


WINDOW = "[tiers.core]\ndeprecation-releases = 2\ndeprecation-months = 6\n"


def removal(**more: object) -> Finding:
    (found,) = apply([finding("headers/function-removed", "libvirt", removes=True)], policy(WINDOW, **more))
    return found


def test_a_removal_without_notice_breaks_and_says_what_was_demanded() -> None:
    found = removal()
    assert found.severity is Severity.BREAKING
    assert ("notice", "never marked deprecated; this tier demands 2 releases and 6 months of notice") in found.details


def test_a_removal_inside_the_window_breaks() -> None:
    since = {"x": Deprecation("9.0.0", datetime.date(2025, 3, 1))}
    found = removal(deprecated=since, version="9.1.0", releases=("8.0.0", "9.0.0", "9.1.0"))
    assert found.severity is Severity.BREAKING
    assert "1 of 2 releases have passed, until 2025-09-01" in found.details[-1][1]


def test_a_removal_after_the_window_was_announced() -> None:
    since = {"x": Deprecation("9.0.0", datetime.date(2024, 3, 1))}
    found = removal(deprecated=since, version="9.2.0", releases=("9.0.0", "9.1.0", "9.2.0"))
    assert found.severity is Severity.NOTICE
    assert found.details[-1][1].startswith("announced: deprecated since 9.0.0")


def test_what_is_not_known_does_not_open_the_window() -> None:
    found = removal(deprecated={"x": Deprecation("9.0.0")}, version="9.2.0")
    assert found.severity is Severity.BREAKING
    assert "not known" in found.details[-1][1]


def test_versions_sort_by_number() -> None:
    names = ["10.0.0", "9.10.0", "9.9.1", "9.9.0-rc1", "9.9.0", "v9.9"]
    assert sorted(names, key=version_key) == ["9.9.0-rc1", "9.9.0", "v9.9", "9.9.1", "9.10.0", "10.0.0"]
    assert version_key("9.9") == version_key("9.9.0")


def test_months_end_where_the_month_ends() -> None:
    assert add_months(datetime.date(2024, 8, 31), 6) == datetime.date(2025, 2, 28)
    assert add_months(datetime.date(2024, 12, 1), 1) == datetime.date(2025, 1, 1)


def test_the_clock_follows_source_date_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert policies.today() == datetime.date(1970, 1, 2)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(PolicyError, match="SOURCE_DATE_EPOCH"):
        policies.today()


@pytest.mark.parametrize("name", ["libvirt", "generic"])
def test_the_severities_of_the_profiles_are_about_rules_that_exist(name: str) -> None:
    for tier in load(name).tiers.values():
        for glob, _ in tier.severity:
            assert any(fnmatchcase(rule, glob) for rule in known_rules()), f"{name}: {tier.name}: {glob}"
