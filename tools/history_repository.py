"""Make a git repository with one tag a release out of the tarballs that `make releases` fetches."""

from __future__ import annotations

import argparse
import re
import subprocess
import tarfile
from pathlib import Path
from typing import IO

NAME = re.compile(r"libvirt-(\d+\.\d+\.\d+)\.tar\.\w+")
WITHOUT = ("po/", "tests/", ".git/")
WHO = "abidiff <abidiff@example.org>"


def key(path: Path) -> tuple[int, ...]:
    found = NAME.fullmatch(path.name)
    return tuple(int(part) for part in found[1].split(".")) if found else ()


def commit(stream: IO[bytes], tarball: Path, version: str, number: int) -> None:
    """Write one release as a commit with a tag, in the format of git fast-import."""
    with tarfile.open(tarball) as archive:
        newest = 0
        lines: list[bytes] = []
        for member in archive:
            path = member.name.partition("/")[2]
            newest = max(newest, int(member.mtime))
            if not path or path.startswith(WITHOUT) or not (member.isfile() or member.issym()):
                continue
            mode = "120000" if member.issym() else "100755" if member.mode & 0o100 else "100644"
            opened = archive.extractfile(member) if member.isfile() else None
            data = opened.read() if opened else member.linkname.encode()
            lines.append(b'M %s inline "%s"\ndata %d\n%s\n' % (mode.encode(), quoted(path), len(data), data))
    message = f"libvirt {version}".encode()
    stream.write(b"commit refs/heads/main\nmark :%d\ncommitter %s %d +0000\n" % (number, WHO.encode(), newest))
    stream.write(b"data %d\n%s\n" % (len(message), message))
    stream.write(b"deleteall\n" + b"".join(lines))
    stream.write(b"reset refs/tags/v%s\nfrom :%d\n\n" % (version.encode(), number))


def quoted(path: str) -> bytes:
    return path.replace("\\", "\\\\").replace('"', '\\"').encode("utf-8", "surrogateescape")


def make(releases: Path, into: Path) -> list[str]:
    """Make the repository; return the versions that it has tags of."""
    tarballs = sorted((path for path in releases.iterdir() if key(path)), key=key)
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(into)], check=True)
    command = ["git", "-C", str(into), "fast-import", "--quiet"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for n, tarball in enumerate(tarballs, 1):
            commit(process.stdin, tarball, NAME.fullmatch(tarball.name)[1], n)  # type: ignore[index]
    if process.returncode:
        raise SystemExit(f"git fast-import failed: {process.returncode}")
    return [".".join(map(str, key(tarball))) for tarball in tarballs]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("releases", type=Path)
    parser.add_argument("into", type=Path)
    given = parser.parse_args()
    print(f"{given.into}: {', '.join(make(given.releases, given.into))}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
