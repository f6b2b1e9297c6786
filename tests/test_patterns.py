"""Regular expressions of users end: within CPU seconds and memory that are named, in every process and thread."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import pytest

from abidiff import limits
from abidiff.cli.main import main
from abidiff.errors import LimitError, ParseError, PolicyError
from abidiff.patterns import Patterns, Searches
from abidiff.profile.read import parse
from abidiff.surfaces.symbols.syntax import Text

ROOT = Path(__file__).parents[1]
ENDLESS = "(a+)+$"
TEXT = "a" * 40 + "b"
PROFILE = """\
format = 1
name = "own"
title = "own"
recognise = []
[tiers.stable]
title = "t"
promise = "p"
clause = "c"
{more}
[[units]]
surface = "headers"
name = "own"
tier = "stable"
files = ["*.h"]
{unit}
"""
PLACES = {
    "contains": {"unit": f"contains = '{ENDLESS}'"},
    "version": {"more": f"[version]\nfiles = [{{ file = 'v.h', pattern = '({ENDLESS})' }}]"},
    "sentinels": {"unit": f"options.sentinels = ['{ENDLESS}']"},
}


@pytest.fixture
def short():
    limits.use({"pattern-seconds": 1})
    yield
    limits.use({})


def profile(**parts: str) -> str:
    return PROFILE.format(**{"more": "", "unit": "", **parts})


@pytest.fixture
def releases(tmp_path: Path) -> list[str]:
    for number in (1, 2):
        folder = tmp_path / f"own-{number}.0"
        folder.mkdir()
        (folder / "v.h").write_text(f"int f{number}(int {TEXT});\nenum e {{ E1, {TEXT} }};\n// {TEXT}\n")
    return [str(tmp_path / "own-1.0"), str(tmp_path / "own-2.0")]


def ended(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    sys.stdout.flush()
    code = caught.value.code
    return code if isinstance(code, int) else 0


def test_a_search_that_does_not_end_is_ended(short) -> None:
    began = time.process_time()
    with pytest.raises(LimitError, match=r"pattern-seconds") as caught:
        Searches().holds(ENDLESS, TEXT.encode(), "a.h")
    assert 0.5 < time.process_time() - began < 2.5
    assert "'(a+)+$'" in caught.value.message
    assert "a.h" in caught.value.message
    assert "--limit pattern-seconds=2" in caught.value.hint


def test_searches_of_one_pass_share_their_time(short) -> None:
    searches = Searches()
    assert not searches.holds("(a+)+$", "a" * 16 + "b")
    assert searches.spent > 0
    searches.spent = 0.99
    with pytest.raises(LimitError, match="pattern-seconds"):
        searches.holds("(a+)+$", "a" * 25 + "b")
    assert not Searches().holds("(a+)+$", "a" * 16 + "b")


def test_a_search_that_notes_too_much_is_ended() -> None:
    code = (
        "import resource\nfrom abidiff.errors import LimitError\nfrom abidiff.patterns import Searches\n"
        "try:\n    Searches().holds('(.|\\n)*z', b'ab' * (4 << 20))\n"
        "except LimitError as error:\n    print(error.message)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 512 << 10)\n"
    )
    # a child of a shell: what this process once took at most would count as the child's own
    command = ["sh", "-c", '"$0" -c "$1"; exit $?', sys.executable, code]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "(limit pattern-bytes)" in found.stdout
    assert found.stdout.endswith("True\n")


def test_a_thread_searches_too(short) -> None:
    said: list[object] = []

    def search() -> None:
        searches = Searches()
        found = searches.groups("(?P<major>[0-9]+)[.](x)?", "v 12.3")
        said.append((found.groups, found.named) if found else None)
        said.append(searches.holds("b$", b"ab"))
        try:
            searches.holds(ENDLESS, TEXT)
        except LimitError as error:
            said.append(error.message)

    thread = threading.Thread(target=search)
    thread.start()
    thread.join(30)
    assert said[:2] == [(("12.", "12", ""), {"major": "12"}), True]
    assert "pattern-seconds" in str(said[2])


def test_a_timer_and_a_handler_of_somebody_else_are_put_back(short) -> None:
    def handler(*_: object) -> None: ...

    before = signal.signal(signal.SIGVTALRM, handler)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1000)
    try:
        assert Searches().holds("b", "ab")
        with pytest.raises(LimitError):
            Searches().holds(ENDLESS, TEXT)
        assert signal.getsignal(signal.SIGVTALRM) is handler
        assert 900 < signal.getitimer(signal.ITIMER_VIRTUAL)[0] < 1001
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def test_several_patterns_are_asked_one_by_one() -> None:
    found = Patterns(("(?i)_last$", r"(x)\1"))  # neither the flag nor the number of the group holds for the other
    assert [found.hold(name) for name in ("A_LAST", "xx", "x_lastX", "XX")] == [True, True, False, False]
    assert not Patterns(()).hold("a")


def test_only_what_goes_one_way_is_not_looked_after(short) -> None:
    for pattern in ("(a|a)" * 30 + "$", "a?" * 30 + "a" * 30 + "$", ENDLESS):
        with pytest.raises(LimitError, match="pattern-seconds"):
            Patterns((pattern,)).hold("a" * 29 + "b")
    assert Patterns(("(?<!_ADD)_LAST$", "^X[0-9]$")).hold("X1")
    assert Patterns(("_LAST$",)).hold("x" * 5000 + "_LAST")


@pytest.mark.parametrize("place", ["contains", "version", "sentinels"])
@pytest.mark.parametrize("mode", [(), ("--serial",)], ids=["forked", "serial"])
def test_a_profile_that_does_not_end_is_named_with_its_place(
    place: str, mode: tuple[str, ...], releases: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(profile(**PLACES[place]))
    line = next(n for n, text in enumerate(own.read_text().splitlines(), 1) if ENDLESS in text)
    common = ("--no-config", "--no-cache", "--limit", "pattern-seconds=1", *mode)
    assert ended("compare", *releases, "--profile", str(own), *common) == 3
    said = capfd.readouterr()
    assert f"{own}:{line}:" in said.out + said.err
    assert "pattern-seconds" in said.out + said.err
    assert "unexpected" not in said.err


def test_the_gate_does_not_pass_what_does_not_end(
    releases: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(profile(**PLACES["contains"]))
    monkeypatch.chdir(releases[0])
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "1"], ["tag", "v1.0"]):
        subprocess.run([*git, *command], check=True, env={**os.environ, "HOME": str(tmp_path)})
    Path("v.h").write_bytes((Path(releases[1]) / "v.h").read_bytes())
    (tmp_path / "abidiff.toml").write_text(f'profile = "{own}"\n')
    config = ("--config", str(tmp_path / "abidiff.toml"), "--no-cache", "--limit", "pattern-seconds=1")
    assert ended("gate", "--against", "v1.0", "--worktree", *config) == 3
    said = capfd.readouterr()
    assert f"{own}:" in said.out + said.err
    assert "pattern-seconds" in said.out + said.err


def test_what_reads_bytes_is_checked_for_bytes() -> None:
    with pytest.raises(PolicyError, match="not a regular expression"):
        parse(profile(unit=r"contains = '\u00e9'"), "own.toml")


def test_shipped_expressions_note_nothing_of_long_texts() -> None:
    """A schema of megabytes without a tag, of spaces, of comments: each within 64 MB and a second."""
    limits.use({"pattern-bytes": 64 << 20, "pattern-seconds": 1})
    try:
        for name in ("generic", "libvirt"):
            shipped = tomllib.loads((ROOT / "abidiff" / "profiles" / f"{name}.toml").read_text())
            rng = (unit for unit in shipped["units"] if unit["surface"] == "rng")
            for pattern in {unit["contains"] for unit in rng if unit.get("contains")}:
                for text in (b"a", b" ", b"\n", b"#\n", b"<?a?>", b"<!---->", b"<!A>", b"namespace a\n"):
                    assert not Searches().holds(pattern, text * ((1 << 20) // len(text)))
    finally:
        limits.use({})


def compared(releases: list[str], own: Path, capfd: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    code = ended("compare", *releases, "--profile", str(own), "--no-config", "--no-cache", "--serial", *more)
    said = capfd.readouterr()
    return code, said.out + said.err


def test_what_a_profile_puts_into_templates_is_bounded(
    releases: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(profile(more=f'[substitutions]\nBIG = "{"x" * 500_000}"').replace('"*.h"', '"*.h", "*.h.in"'))
    for release in releases:
        Path(release, "t.h.in").write_text("#define X " + "@BIG@" * 200_000)
    code, said = compared(releases, own, capfd)
    assert code == 3
    assert "limit header-bytes" in said
    for release in releases:
        Path(release, "t.h.in").write_text('#define X "@BIG@"\n#define Y "@SMALL@"\nint t(void);\n')
    assert compared(releases, own, capfd)[0] == 1, "what changed is seen"


def test_versions_in_placeholders_of_maps_are_bounded() -> None:
    text = "V { global: " + " ".join(f"a{n}_@VERSION@;" for n in range(2000)) + " };"
    limits.use({"map-bytes": 1_000_000})
    try:
        assert Text("a.syms.in", text, {"VERSION": "1.2.3"}).nodes()
        with pytest.raises(ParseError, match="limit map-bytes"):
            Text("a.syms.in", text, {"VERSION": "1" * 5000}).nodes()
    finally:
        limits.use({})


def test_numbers_of_thousands_of_digits(releases: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.toml"
    found = "[version]\nfiles = [{ file = 'v.h', pattern = 'v([0-9.]+)' }]\nscale = "
    for release in releases:
        with Path(release, "v.h").open("a") as header:
            header.write(f"// v{'1' * 5000}.2\n")
    own.write_text(profile(more=f"{found}[1000, 1]"))
    assert compared(releases, own, capfd)[0] == 1
    other = tmp_path / "other.toml"
    other.write_text(profile(more=f"{found}[{'9' * 4000}]"))
    code, said = compared(releases, other, capfd)
    assert code == 2
    assert "scale" in said
