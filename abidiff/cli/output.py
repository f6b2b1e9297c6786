"""Where a report goes: standard output, or a file that is written aside and then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from abidiff.errors import EXIT_USAGE, AbidiffError, UsageError

_OWN = re.compile(r"/dev/(?:stderr|fd/(\d{1,9}))|/proc/self/fd/(\d{1,9})", re.ASCII)
"""Streams that the process was given: a shell's ``>(command)`` is one."""
_STANDARD = ("-", "/dev/stdout", "/dev/fd/1")


_WRONG_PLACE = (
    errno.ENOENT,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ELOOP,
    errno.ENAMETOOLONG,
)
"""What is wrong with the name that was given, and not with the device behind it."""


class OutputError(AbidiffError):
    """The report can't be written: the device is full, or nobody reads."""


class PlaceError(OutputError):
    """The name of an output leads to no place where a file can be put."""

    exit_code = EXIT_USAGE


def _failure(path: Path, error: OSError) -> OutputError:
    kind = PlaceError if error.errno in _WRONG_PLACE else OutputError
    return kind(f"can't write {path}: {error.strerror}")


def refuse_no_folder(output: str | None) -> None:
    """Refuse, before anything is read, an output whose folder is not there.  Raises :class:`PlaceError`."""
    if not output or output in _STANDARD or "\0" in output:
        return
    path = Path(output)
    try:
        if not path.exists() and not path.resolve().parent.is_dir():
            raise PlaceError(f"can't write {path}: its folder is not there", hint="make the folder first")
    except (OSError, RuntimeError):  # writing says what is wrong with it
        return


def emit(text: str, output: str | None) -> None:
    """Write to a file (whole or not at all), or to standard output, as UTF-8."""
    emit_bytes(text.encode("utf-8", "backslashreplace"), output)


def emit_bytes(data: bytes, output: str | None) -> None:
    """Write bytes to a file (whole or not at all), or to standard output; an input is not written over."""
    apart_from_inputs([output])
    with Outputs() as outputs:
        outputs.add(data, output)


def write_file(path: Path, data: bytes) -> None:
    """Write aside, then rename: nobody ever sees half a file, and a failure leaves the old one."""
    with Outputs() as outputs:
        outputs.add(data, f"./{path}" if str(path) == "-" else str(path))


def place(output: str | None) -> str:
    """Return what tells an output from others: ``-`` for standard output, else the path with its links followed."""
    if output is None or output in _STANDARD:
        return "-"
    try:
        return os.path.realpath(output)
    except (OSError, ValueError):  # writing says what is wrong with it
        return output


def apart_from_inputs(outputs: Iterable[str | None]) -> None:
    """Refuse an output that is a file among the inputs of the command.  Raises :class:`UsageError`."""
    context = click.get_current_context(silent=True)
    places: dict[str, str | None] = {place(output): output for output in outputs if place(output) != "-"}
    if context is None or not places:
        return
    for parameter in context.command.params:
        path = isinstance(parameter.type, click.Path) or parameter.name == "application"
        if not path or parameter.name in ("output", "known"):  # a list of symbols is brought up to date in its place
            continue
        value = context.params.get(parameter.name or "")
        for given in value if isinstance(value, tuple) else (value,):
            output = places.get(place(str(given))) if given else None
            if output and Path(output).is_file():
                raise UsageError(f"{output} is an input, and would be written over", hint="give another file to write")


class Outputs:
    """Several outputs as one: when one of them can't be written, all files are left as they were.

    Files are written aside at once; at the end of the ``with`` block standard output and devices are written, then
    the files are put in their places.  ``failing`` holds what is to be done when that fails.
    """

    def __init__(self) -> None:
        self.failing = contextlib.ExitStack()
        self._aside: list[tuple[Path, Path]] = []
        self._streams: list[tuple[Path | None, bytes]] = []

    def __enter__(self) -> Outputs:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            with self.failing:
                if kind is None:
                    self._deliver()
                    self.failing.pop_all()
        finally:
            for aside, _target in self._aside:
                aside.unlink(missing_ok=True)

    def add(self, data: bytes, output: str | None) -> None:
        """Take in one output; ``-`` or None is standard output, ``/dev/fd/3`` what the caller opened."""
        if output is None or output in _STANDARD:
            if sys.stdout is None:
                raise OutputError("standard output is closed")
            self._streams.append((None, data))
            return
        path = Path(output)
        try:
            if _OWN.fullmatch(output) or (path.exists() and not path.is_file()):  # a device or a pipe can't be replaced
                self._streams.append((path, data))
                return
            self._put_aside(path.resolve(), data)
        except OSError as error:
            raise _failure(path, error) from None
        except (RuntimeError, ValueError) as error:  # links in a circle; a NUL in the name
            raise PlaceError(f"can't write {path}: {error}") from None

    def _put_aside(self, target: Path, data: bytes) -> None:
        import tempfile

        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
        self._aside.append((Path(name), target))
        with os.fdopen(number, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())

    def _deliver(self) -> None:
        for path, data in self._streams:
            if path is None:
                sys.stdout.flush()
                sys.stdout.buffer.write(data)
                sys.stdout.buffer.flush()
                continue
            _poured(path, data)
        done: list[tuple[Path, Path | None]] = []
        try:
            for aside, target in self._aside:
                done.append((target, _kept(target) if len(self._aside) > 1 else None))
                aside.replace(target)
        except OSError as error:
            _undo(done, len(self._aside) > 1)
            raise _failure(target, error) from None
        for _, old in done:
            if old is not None:
                old.unlink(missing_ok=True)


def _poured(path: Path, data: bytes) -> None:
    """Write to what is no file; a pipe that nobody reads is refused, since nobody may ever read it."""
    try:
        own = _OWN.fullmatch(str(path))
        if own:
            descriptor = os.dup(int(own[1] or own[2] or 2))
        else:
            descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
            os.set_blocking(descriptor, True)
        with open(descriptor, "wb") as stream:  # noqa: PTH123
            stream.write(data)
    except OSError as error:
        if error.errno == errno.ENXIO and path.is_fifo():
            raise OutputError(f"can't write {path}: a pipe that nobody reads") from None
        raise _failure(path, error) from None


def _kept(target: Path) -> Path | None:
    """Return a second name of what stands at a place; None when there is nothing."""
    if not target.exists():
        return None
    old = target.with_name(f".{target.name[:100]}.{os.getpid()}.old")
    old.unlink(missing_ok=True)
    os.link(target, old)
    return old


def _undo(done: list[tuple[Path, Path | None]], several: bool) -> None:
    for target, old in done if several else ():
        with contextlib.suppress(OSError):
            if old is not None:
                old.replace(target)
            elif target is not done[-1][0]:  # which was not put there
                target.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def wants_colour(choice: str, output: str | None) -> bool:
    """Decide on colour: ``always``, ``never``, or by terminal, NO_COLOR and TERM."""
    if choice != "auto":
        return choice == "always"
    if output not in (None, "-") or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return _terminal()


def width(output: str | None) -> int:
    """Return the width of the terminal, between 60 and 120; 80 where there is none."""
    if output not in (None, "-") or not _terminal():
        return 80
    import shutil

    return max(60, min(120, shutil.get_terminal_size((80, 24)).columns))
