"""Configuration: every key is known, and every error has its place."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest

from abidiff import config
from abidiff.config import Config, parse
from abidiff.errors import PolicyError
from abidiff.finding import Severity
from abidiff.toml import locate

WHOLE = """\
profile = "libvirt"
surfaces = ["headers", "xdr"]
allow-undecided = true

[tiers.hypervisor]
severities = { "headers/*" = "warning" }
deprecation-releases = 2
deprecation-months = 6

[gate]
against = ["origin/master", "tag:v*"]

[deprecations]
harbourOld = "1.0.0"
harbourOlder = { since = "0.9.0", date = 2023-01-15 }

[[waivers]]
rule = "headers/function-removed"
subject = "harbourGone*"
unit = "harbour"
reason = "never worked"
expires = 2026-12-31
note = "harbourGone was removed: it never worked."
at-most = 3

[[waivers]]
fingerprint = "0123456789abcdef"
reason = "agreed on the list"
expires = "2.0.0"
"""


def test_everything_is_read() -> None:
    found = parse(WHOLE, Path("abidiff.toml"))
    assert found.profile == "libvirt"
    assert found.surfaces == ("headers", "xdr")
    assert found.allow_undecided
    assert found.tiers["hypervisor"].severities == {"headers/*": Severity.WARNING}
    assert found.tiers["hypervisor"].deprecation_months == 6
    assert found.against == ("origin/master", "tag:v*")
    assert found.deprecations["harbourOlder"].date == datetime.date(2023, 1, 15)
    first, second = found.waivers
    assert (first.expires, first.at_most, first.line) == (datetime.date(2026, 12, 31), 3, 17)
    assert (second.expires, second.place) == ("2.0.0", "abidiff.toml:26:1")


def test_the_same_in_pyproject() -> None:
    text = '[project]\nname = "x"\n[tool.abidiff]\nsurfaces = "xdr"\n[[tool.abidiff.waivers]]\nfingerprint = "0"\n'
    with pytest.raises(PolicyError, match=r"^pyproject.toml:5:1: a waiver needs a reason"):
        parse(text, Path("pyproject.toml"))
    assert parse(text + 'subject="x"\nreason = "y"\n', Path("pyproject.toml")).surfaces == ("xdr",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("profil = 'x'", r"abidiff.toml:1:1: unknown key 'profil'(.|\n)*did you mean 'profile'"),
        ("\n[gate]\nagainst = 3", r"abidiff.toml:3:1: against is a list of texts"),
        ("[tiers.core]\nseverities = { 'headers/*' = 'fatal' }", r"abidiff.toml:2:16: unknown severity 'fatal'"),
        ("[tiers.core]\n  deprecation-months = -1", r"abidiff.toml:2:3: deprecation-months is a whole number"),
        ("waivers = 3", r"abidiff.toml:1:1: waivers is a list of tables"),
        ("[[waivers]]\nreason = 'x'\n", r"abidiff.toml:1:1: a waiver names a rule and a subject, or a fingerprint"),
        (
            "[[waivers]]\nrule='headers/function-removed'\nsubject='c'\nreason='  '\n",
            r"abidiff.toml:4:1: a waiver needs a reason|:1:1:",
        ),
        (
            "[[waivers]]\nrule='headers/function-removed'\nsubject='c'\nreason='d'\n[[waivers]]\nrule='*'\nsubject='x'\nreason='y'",
            r"abidiff.toml:6:1: not the name of one rule",
        ),
        (
            "[[waivers]]\nrule='headers/function-removed'\nsubject='c'\nreason='d'\nexpires='soon'",
            r"abidiff.toml:5:1: not a date and not a release: 'soon'",
        ),
        (
            "[[waivers]]\nrule='headers/function-removed'\nsubject='c'\nreason='d'\nexpires='2026-02-30'",
            r"abidiff.toml:5:1: day",
        ),
        (
            "[[waivers]]\nrule='headers/function-removed'\nsubject='c'\nreason='d'\nexpire=1",
            r"abidiff.toml:5:1: unknown key 'expire'",
        ),
        ("surfaces = ['headers', 'elf']", r"abidiff.toml:1:1: no surface is called 'elf'"),
        (
            "[[waivers]]\nrule='headers/function-remved'\nsubject='c'\nreason='d'",
            r"abidiff.toml:2:1: no rule is called(.|\n)*did you mean 'headers/function-removed'",
        ),
        ("[tiers.core.severities]\n'header/*' = 'off'", r"abidiff.toml:2:1: 'header/\*' matches no rule"),
        ("a = [1,\n", r"abidiff.toml.*: not valid TOML"),
        (
            "[deprecations]\nx = { since = '1', date = 'May' }",
            r"abidiff.toml:2:7: unknown|abidiff.toml:2:\d+: not a date",
        ),
    ],
)
def test_errors_have_their_place(text: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message) as caught:
        parse(text, Path("abidiff.toml"))
    assert caught.value.exit_code == 2


def test_errors_show_the_line_and_a_caret() -> None:
    with pytest.raises(PolicyError) as caught:
        parse("[gate]\n  agains = 'x'\n", Path("abidiff.toml"))
    assert caught.value.render().splitlines()[1:3] == ["    agains = 'x'", "    ^"]


def test_locate_falls_back_to_the_nearest_table() -> None:
    lines = ["[a]", "b = 1", "[[w]]", "x = 1", "[[w]]", "y = { 'z' = 2 }"]
    assert locate(lines, ("a", "b")) == (2, 1)
    assert locate(lines, ("w", 1, "q")) == (5, 1)
    assert locate(lines, ("w", 1, "y", "z")) == (6, 7)
    assert locate(lines, ("nothing",)) == (1, 0)


def test_deep_nesting_and_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError):
        parse("a = " + "[" * 100_000, Path("abidiff.toml"))
    bad = tmp_path / "abidiff.toml"
    bad.write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match="not UTF-8"):
        config.load(bad)
    bad.write_bytes(b"#" * (1 << 21))
    with pytest.raises(PolicyError, match="larger than"):
        config.load(bad)
    with pytest.raises(PolicyError, match="No such file"):
        config.load(tmp_path / "none.toml")


def test_the_nearest_file_counts_up_to_the_top_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "abidiff.toml").write_text("")
    repo = tmp_path / "repo"
    inner = repo / "src" / "deep"
    inner.mkdir(parents=True)
    assert config.find(inner) == tmp_path / "abidiff.toml"
    (repo / ".git").mkdir()
    assert config.find(inner) is None
    (repo / "pyproject.toml").write_text("[project]\n")
    assert config.find(inner) is None
    (repo / "pyproject.toml").write_text("[tool.abidiff]\n")
    assert config.find(inner) == repo / "pyproject.toml"
    assert config.load(None) == Config()


@pytest.mark.parametrize("name", config.FILE_NAMES)
def test_what_is_no_file_is_not_passed_over(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    (tmp_path / ".git").mkdir()
    assert config.find(tmp_path) is None
    path.mkdir()
    with pytest.raises(PolicyError, match=rf"{name}: the configuration is no file") as caught:
        config.find(tmp_path)
    assert caught.value.exit_code == 2
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(PolicyError, match=rf"{name}: the configuration is no file"):
        config.find(tmp_path)
    path.unlink()
    path.symlink_to("nothing.toml")
    with pytest.raises(PolicyError, match=rf"{name}: can't read the configuration: .*, a link to nothing"):
        config.find(tmp_path)
    (tmp_path / "nothing.toml").write_text("[tool.abidiff]\n")
    assert config.find(tmp_path) == path
