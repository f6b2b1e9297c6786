"""Builds the wheel and the source distribution twice, checks them, and installs them as a new user would.

    python tools/try_package.py --tools BIN [--out dist]

``BIN`` is the folder with the programs of .ci/tools.txt (build, twine, uv, pipx, cyclonedx-py).  Every step runs away
from the tree, in environments that hold nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
OLD = ROOT / "fixtures" / "demo" / "harbour-1.0.0"
NEW = ROOT / "fixtures" / "demo" / "harbour-1.1.0"
QUICK = ("tests/test_interface.py", "tests/test_layers.py", "tests/test_cases.py")


def run(*command: object, code: int = 0, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Run a program; end with what it printed when its exit code is another."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
    )
    if done.returncode != code:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def built(python: Path, into: Path) -> dict[str, str]:
    """Build both distributions; return their names and SHA-256 digests."""
    run(
        python, "-m", "build", "--no-isolation", "--outdir", into, ROOT, environment={"SOURCE_DATE_EPOCH": "1700000000"}
    )
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(into.iterdir())}


def pythons() -> list[str]:
    """Return one Python of each version from 3.11 on that runs here, the one that runs this first."""
    found = {sys.version_info[:2]: sys.executable}
    beside = sorted(str(path) for path in Path(sys.base_prefix).parent.glob("*/bin/python3"))
    for path in [*(shutil.which(f"python3.{minor}") for minor in range(11, 30)), *beside]:
        if path is None:
            continue
        command = [path, "-c", "import ensurepip, sys; print(*sys.version_info[:2])"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        version = tuple(map(int, done.stdout.split())) if done.returncode == 0 else ()
        if len(version) == 2 and version >= (3, 11):
            found.setdefault(version, path)
    return list(found.values())


def judged(command: Path, cwd: Path) -> None:
    """Let an installed command judge the two bundled releases."""
    if "INCOMPATIBLE" not in run(command, "compare", OLD, NEW, "--no-cache", code=1, cwd=cwd):
        sys.exit(f"{command} did not find what breaks")


def installed(wheel: Path, tools: Path, work: Path) -> None:
    """Install the wheel with pip on every Python, with uv and with pipx, and run it."""
    for number, python in enumerate(pythons()):
        home = work / f"venv-{number}"
        run(python, "-m", "venv", home)
        run(home / "bin" / "pip", "install", "--quiet", wheel)
        judged(home / "bin" / "abi-diff", work)
        print(f"pip on {run(home / 'bin' / 'python', '--version').strip()}")
    places = {"UV_TOOL_DIR": str(work / "uv"), "UV_TOOL_BIN_DIR": str(work / "uv-bin")}
    run(tools / "uv", "tool", "install", "--quiet", "--python", sys.executable, wheel, cwd=work, environment=places)
    judged(work / "uv-bin" / "abi-diff", work)
    print("uv tool install")
    places = {"PIPX_HOME": str(work / "pipx"), "PIPX_BIN_DIR": str(work / "pipx-bin")}
    run(tools / "pipx", "install", "--python", sys.executable, wheel, cwd=work, environment=places)
    judged(work / "pipx-bin" / "abi-diff", work)
    print("pipx install")


def tested(sdist: Path, work: Path) -> None:
    """Build a wheel from the unpacked source distribution, and run its quick tests there."""
    with tarfile.open(sdist) as archive:
        archive.extractall(work / "sdist", filter="data")
    (tree,) = (work / "sdist").iterdir()
    path = {"PYTHONPATH": str(tree)}
    run(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *QUICK, cwd=tree, environment=path)
    print("the source distribution tests itself")


def main() -> int:
    """Do all of it; any failure ends with what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    given = parser.parse_args()
    tools = given.tools.absolute()
    with tempfile.TemporaryDirectory(prefix="abi-diff-package-") as name:
        work = Path(name)
        one, two = (built(tools / "python", work / part) for part in ("one", "two"))
        if one != two:
            sys.exit(f"two builds differ: {one} {two}")
        wheel, sdist = next((work / "one").glob("*.whl")), next((work / "one").glob("*.tar.gz"))
        run(tools / "twine", "check", "--strict", wheel, sdist)
        print(f"built twice alike, metadata checked: {', '.join(one)}")
        installed(wheel, tools, work)
        tested(sdist, work)
        bill = run(tools / "cyclonedx-py", "environment", "--of", "JSON", work / "venv-0")
        given.out.mkdir(exist_ok=True)
        (given.out / "abidiff-sbom.json").write_text(bill, encoding="utf-8")
        for path in (wheel, sdist):
            shutil.copy(path, given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
