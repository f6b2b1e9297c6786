"""Headers of other projects (``--with``) and macros (``--define``): read, and never compared."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from abidiff.cli.main import cli
from abidiff.errors import SourceError
from abidiff.files import OTHERS
from abidiff.finding import Confirmation, Report, Severity
from abidiff.pipeline import Options, compare
from abidiff.sources import others
from abidiff.surfaces.headers.read.others import Others

USES = """
#include <quay/quay.h>
#include <linux/crane.h>
struct ship { struct quay where; __crane lift; };
int shipMoor(struct ship *s);
"""
QUAY = '#include <plain.h>\n#include "size.h"\nstruct quay { int n; plain m; quaysize s; };\nint quayNew(void);\n'


def written(root: Path, **files: str) -> str:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_h", ".h")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


@pytest.fixture
def harbour(tmp_path: Path) -> tuple[str, str, str]:
    """Two releases, and the folder of headers that they need."""
    old = written(tmp_path / "ship-1.0", include__ship_h=USES)
    new = written(tmp_path / "ship-1.1", include__ship_h=USES + "int shipSail(struct ship *s);\n")
    other = tmp_path / "usr"
    written(other, include__quay__quay_h=QUAY, include__quay__size_h="typedef long quaysize;\n")
    written(other, include__linux__crane_h="#include <asm/crane.h>\n")
    crane = other / "include/x86_64-linux-gnu/asm/crane.h"
    crane.parent.mkdir(parents=True)
    crane.write_text("typedef int __crane;\n")
    written(other / "include/plain-2.0", plain_h="typedef char plain;\n")
    return old, new, str(other)


def judged(old: str, new: str, *given: str, **more: object) -> Report:
    return compare(old, new, Options(parallel=False, cache=False, others=given, **more))  # type: ignore[arg-type]


def test_without_them_there_is_no_verdict(harbour: tuple[str, str, str]) -> None:
    report = judged(*harbour[:2])
    assert report.exit_code == 3
    assert any("--with" in problem.hint for problem in report.problems)


@pytest.mark.parametrize("cache", [False, True])
def test_with_them_there_is(harbour: tuple[str, str, str], cache: bool, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    old, new, other = harbour
    for _ in range(2):
        report = compare(old, new, Options(cache=cache, others=(other,)))
        assert (report.exit_code, [p.message for p in report.problems]) == (0, [])
        assert [f.subject for f in report.findings] == ["shipSail"], "theirs are not ours"
        assert report.surfaces[0].new["functions"] == 2


def test_a_layout_rests_on_them(harbour: tuple[str, str, str], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    old, new, other = harbour
    path = Path(new) / "include/ship.h"
    path.write_text(USES.replace("struct quay where; __crane lift;", "__crane lift; struct quay where;"))
    report = compare(old, new, Options(others=(other,), verify=True))
    assert report.exit_code == 1
    assert [f.confirmation for f in report.findings if f.severity is Severity.BREAKING] == [Confirmation.CONFIRMED]
    crane = Path(other) / "include/x86_64-linux-gnu/asm/crane.h"
    crane.write_text("typedef struct { int a[4]; } __crane;\n")
    others.read.cache_clear()  # as another run would begin
    again = compare(old, new, Options(others=(other,)))
    assert [f.message for f in again.findings] != [f.message for f in report.findings], "what they hold is in the key"


def test_an_archive_or_a_package_will_do(harbour: tuple[str, str, str], tmp_path: Path) -> None:
    old, new, other = harbour
    archive = tmp_path / "quay-3.tar.gz"
    with tarfile.open(archive, "w:gz") as out:
        out.add(other, "quay-3/usr")
    assert judged(old, new, str(archive)).exit_code == 0
    empty = tmp_path / "empty.tar"
    with tarfile.open(empty, "w") as out:
        member = tarfile.TarInfo("empty-1/README")
        out.addfile(member, io.BytesIO(b""))
    with pytest.raises(SourceError, match="no headers in it"):
        judged(old, new, str(empty))
    with pytest.raises(SourceError, match="no such file"):
        judged(old, new, str(tmp_path / "nowhere"))


def test_names_are_found_the_plainest_way_first() -> None:
    paths = ["usr/include/a.h", "usr/include/x86_64-linux-gnu/a.h", "usr/include/lib-1/a.h", "usr/include/lib-1/b.h"]
    paths += ["usr/include/linux/types.h", "usr/include/x86_64-linux-gnu/asm/types.h", "usr/lib/x/include/conf.h"]
    names = Others(f"{OTHERS}0-x/{path}" for path in [*reversed(paths)])
    assert names.find("a.h").endswith("/usr/include/a.h")
    assert names.find("b.h").endswith("/lib-1/b.h")
    assert names.find("lib-1/b.h") == names.find("b.h")
    assert names.find("types.h") == "", "linux/types.h is never meant by types.h"
    assert names.find("asm/types.h").endswith("x86_64-linux-gnu/asm/types.h")
    assert names.find("conf.h").endswith("/conf.h")
    assert Others(["include/a.h"]).find("a.h") == ""


def test_macros_are_defined(tmp_path: Path) -> None:
    header = '#if USE_VERSION < 30\n#error "30 or greater"\n#endif\n'
    header += "#if USE_VERSION >= 35\nint fresh(void);\n#endif\nint f(void);\n"
    old = written(tmp_path / "lib-1.0", include__lib_h=header)
    new = written(tmp_path / "lib-1.1", include__lib_h=header.replace("int fresh(void);", "int fresh(int);"))
    first = judged(old, new)
    assert first.exit_code == 1, "a configuration that enters the block is found"
    assert [f.subject for f in first.findings if f.severity is Severity.BREAKING] == ["fresh"]
    assert [f.subject for f in judged(old, new, defines=(("USE_VERSION", "35"),), verify=True).findings] == ["fresh"]
    report = judged(old, new, defines=(("USE_VERSION", "31"),))
    assert (report.exit_code, [f.rule for f in report.findings]) == (0, ["headers/not-looked-at"])


def test_on_the_command_line_and_in_the_configuration(harbour: tuple[str, str, str], tmp_path: Path) -> None:
    old, new, other = harbour
    run = CliRunner().invoke(cli, ["compare", old, new, "--with", other, "-D", "X", "-D", "Y=2 + 1", "-f", "json"])
    assert json.loads(run.stdout)["problems"] == []
    config = tmp_path / "abidiff.toml"
    config.write_text('with = ["usr"]\n[define]\nX = "1"\n')
    run = CliRunner().invoke(cli, ["compare", old, new, "--config", str(config), "-f", "json"])
    assert json.loads(run.stdout)["problems"] == []
    for wrong in ("1X", "X-Y=1", "=1", ""):
        run = CliRunner().invoke(cli, ["compare", old, new, "-D", wrong], standalone_mode=False)
        assert "is not NAME or NAME=VALUE" in str(run.exception), wrong
    for text, said in (("[define]\nX = 1\n", "a text on one line"), ('[define]\n"a-b" = "1"\n', "no name of a macro")):
        config.write_text(text)
        run = CliRunner().invoke(cli, ["compare", old, new, "--config", str(config)], standalone_mode=False)
        assert said in str(run.exception)


def test_a_header_that_includes_its_own_name_means_the_next(tmp_path: Path) -> None:
    text = "#include <stdint.h>\ntypedef uint32_t ucs4;\nucs4 f(void);\n"
    header = {"include__uni__stdint_h": "#include <stdint.h>\n", "include__uni__f_h": text}
    old = written(tmp_path / "uni-1.0", **header)
    new = written(tmp_path / "uni-1.1", **(header | {"include__uni__f_h": text + "ucs4 g(void);\n"}))
    report = judged(old, new, globs=(("headers", "include/**/*.h"),))
    assert (report.exit_code, [p.message for p in report.problems]) == (0, [])


def test_a_pointer_is_no_header(harbour: tuple[str, str, str], tmp_path: Path) -> None:
    old, new, _ = harbour
    text = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
    given = written(tmp_path / "pointers", **{"include/dep.h": text, "include/other.h": "int o(void);\n"})
    with pytest.raises(SourceError, match="pointer of Git LFS"):
        judged(old, new, given)
