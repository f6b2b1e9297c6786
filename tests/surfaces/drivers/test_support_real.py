"""The support matrix against what the release's own script prints."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from abidiff.pipeline import Options, read_side
from abidiff.surfaces.drivers.matrix import matrix

OPTIONS = Options(surfaces=("symbols", "drivers"), cache=False, parallel=False)


def theirs(archive: Path, folder: Path) -> dict[str, dict[str, str]]:
    """Function → driver → cell, as ``scripts/hvsupport.py`` of the release prints it."""
    wanted = re.compile(r"[^/]+/(?:src/(?:libvirt_\w+\.syms|driver[^/]*\.h|(?:\w+/)*\w+\.c)|scripts/hvsupport\.py)\Z")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, [m for m in tar.getmembers() if m.isfile() and wanted.match(m.name)], filter="data")
    (top,) = folder.iterdir()
    (top / "docs").mkdir()
    for name in ("libvirt", "libvirt-qemu", "libvirt-lxc"):  # only links are made of these
        (top / f"docs/{name}-api.xml").write_text("<function name='x' file='y'/>\n")
    command = [sys.executable, str(top / "scripts/hvsupport.py"), str(top), str(top)]
    page = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    body = etree.fromstring(page)
    at = "{http://www.w3.org/1999/xhtml}"
    rows: dict[str, dict[str, str]] = {}
    for table in body.iter(f"{at}table"):
        drivers: list[str] = []
        for line in table.iter(f"{at}tr"):
            cells = ["".join(cell.itertext()).strip() for cell in line]
            if line[0].tag == f"{at}th":
                drivers = cells[2:]
            else:
                mine = {d: c for d, c in zip(drivers, cells[2:], strict=True) if c}
                rows.setdefault(cells[0], {}).update(mine)  # some stand in several groups
    return rows


@pytest.mark.real
@pytest.mark.judge
@pytest.mark.parametrize("version", ["7.0.0", "9.0.0", "11.3.0"])
def test_equal_to_what_the_release_prints(version: str, real_release: Callable[[str], Path], tmp_path: Path) -> None:
    archive = real_release(version)
    side = read_side(str(archive), OPTIONS)
    assert side.models["drivers"].problems == ()
    groups = matrix(side.models["drivers"], side.models["symbols"])
    ours = {row.api: {name: str(cell) for name, cell in row.cells.items()} for g in groups for row in g.rows}
    printed = theirs(archive, tmp_path)
    for name in ("virConnectOpenAuth", "virConnectOpenReadOnly"):
        if not printed[name]:  # scripts before the group of common functions fill other fields than they print
            printed[name] = ours[name]
    assert ours == printed
    assert len(ours) > 350
