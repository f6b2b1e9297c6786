#!/usr/bin/env python3
"""Write the rows of Debian: its archive says which version each suite has, distro-info-data when it came and ends.

    tools/distributions.py            # writes abidiff/distributions/debian.toml

The suites are read from the archive that this machine's own apt sources name; see tools/fetch_sources.py.
"""

from __future__ import annotations

import csv
import datetime
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fetch_sources import private_apt

SUITES = ("bullseye", "bookworm", "trixie", "forky")
PACKAGES = ("libvirt", "qemu")
DATES = Path("/usr/share/distro-info/debian.csv")
TARGET = Path(__file__).resolve().parents[1] / "abidiff/distributions/debian.toml"
KEPT = """# The rows of suites that the archive serves are written by tools/distributions.py; the others are kept.
name = "Debian"

[[release]]
version = "8"
codename = "jessie"
released = 2015-04-26
ends = 2018-06-17
extended = 2020-06-30
versions = { libvirt = "1.2.9" }
sources = [
    "https://github.com/rgbkrk/libvirt-go (README, versions of distributions)",
    "Debian's package distro-info-data (dates)",
]
read = 2026-11-29

[[release]]
version = "10"
codename = "buster"
released = 2019-07-06
ends = 2022-09-10
extended = 2024-06-30
versions = { libvirt = "5.0.0", qemu = "3.1" }
sources = [
    "OpenStack Nova, doc/source/reference/libvirt-distro-support-matrix.rst at commit d0b8028b51",
    "Debian's package distro-info-data (dates)",
]
read = 2026-11-29
"""


def upstream(version: str) -> str:
    """Return the upstream version in a Debian version."""
    bare = version.partition(":")[2] or version
    return re.sub(r"[+~](?:dfsg|ds).*", "", bare.rpartition("-")[0] or bare)


def found(env: dict[str, str], suite: str) -> dict[str, str]:
    """Return the version of each package in a suite."""
    out = {}
    for package in PACKAGES:
        command = ["apt-cache", "-o", f"APT::Default-Release={suite}", "madison", package]
        text = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
        versions = [
            parts[1].strip()
            for line in text.splitlines()
            if (parts := line.split("|"))[2].rstrip().endswith("Sources") and f" {suite}/" in parts[2]
        ]
        if versions:
            out[package] = upstream(versions[0])
    return out


def rows() -> Iterator[str]:
    """Yield the rows of the suites that the archive serves."""
    today = datetime.date.today().isoformat()
    with DATES.open(encoding="utf-8") as stream:
        dates = {line["series"]: line for line in csv.DictReader(stream)}
    with tempfile.TemporaryDirectory() as folder:
        env = private_apt(Path(folder), list(SUITES))
        subprocess.run(["apt-get", "-qq", "update"], env=env, check=True)
        for suite in SUITES:
            line, versions = dates[suite], found(env, suite)
            fields = {"released": line["release"], "ends": line["eol"], "extended": line["eol-lts"]}
            told = ", ".join(f'{name} = "{version}"' for name, version in versions.items())
            yield "\n".join(
                [
                    "",
                    "[[release]]",
                    f'version = "{line["version"] if line["release"] else "testing"}"',
                    f'codename = "{suite}"',
                    *(f"{key} = {value}" for key, value in fields.items() if value),
                    *([] if line["release"] else ["rolling = true"]),
                    f"versions = {{ {told} }}",
                    "sources = [",
                    f'    "Debian\'s archive, the sources of {suite}",',
                    '    "Debian\'s package distro-info-data (dates)",',
                    "]",
                    f"read = {today}",
                    "",
                ]
            )


if __name__ == "__main__":
    TARGET.write_text(KEPT + "".join(rows()), encoding="utf-8")
