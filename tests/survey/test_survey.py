"""Surveys: pairs of a table or of two folders, resumed, spread, and what fails on its own."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from abidiff.cli.main import main
from abidiff.errors import ParseError, SourceError
from abidiff.survey.columns import write
from abidiff.survey.lists import of_lists
from abidiff.survey.one import Row, Task, compared
from abidiff.survey.page import render
from abidiff.survey.pairs import Pair, of_folders, of_table, package
from abidiff.survey.run import JOURNAL, RESULTS, journal, survey


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes of the pairs import the package that is tested."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    for name, text in (("one", "int a(void);\nint b(void);\n"), ("two", "int a(void);\n"), ("bad", "int (;\n")):
        (tmp_path / name / "include").mkdir(parents=True)
        (tmp_path / name / "include/ship.h").write_text(text)
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("# NAME OLD NEW\nlost\tone\ttwo\nmore\ttwo\tone\nodd/../name\tone\tbad\nnone\tone\tnowhere\n")
    return pairs


def ask(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["survey", *arguments])
    return int(ended.value.code or 0)


def verdicts(folder: Path) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in (folder / RESULTS).read_text().splitlines()]
    return [(row["name"], row["verdict"] or "failed") for row in rows]


def test_one_that_fails_stops_no_other_and_a_cut_journal_goes_on(table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert ask(str(table), "-o", str(folder), "--jobs", "2") == 3
    assert verdicts(folder) == [
        ("lost", "incompatible"),
        ("more", "compatible"),
        ("odd/../name", "undecided"),
        ("none", "failed"),
    ]
    assert sorted(path.parent.name for path in folder.rglob("*.html")) == ["out", "reports", "reports", "reports"]
    whole = (folder / RESULTS).read_bytes()
    lines = [line for line in (folder / JOURNAL).read_bytes().splitlines() if line]
    assert len(lines) == 4
    (folder / JOURNAL).write_bytes(lines[0] + b"\n" + lines[1][:40])  # stopped in the middle of a line
    (folder / RESULTS).unlink()
    assert ask(str(table), "-o", str(folder), "--jobs", "1") == 3
    assert (folder / RESULTS).read_bytes() == whole
    assert len(list(journal(folder))) == 4


def test_what_costs_too_much_fails_alone(table: Path, tmp_path: Path) -> None:
    table.write_text("lost\tone\ttwo\n")
    assert ask(str(table), "-o", str(tmp_path / "out"), "--memory", "16") == 3
    assert verdicts(tmp_path / "out") == [("lost", "failed")]


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes(table: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    assert ask(str(table), "-o", str(tmp_path / "here")) == 3
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as workers:
        assert ask(str(table), "-o", str(tmp_path / "there"), "--scheduler", workers.scheduler_address) == 3
    assert (tmp_path / "here" / RESULTS).read_bytes() == (tmp_path / "there" / RESULTS).read_bytes()


def test_folders_are_paired_by_package(tmp_path: Path) -> None:
    for side, names in (("old", ("libship-dev_1.0_amd64.deb", "liba_1_all.deb")), ("new", ("libship-dev_2.0_x.deb",))):
        (tmp_path / side).mkdir()
        for name in names:
            (tmp_path / side / name).touch()
    pairs, alone = of_folders(tmp_path / "old", tmp_path / "new")
    assert [(pair.name, Path(pair.new).name) for pair in pairs] == [("libship-dev", "libship-dev_2.0_x.deb")]
    assert [line.partition(":")[0] for line in alone] == ["liba"]
    assert [package(name) for name in ("a/libusb-1.0-0-dev_2%3a1.0.26-1_amd64.deb", "ship-1.2.tar.xz", "x.h")] == [
        "libusb-1.0-0-dev",
        "ship",
        "",
    ]


def listed(folder: Path, suite: str, text: str, pack: Callable[[bytes], bytes], suffix: str) -> Path:
    path = folder / "dists" / suite / "main" / "binary-amd64" / f"Packages{suffix}"
    path.parent.mkdir(parents=True)
    path.write_bytes(pack(text.encode()))
    return path


def entry(name: str, version: str) -> str:
    return f"Package: {name}\nVersion: {version}\nDepends: x,\n y\nFilename: pool/{name}_{version}_amd64.deb\n\n"


def test_lists_of_two_suites_are_paired(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pool").mkdir()
    for name in ("liba-dev_1", "liba-dev_2", "libsame-dev_1", "libgone-dev_1", "libprog_1", "libprog_2"):
        (tmp_path / "pool" / f"{name}_amd64.deb").write_bytes(b"!<arch>\n")
    before = [("liba-dev", "1"), ("libsame-dev", "1"), ("libgone-dev", "1"), ("libaway-dev", "1"), ("libprog", "1")]
    after = [("liba-dev", "2"), ("libsame-dev", "1"), ("libaway-dev", "2"), ("libnew-dev", "1"), ("libprog", "2")]
    old = listed(tmp_path, "old", "".join(entry(*one) for one in before), lzma.compress, ".xz")
    new = listed(tmp_path, "new", "".join(entry(*one) for one in after), gzip.compress, ".gz")
    pairs, told = of_lists(old, new, "*-dev")
    pool = tmp_path / "pool"
    assert pairs == (Pair("liba-dev", str(pool / "liba-dev_1_amd64.deb"), str(pool / "liba-dev_2_amd64.deb")),)
    assert [line.split()[2] for line in told] == ["1", "1", "1", "1"]
    assert [pair.name for pair in of_lists(old, new, "*")[0]] == ["liba-dev", "libprog"]
    (old.parent / "liba-dev_2%3a1.5_amd64.deb").touch()  # as apt calls what it fetched
    epoch = entry("liba-dev", "2:1.5").replace("_2:1.5", "_1.5")
    (old.parent / "Packages").write_text(epoch)
    assert of_lists(old.parent / "Packages", new, "*")[0][0].old == str(old.parent / "liba-dev_2%3a1.5_amd64.deb")
    assert ask(str(old), str(new), "-o", str(tmp_path / "out")) == 3  # an empty package fails, as a row
    assert "not compared: 1 packages whose files are not there" in capfd.readouterr().err
    assert verdicts(tmp_path / "out") == [("liba-dev", "failed")]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"Package: a-dev\nVersion: 1\n\n", 1),
        (b"Package: b\nVersion: 1\nFilename: b\n\nPackage: a-dev\nVersion: 1\nFilename: ../../etc/passwd\n", 5),
        (b"Package: a-dev\nnonsense\n", 2),
        (b"\xff\xfe", 0),
        (lzma.compress(entry("a-dev", "1").encode() * 100)[:-20], 0),
        (gzip.compress(entry("a-dev", "1").encode() * 100)[:-20], 0),
        (b"P" * ((1 << 20) + 2), 0),
    ],
)
def test_errors_of_a_list_have_their_place(data: bytes, line: int, tmp_path: Path) -> None:
    path = tmp_path / "Packages"
    path.write_bytes(data)
    with pytest.raises(ParseError if line else SourceError) as error:
        of_lists(path, path, "*-dev")
    assert not line or (isinstance(error.value, ParseError) and error.value.location.line == line)
    assert error.value.exit_code == 3


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
@pytest.mark.parametrize("later", [0.0, 3.0])
def test_a_pair_ends_with_what_started_it(later: float) -> None:
    """The pair waits for its task from a pipe that this test holds open, so that only its parent's end can end it.

    The parent ends while the pair loads, or (seconds later) while it waits.
    """
    waits, held = os.pipe()
    code = (
        "import os, subprocess, sys, time\n"
        "command = [sys.executable, '-P', '-m', 'abidiff.survey.one', str(os.getpid())]\n"
        f"one = subprocess.Popen(command, stdin={waits}, start_new_session=True)\n"
        "print(one.pid, flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, pass_fds=[waits]) as parent:
        os.close(waits)
        assert parent.stdout is not None
        pair = int(parent.stdout.readline())
        status = Path(f"/proc/{pair}/status")
        time.sleep(later)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 60
    while status.exists() and "Z (zombie)" not in status.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    gone = not status.exists() or "Z (zombie)" in status.read_text()
    os.close(held)
    assert gone


def test_the_rows_are_a_parquet_file(table: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = tmp_path / "out"
    assert ask(str(table), "-o", str(folder), "--parquet") == 3
    rows = [json.loads(line) for line in (folder / RESULTS).read_text().splitlines()]
    read = parquet.read_table(folder / "results.parquet")
    assert read.column_names == list(Row.__struct_fields__)
    assert read["name"].to_pylist() == [row["name"] for row in rows]
    assert [dict(counts) for counts in read["counts"].to_pylist()] == [row["counts"] for row in rows]
    assert [dict(rules) for rules in read["rules"].to_pylist()] == [row["rules"] for row in rows]
    assert read["failed"].to_pylist()[3]
    once = (folder / "results.parquet").read_bytes()
    assert ask(str(table), "-o", str(folder), "--parquet") == 3
    assert (folder / "results.parquet").read_bytes() == once
    odd = Row("\udcff", "a", "b", "compatible", rules={"b": 1, "a": 2}, advice=("x",))
    write([odd], tmp_path / "odd.parquet")
    (row,) = parquet.read_table(tmp_path / "odd.parquet").to_pylist()
    assert (row["name"], row["rules"], row["advice"]) == ("\\udcff", [("a", 2), ("b", 1)], ["x"])


def test_without_pyarrow_nothing_is_compared(table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert ask(str(table), "-o", str(tmp_path / "out"), "--parquet") == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["one\n", "a\tb\tc\td\n", "x\ta\tb\nx\tc\td\n", "a\t\tb\n"])
def test_errors_of_a_table_have_their_place(text: str, tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text(text)
    with pytest.raises(ParseError) as error:
        of_table(tmp_path / "pairs.tsv")
    assert error.value.location.line == text.count("\n")


def test_names_of_the_input_are_escaped_in_the_page() -> None:
    evil = '</script><script>alert(1)</script>" onclick="x'
    page = render([Row(evil, "a", "b", "incompatible", "", {"breaking": 2}, {evil: 1}, 0, (), f"reports/{evil}.html")])
    assert "<script>alert" not in page
    assert 'onclick="' not in page
    assert 'data-n="2"' in page


def test_a_package_given_beside_is_read_once_for_all_pairs(tmp_path: Path) -> None:
    """Each pair gets the unpacked headers; the rows are those that each would have given by itself."""
    for name, text in (("one", "dock_t a(void);\nint b(void);\n"), ("two", "dock_t a(void);\n")):
        (tmp_path / name / "include").mkdir(parents=True)
        (tmp_path / name / "include/ship.h").write_text(f"#include <dock.h>\n{text}")
    (tmp_path / "dock-1.0/include").mkdir(parents=True)
    (tmp_path / "dock-1.0/include/dock.h").write_text("typedef int dock_t;\n")
    with tarfile.open(tmp_path / "dock-1.0.tar.gz", "w:gz") as packed:
        packed.add(tmp_path / "dock-1.0", "dock-1.0")
    one, two, packed_name = (str(tmp_path / name) for name in ("one", "two", "dock-1.0.tar.gz"))
    pairs = [Pair("lost", one, two), Pair("more", two, one)]
    how = Task(Pair("", "", ""), "", "", (packed_name,), "", 60, 1 << 31)
    given: list[tuple[str, ...]] = []

    def spread(tasks: Sequence[Task]) -> Iterator[bytes]:
        for task in tasks:
            given.append(task.others)
            found = Path(task.others[0])
            assert [path.relative_to(found).as_posix() for path in found.rglob("*.h")] == ["include/dock.h"]
            alone = compared(msgspec.structs.replace(task, others=how.others))
            assert compared(task) == alone
            yield msgspec.msgpack.encode((alone, 0.0, 0))

    found = survey(pairs, tmp_path / "out", how, spread, lambda text: None)
    assert [(one.row.verdict, one.row.problems) for one in found] == [("incompatible", 0), ("compatible", 0)]
    assert given[0] == given[1] == (str(tmp_path / "out/with/0/dock-1.0"),)
    assert not (tmp_path / "out/with").exists()
