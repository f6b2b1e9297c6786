"""Where a report goes: standard output, or a file that is written aside and then renamed."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from abidiff.errors import AbidiffError


class OutputError(AbidiffError):
    """The report can't be written where it should go."""


def emit(text: str, output: str | None) -> None:
    """Write to a file (whole or not at all), or to standard output, as UTF-8."""
    emit_bytes(text.encode("utf-8", "backslashreplace"), output)


def emit_bytes(data: bytes, output: str | None) -> None:
    """Write bytes to a file (whole or not at all), or to standard output."""
    if output is not None and output != "-":
        write_file(Path(output), data)
        return
    if sys.stdout is None:
        raise OutputError("standard output is closed")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def write_file(path: Path, data: bytes) -> None:
    """Write aside, then rename: nobody ever sees half a file, and a failure leaves the old one."""
    try:
        if path.exists() and not path.is_file():  # a device or a pipe can't be replaced
            path.write_bytes(data)
            return
        target = path.resolve()
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise OutputError(f"can't write {path}: {error.strerror}") from None
    except (RuntimeError, ValueError) as error:  # links in a circle; a NUL in the name
        raise OutputError(f"can't write {path}: {error}") from None
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        Path(name).replace(target)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise OutputError(f"can't write {path}: {error.strerror}") from None
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def wants_colour(choice: str, output: str | None) -> bool:
    """Decide on colour: ``always``, ``never``, or by terminal, NO_COLOR and TERM."""
    if choice != "auto":
        return choice == "always"
    if output not in (None, "-") or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def width(output: str | None) -> int:
    """Return the width of the terminal, between 60 and 120; 100 where there is none."""
    if output not in (None, "-") or not sys.stdout.isatty():
        return 100
    return max(60, min(120, shutil.get_terminal_size((100, 24)).columns))
