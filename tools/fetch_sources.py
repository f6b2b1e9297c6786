#!/usr/bin/env python3
"""Fetch original source tarballs and -dev packages from Debian, for the tests marked ``real``.

The suites are read from the archive that this machine's own apt sources already
name; a private apt configuration is used, so nothing on the machine changes and
no root is needed.  Nothing that is fetched is executed or committed.

    tools/fetch_sources.py --into releases libvirt
    tools/fetch_sources.py --into corpora/xdr glusterfs nfs-utils
    tools/fetch_sources.py --into corpora/dev --binary --suite bookworm zlib1g-dev
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

SUITES = ("bullseye", "bookworm", "trixie")
DEBIAN_SUITE = re.compile(r"^(bullseye|bookworm|trixie|forky|sid|oldoldstable|oldstable|stable|testing|unstable)$")

ORIGINAL = re.compile(r"^(?P<name>[^_]+)_(?P<version>[^_]+?)\.orig(?P<part>-[a-z0-9]+)?(?P<rest>\.tar\.[a-z0-9]+)$")


def debian_uris() -> list[tuple[str, str]]:
    """Return ``(uri, options)`` of every Debian archive that apt already names here."""
    found: list[tuple[str, str]] = []
    root = Path("/etc/apt")
    files = [root / "sources.list", *sorted((root / "sources.list.d").glob("*"))]
    for file in files:
        if not file.is_file():
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        if file.suffix == ".sources":
            found += _deb822(text)
        else:
            found += _one_line(text)
    return list(dict.fromkeys(found))


def _deb822(text: str) -> list[tuple[str, str]]:
    found = []
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
        suites = fields.get("Suites", "").split()
        if not any(DEBIAN_SUITE.match(suite) for suite in suites):
            continue
        key = fields.get("Signed-By", "")
        options = f"[signed-by={key}]" if key.startswith("/") else ""
        found += [(uri, options) for uri in fields.get("URIs", "").split()]
    return found


def _one_line(text: str) -> list[tuple[str, str]]:
    found = []
    for line in text.splitlines():
        match = re.match(r"^deb\s+(\[[^]]*\])?\s*(\S+)\s+(\S+)\s", line)
        if match and DEBIAN_SUITE.match(match[3]):
            found.append((match[2], match[1] or ""))
    return found


def private_apt(folder: Path, suites: list[str]) -> dict[str, str]:
    """Write a private apt configuration below ``folder``; return the environment that selects it."""
    uris = debian_uris()
    if not uris:
        raise SystemExit("no Debian archive in /etc/apt: cannot fetch real releases here")
    folder = folder.resolve()
    for part in ("lists/partial", "cache/archives/partial", "etc"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()
    sources = "".join(
        f"{kind} {options} {uri} {suite} main\n"
        for suite in suites
        for uri, options in uris[:1]
        for kind in ("deb", "deb-src")
    )
    (folder / "sources.list").write_text(sources, encoding="utf-8")
    config = folder / "apt.conf"
    config.write_text(
        f'Dir::Etc::sourcelist "{folder}/sources.list";\n'
        f'Dir::Etc::sourceparts "{folder}/etc";\n'
        f'Dir::State::lists "{folder}/lists";\n'
        f'Dir::State::status "{folder}/status";\n'
        f'Dir::Cache "{folder}/cache";\n'
        'Acquire::Languages "none";\n'
        'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";\n'
        'APT::Sandbox::User "root";\n'
        'Acquire::Check-Valid-Until "false";\n'
        'Acquire::Retries "3";\n',
        encoding="utf-8",
    )
    return dict(os.environ, APT_CONFIG=str(config))


def fetch(into: Path, suites: list[str], packages: list[str], *, binary: bool) -> list[str]:
    """Download ``packages`` of every suite into ``into``; return what could not be had."""
    into.mkdir(parents=True, exist_ok=True)
    env = private_apt(into / ".apt", suites)
    update = subprocess.run(["apt-get", "-qq", "update"], env=env, check=False)
    missing = [] if update.returncode == 0 else ["(apt-get update reported errors)"]
    for suite in suites:
        for package in packages:
            if binary:
                got = _fetch_binary(into / suite, f"{package}/{suite}", env)
            else:
                got = _fetch_original(into, f"{package}/{suite}", env)
            if not got:
                missing.append(f"{package} in {suite}")
    return missing


def _fetch_binary(into: Path, name: str, env: dict[str, str]) -> bool:
    into.mkdir(exist_ok=True)
    if list(into.glob(f"{name.split('/')[0]}_*.deb")):
        return True
    return subprocess.run(["apt-get", "-qq", "download", name], cwd=into, env=env, check=False).returncode == 0


def _fetch_original(into: Path, name: str, env: dict[str, str]) -> bool:
    """Fetch the original tarballs of a source package; Debian's own files are no part of a release."""
    command = ["apt-get", "-qq", "source", "--print-uris", name]
    listed = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
    got = False
    for uri, file, digest in re.findall(r"^'([^']+)' (\S+) \d+ (\S+)$", listed.stdout, re.MULTILINE):
        match = ORIGINAL.match(file)
        if match is None:
            continue
        version = re.sub(r"\+(dfsg|ds|repack).*$", "", match["version"])
        target = into / f"{match['name']}-{version}{match['part'] or ''}{match['rest']}"
        helper = ["/usr/lib/apt/apt-helper", "-qq", "download-file", uri, str(target), digest]
        got = target.exists() or subprocess.run(helper, env=env, check=False).returncode == 0
    return got


def main() -> int:
    """Run the command line; 1 when anything that was asked for is missing."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--into", type=Path, required=True, help="folder that receives the files")
    parser.add_argument("--suite", action="append", help="Debian suite; may be repeated")
    parser.add_argument("--binary", action="store_true", help="binary packages, not sources")
    parser.add_argument("packages", nargs="+")
    args = parser.parse_args()
    if shutil.which("apt-get") is None:
        raise SystemExit("apt-get is not installed: cannot fetch real releases here")
    missing = fetch(args.into, args.suite or list(SUITES), args.packages, binary=args.binary)
    for item in missing:
        print(f"not fetched: {item}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
