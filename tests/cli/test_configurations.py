"""``abi-diff configurations``: what is examined, and what is not."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from abidiff.cli.main import cli


def test_configurations_are_listed(tmp_path: Path) -> None:
    header = tmp_path / "ship.h"
    header.write_text("#ifdef BIG\nint b(void);\n#endif\n#ifdef _MSC_VER\nint m(void);\n#endif\nint f(void);\n")
    done = CliRunner().invoke(cli, ["configurations", str(header), "--no-cache"])
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "header: 2 configurations",
        "  default",
        "  BIG=1",
        "  not looked at: 1 blocks",
        "    ship.h:4  compiler  #if defined _MSC_VER",
    ]


def test_what_could_not_be_read_is_said(tmp_path: Path) -> None:
    header = tmp_path / "ship.h"
    header.write_text("#ifdef BIG\n#include <gone.h>\n#endif\nint f(void);\n")
    done = CliRunner().invoke(cli, ["configurations", str(header), "--no-cache"])
    assert "  BIG=1  (could not be read)" in done.output
    header.write_text("#include <gone.h>\n")
    assert CliRunner().invoke(cli, ["configurations", str(header), "--no-cache"]).exit_code == 3
