"""The command line: exit codes, what goes where, and errors without tracebacks."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from abidiff import surfaces
from abidiff.cli.main import COMMANDS, main
from abidiff.cli.options import FORMAT_NAMES
from abidiff.reports import FORMATS
from abidiff.surface_names import NAMES
from tests import fakes

ROOT = Path(__file__).parents[2]


class Run:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Run:
        with pytest.raises(SystemExit) as caught:
            main([str(argument) for argument in arguments])
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return Run(int(caught.value.code or 0), out, err)

    return call


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Two releases of words on which ``compare`` finds a break, an open question and an addition."""
    fakes.install(monkeypatch)

    def make(name: str, text: str) -> Path:
        file = tmp_path / name / "include" / "words.h"
        file.parent.mkdir(parents=True)
        file.write_text(text)
        return tmp_path / name

    return make("lib-1.0", "a\nb\n?c\n"), make("lib-1.1", "a\n?c\nd\n")


def test_the_exit_code_is_the_verdict(run, words, tmp_path: Path) -> None:
    old, new = words
    assert run("compare", old, new).code == 1
    assert run("compare", new, new).code == 2
    (tmp_path / "a.h").write_text("a\n")
    (tmp_path / "b.h").write_text("a\nb\n")
    assert run("compare", "a.h", "b.h").code == 0
    assert run("compare", "b.h", "a.h").code == 1


def test_standard_output_is_the_report_and_nothing_else(run, words) -> None:
    found = run("compare", *words, "--format", "json")
    assert json.loads(found.out)["verdict"] == "incompatible"
    assert found.err == ""


def test_several_formats_at_once(run, words, tmp_path: Path) -> None:
    found = run("compare", *words, "-f", "sarif=x.sarif", "-f", "html=x.html", "-f", "text")
    assert found.out.startswith("INCOMPATIBLE")
    assert json.loads((tmp_path / "x.sarif").read_text())["version"] == "2.1.0"
    assert (tmp_path / "x.html").read_text().startswith("<!DOCTYPE html>")
    assert run("compare", *words, "-f", "sarif", "-f", "text").code == 2


def test_an_output_file_is_whole_or_not_there(run, words, tmp_path: Path) -> None:
    assert run("compare", *words, "-o", "report.txt").out == ""
    assert (tmp_path / "report.txt").read_text().startswith("INCOMPATIBLE")
    before = sorted(path.name for path in tmp_path.iterdir())
    found = run("compare", *words, "-o", "missing/report.txt")
    assert (found.code, found.out) == (2, "")
    assert "can't write missing/report.txt" in found.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_unwritable_folder_is_an_error_and_leaves_nothing(run, words, tmp_path: Path) -> None:
    (tmp_path / "report.txt").mkdir()
    found = run("compare", *words, "-o", "report.txt")
    assert found.code == 2
    assert found.err.startswith("abi-diff: can't write report.txt")
    assert list((tmp_path / "report.txt").iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("compare",),
        ("compare", "x"),
        ("compare", "x", "y", "--format", "pdf"),
        ("compare", "x", "y", "--surface", "pdf"),
        ("compar", "x", "y"),
        ("explain", "nothing-like-it"),
        ("--nothing",),
        ("waive", "0123456789abcdef"),
        ("completion", "tcsh"),
    ],
)
def test_usage_errors_end_with_2(run, arguments) -> None:
    found = run(*arguments)
    assert found.code == 2
    assert found.out == ""
    assert "Traceback" not in found.err


def test_near_names_are_suggested(run) -> None:
    assert "'compare'" in run("compere").err
    assert "policy/waiver-expired" in run("explain", "waiver-expird").err
    assert "'sarif'" in run("compare", "a", "b", "-f", "sarf").err


def test_a_missing_release_is_a_wrong_argument(run) -> None:
    found = run("compare", "nothing-1.0.tar.xz", "nothing-1.1.tar.xz")
    assert found.code == 2
    assert found.err.startswith("abi-diff: ")
    assert "hint:" in found.err


def test_errors_do_not_act_on_the_terminal(run) -> None:
    assert "\x1b" not in run("compare", "\x1b[31mred", "x").err


def test_a_bad_configuration_shows_its_place(run, words, tmp_path: Path) -> None:
    (tmp_path / "abidiff.toml").write_text("[gate]\nagain = 1\n")
    found = run("compare", *words)
    assert found.code == 2
    assert "abidiff.toml:2:1: unknown key 'again'" in found.err
    assert run("compare", *words, "--no-config").code == 1


def test_an_unexpected_error_is_short_unless_asked(run, words, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oh\x1b no")

    monkeypatch.setattr("abidiff.pipeline.compare", broken)
    found = run("compare", *words)
    assert found.code == 3
    assert "unexpected error: ZeroDivisionError: oh\\x1b no" in found.err
    assert "Traceback" not in found.err
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "compare", *map(str, words)])


def test_ctrl_c_ends_quietly(run, words, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("abidiff.pipeline.compare", interrupted)
    found = run("compare", *words)
    assert (found.code, found.err.strip()) == (130, "abi-diff: interrupted")


def test_allow_undecided_says_what_it_let_through(run, words, tmp_path: Path) -> None:
    (tmp_path / "a.h").write_text("?c\n")
    (tmp_path / "b.h").write_text("a\n?c\n")
    assert run("compare", "a.h", "b.h").code == 3
    found = run("compare", "a.h", "b.h", "--allow-undecided")
    assert found.code == 0
    assert "let through by --allow-undecided: headers/word-open header ?c" in found.out


def test_fail_on_is_the_option_before_the_configuration(run, words, tmp_path: Path) -> None:
    assert run("compare", *words, "--fail-on", "never").code == 0
    (tmp_path / "abidiff.toml").write_text('fail-on = "never"\n')
    assert run("compare", *words).code == 0
    assert run("compare", *words, "--fail-on", "breaking").code == 1
    assert run("compare", *words, "--fail-on", "notice").code == 2


def test_colour_follows_the_terminal_and_no_color(run, words, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in run("compare", *words).out
    assert "\x1b[1;31m" in run("compare", *words, "--color", "always").out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("compare", *words).out


def test_witnesses_are_written_below_their_folder_only(run, words, tmp_path: Path) -> None:
    run("compare", *words, "--witness-dir", "w")
    (folder,) = [path for path in (tmp_path / "w").iterdir() if path.is_dir()]
    assert folder.name.startswith("headers_word-removed-b-")
    assert (folder / "said.txt").read_text() == "b"
    run("compare", *words, "--witness-dir", "w")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("important")
    found = run("compare", *words, "--witness-dir", "mine")
    assert found.code == 3
    assert "holds no witnesses of abidiff" in found.err
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "important"


def test_waive_writes_a_waiver_that_counts(run, words, tmp_path: Path) -> None:
    run("compare", *words, "-f", "json=r.json")
    (breaking,) = [f for f in json.loads((tmp_path / "r.json").read_text())["findings"] if f["severity"] == "breaking"]
    found = run("waive", breaking["fingerprint"], "--reason", 'it\'s "fine"', "--report", "r.json")
    assert (found.code, found.out) == (0, "")
    (waiver,) = tomllib.loads((tmp_path / "abidiff.toml").read_text())["waivers"]
    assert waiver["subject"] == "b"
    found = run("compare", *words, "--allow-undecided")
    assert found.code == 0
    assert 'it\'s "fine"' in found.out
    assert run("waive", breaking["fingerprint"], "--reason", "again").code == 2
    assert run("waive", "0" * 16, "--reason", "x", "--report", "r.json").code == 2
    assert run("waive", "zz", "--reason", "x").code == 2


@pytest.mark.parametrize(
    "given", [("-f", "json="), ("-f", "text", "-f", "json="), ("-f", "json", "-o", ""), ("-o", "")]
)
def test_an_empty_name_of_a_file_is_refused(run, words, given: tuple[str, ...]) -> None:
    found = run("compare", *words, *given)
    assert (found.code, found.out) == (2, "")
    assert "names no file" in found.err or "is empty" in found.err


@pytest.fixture
def broken(run, words, tmp_path: Path) -> str:
    """The fingerprint of a break from 1.0 to 1.1, with its report in ``r.json``."""
    run("compare", *words, "-f", "json=r.json")
    (found,) = [f for f in json.loads((tmp_path / "r.json").read_text())["findings"] if f["severity"] == "breaking"]
    return str(found["fingerprint"])


@pytest.fixture
def _in_june(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1749945600")


@pytest.mark.usefixtures("_in_june")
@pytest.mark.parametrize(
    ("end", "code", "hint"),
    [
        ("2020-01-01", 2, "2025-06-15 or a later day"),
        ("2025-06-14", 2, "2025-06-15 or a later day"),
        ("2025-06-15", 0, ""),  # the last day that it counts
        ("1.0", 2, "after 1.1"),
        ("1.1", 2, "after 1.1"),
        ("v1.1.0", 2, "after 1.1"),
        ("1.1.1", 0, ""),
        ("1.10", 0, ""),
        ("soon", 2, ""),
    ],
)
def test_a_waiver_that_would_have_expired_is_not_written(
    run, broken, tmp_path: Path, end: str, code: int, hint: str
) -> None:
    found = run("waive", broken, "--report", "r.json", "--reason", "x", "--expires", end)
    assert found.code == code, found.err
    assert hint in found.err
    assert (tmp_path / "abidiff.toml").exists() == (code == 0)


KEPT = """\
# ours
surfaces = ["headers"]

[[waivers]] # the old one
fingerprint = "FINGERPRINT"
reason = "once"
expires = EXPIRES

# about the next one
[[waivers]]
rule = "headers/function-removed"
subject = "x"
reason = "[not] a table"

[gate]
against = "v1"
"""


@pytest.mark.usefixtures("_in_june")
@pytest.mark.parametrize("end", ["2025-06-14", '"1.1"', '"1.0.5"'])
def test_a_waiver_that_has_expired_is_renewed(run, broken, tmp_path: Path, end: str) -> None:
    file = tmp_path / "abidiff.toml"
    text = KEPT.replace("FINGERPRINT", broken).replace("EXPIRES", end)
    file.write_text(text)
    found = run("waive", broken, "--report", "r.json", "--reason", "again", "--expires", "2025-12-31")
    assert (found.code, found.err) == (0, f"renewed in {file}\n")
    data = tomllib.loads(file.read_text())
    assert [w["reason"] for w in data["waivers"]] == ["[not] a table", "again"]
    assert file.read_text().startswith('# ours\nsurfaces = ["headers"]\n\n# about the next one\n[[waivers]]\n')
    assert '[gate]\nagainst = "v1"\n' in file.read_text()


@pytest.mark.usefixtures("_in_june")
@pytest.mark.parametrize("end", ["2025-06-15", '"1.2"'])
def test_a_waiver_that_counts_is_not_replaced(run, broken, tmp_path: Path, end: str) -> None:
    text = KEPT.replace("FINGERPRINT", broken).replace("EXPIRES", end)
    (tmp_path / "abidiff.toml").write_text(text)
    found = run("waive", broken, "--report", "r.json", "--reason", "again", "--expires", "2025-12-31")
    assert found.code == 2
    assert f"already, until {end.strip(chr(34))}" in found.err
    assert (tmp_path / "abidiff.toml").read_text() == text


@pytest.mark.usefixtures("_in_june")
@pytest.mark.parametrize(
    "text",
    [
        'waivers = [{ fingerprint = "FINGERPRINT", reason = "once", expires = 2020-01-01 },\n'
        '{ fingerprint = "0123456789abcdef", reason = "other" }]\n',
        '[[waivers]]\nfingerprint = "FINGERPRINT"\nexpires = 2020-01-01\nreason = """a\n[gate]\nagainst = "v1"\n"""\n',
    ],
)
def test_what_can_not_be_replaced_is_left_alone(run, broken, tmp_path: Path, text: str) -> None:
    text = text.replace("FINGERPRINT", broken)
    (tmp_path / "abidiff.toml").write_text(text)
    found = run("waive", broken, "--report", "r.json", "--reason", "again")
    assert found.code == 2
    assert "remove it by hand" in found.err
    assert (tmp_path / "abidiff.toml").read_text() == text


def test_waive_says_what_it_did_not_check(run, broken) -> None:
    unchecked = run("waive", "0" * 16, "--reason", "x")
    assert unchecked.code == 0
    assert f"{'0' * 16} was not checked against a report" in unchecked.err
    assert "checked" not in run("waive", broken, "--reason", "x", "--report", "r.json").err
    named = ("waive", "--rule", "headers/word-removed", "--reason", "x")
    assert "was not checked" in run(*named, "--subject", "b").err
    assert "checked" not in run(*named, "--subject", "b", "--report", "r.json").err
    found = run(*named, "--subject", "nothing", "--report", "r.json")
    assert found.code == 2
    assert "holds no finding" in found.err


def test_policy_is_a_table(run) -> None:
    found = run("policy")
    assert "libvirt.so  [core]" in found.out
    assert "docs/support" in found.out
    assert run("policy", "-f", "markdown").out.startswith("What libvirt promises")
    tiers = json.loads(run("policy", "-f", "json").out)["tiers"]
    assert {"core", "private"} <= {tier["name"] for tier in tiers}
    assert run("policy", "--profile", "nonsense").code == 2


def test_rules_and_explain(run) -> None:
    listed = run("rules")
    assert re.search(r"^policy/waiver-expired +warning +a waiver has expired$", listed.out, re.MULTILINE)
    assert run("rules").out == listed.out
    found = json.loads(run("rules", "--format", "json", "--surface", "symbols").out)
    assert found
    assert all(rule["surface"] == "symbols" for rule in found)
    text = run("explain", found[0]["id"]).out
    assert found[0]["summary"] in text
    assert "Example: " in text
    assert run("explain", "waiver-unused").out.startswith("policy/waiver-unused\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(run, shell: str) -> None:
    found = run("completion", shell)
    assert "_ABI_DIFF_COMPLETE" in found.out


def test_completion_knows_commands_formats_and_rules() -> None:
    script = subprocess.run(
        [sys.executable, "-c", "from abidiff.cli.main import cli; cli(prog_name='abi-diff')"],
        env={
            **os.environ,
            "_ABI_DIFF_COMPLETE": "bash_complete",
            "COMP_WORDS": "abi-diff co",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert script.stdout.split() == ["plain,compare", "plain,configurations", "plain,completion"]


def test_the_tables_of_the_command_line_are_those_of_the_registry() -> None:
    assert tuple(surface.name for surface in surfaces.SURFACES) == NAMES
    assert tuple(found.name for found in FORMATS) == FORMAT_NAMES


def test_help_loads_no_parser() -> None:
    code = "import sys; from abidiff.cli.main import cli; cli(['--help'], standalone_mode=False); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert not {"lxml", "lark", "pycparser", "pcpp", "msgspec", "rich", "deepdiff"} & set(done.stdout.split())
    for name in COMMANDS:
        assert f"  {name}" in done.stdout


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_its_help_and_loads_no_parser_for_it(name: str) -> None:
    code = (
        "import sys; from abidiff.cli.main import cli\n"
        f"cli([{name!r}, '--help'], standalone_mode=False)\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )
    assert done.stdout.startswith("Usage: ")
    assert not {"lxml", "lark", "pycparser", "pcpp", "msgspec", "rich", "deepdiff"} & set(done.stderr.split())


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m abidiff policy -f json | head -c 10; echo ${{PIPESTATUS[0]}} >&2",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_terminated_run_leaves_no_output(tmp_path: Path) -> None:
    (tmp_path / "a.h").write_text("int a;\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "abidiff", "compare", "a.h", "/dev/stdin", "-o", "out.txt"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    assert [path.name for path in tmp_path.iterdir()] == ["a.h"]


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
def test_standard_output_that_takes_nothing_is_an_error(redirection: str) -> None:
    if "full" in redirection and not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    done = subprocess.run(
        f"{sys.executable} -m abidiff policy {redirection}",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 3
    assert done.stderr.startswith("abi-diff: standard output")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_damaged_inputs_are_clear_errors(run, words, tmp_path: Path) -> None:
    old, _ = words
    (tmp_path / "cut.json").write_text('{\n "format": "abidiff-snapshot",\n "format_version": 2,\n "wri')
    (tmp_path / "cut.tar.xz").write_bytes(b"\xfd7zXZ\x00" + b"\0" * 40)
    for damaged in ("cut.json", "cut.tar.xz"):
        for arguments in (("compare", old, damaged), ("compare", damaged, old), ("check", damaged)):
            found = run(*arguments)
            assert (found.code, found.out) == (3, "")
            assert found.err.startswith("abi-diff: ")
            assert "unexpected" not in found.err
    assert run("gate", "--against", "master").code == 2  # no repository


def test_snapshots_are_written_and_read(run, words, tmp_path: Path) -> None:
    old, new = words
    assert run("snapshot", old, "-o", "old.json").code == 0
    direct, by_snapshot = (run("compare", side, new, "-f", "json").out for side in (old, "old.json"))
    assert json.loads(direct)["findings"] == json.loads(by_snapshot)["findings"]
    assert run("snapshot", old, "-o", "missing/old.json").code == 2
    assert run("snapshot", old, "-o", "-").out == (tmp_path / "old.json").read_text()


def test_the_cache_can_be_shown_and_emptied(run, words) -> None:
    run("compare", *words)
    assert "entries" in run("cache").out
    assert run("cache", "path").out.strip().endswith("abidiff")
    assert run("cache", "prune", "--days", "1").out.endswith("entries removed\n")
    assert run("cache", "clear").out.endswith("entries removed\n")
    assert "\n0 entries" in run("cache", "show").out


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    from abidiff.cli import progress

    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    with progress.progress() as show:
        show("quiet")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress.progress() as show:
        show("[bold]lib\x1b[31m-1.0")
        show("next")
    assert "\x1b[31m" not in capsys.readouterr().err


def test_globs_and_direction_are_options(run, tmp_path: Path, words) -> None:
    for name, text in (("p-1", "a\nb\n"), ("p-2", "a\n")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "api.inc").write_text(text)
    assert run("compare", "p-1", "p-2", "--headers", "*.inc").code == 1
    assert run("compare", "p-1", "p-2").code == 3
    assert run("compare", "p-1", "p-2", "--direction", "sideways").code == 2


def test_an_error_without_a_number_says_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from abidiff.cli import main as module

    def fail(**_: object) -> None:
        raise OSError("the grammar is missing")

    monkeypatch.setattr(module.cli, "main", fail)
    monkeypatch.setattr(module, "_silence", lambda: None)
    with pytest.raises(SystemExit) as ended:
        module.main(["rules"])
    assert ended.value.code == 3
    assert capsys.readouterr().err == "abi-diff: the grammar is missing\n"
