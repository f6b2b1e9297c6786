"""Runs abi-diff with every opening of a file traced: ``python audited.py LOG ROOTS ARGUMENT...``.

``ROOTS`` are the folders that may be read, ``:``-separated; the interpreter, its library and the package may be as
well.  What else is opened or listed, and every program that is started, is written to LOG, a line each.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig

WATCHED = {"open", "os.listdir", "os.scandir", "os.readlink", "subprocess.Popen", "os.exec", "os.posix_spawn"}
PROGRAMS = {"git"}


def watch(log: int, roots: list[str]) -> None:
    """Write down what is opened outside of the roots."""
    library = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sysconfig.get_paths().values(), *site.getsitepackages()}
    allowed = [os.path.realpath(root) for root in (*roots, *library) if root not in ("/usr", "/")]
    allowed += ["/dev/null", "/dev/urandom", "/usr/lib/python3", "/usr/share/zoneinfo", "/etc/localtime"]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in WATCHED:
            return
        given = arguments[0]
        if event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
            if os.path.basename(os.fsdecode(given)) not in PROGRAMS:  # type: ignore[arg-type] # noqa: PTH119
                os.write(log, f"{event} {given!r}\n".encode())
            return
        if not isinstance(given, str | bytes | os.PathLike):
            return
        path = os.path.realpath(os.fsdecode(given))
        if not any(path == root or path.startswith(f"{root}/") for root in allowed):
            os.write(log, f"{event} {path}\n".encode("utf-8", "backslashreplace"))

    sys.addaudithook(hook)


if __name__ == "__main__":
    place, folders, *rest = sys.argv[1:]
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    watch(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND), [*folders.split(":"), package])
    from abidiff.cli.main import main

    main(rest)
