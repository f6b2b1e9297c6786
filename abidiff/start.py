"""Where the command begins: what the system hands over is put in order before anything is loaded."""

from __future__ import annotations

import _thread
import io
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, NoReturn


def main() -> NoReturn:
    """Run the command.

    While it loads, an interrupt ends the process as the system does, without a word (a shell shows 130).  Standard
    streams that the caller closed lead nowhere: no file that is opened later takes their place.
    """
    before = signal.getsignal(signal.SIGINT)
    _on_interrupt(signal.SIG_DFL if before is signal.default_int_handler else before)
    streams()
    from abidiff.cli.main import main as run
    from abidiff.errors import EXIT_INTERRUPTED

    sys.unraisablehook = _unraisable
    try:
        run(heard=lambda: _on_interrupt(before))
    except KeyboardInterrupt:  # a second one, while the first is being told
        sys.exit(EXIT_INTERRUPTED)
    finally:
        _on_interrupt(signal.SIG_DFL)  # nothing is left that it could spoil


def _on_interrupt(answer: object) -> None:
    try:
        signal.signal(signal.SIGINT, answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):  # a handler that Python did not set, another thread than the main one
        return


def _unraisable(what: sys.UnraisableHookArgs) -> None:
    """Raise an interrupt again that fell into a callback (of an import, of a library): Python only prints it there."""
    if what.exc_type is KeyboardInterrupt:
        _thread.start_new_thread(_thread.interrupt_main, ())
    else:
        sys.__unraisablehook__(what)


class _Closed(io.TextIOBase):
    """A standard output that was closed: whatever is printed says so."""

    encoding = "utf-8"

    def write(self, _text: str) -> int:
        """Refuse."""
        raise OSError("standard output is closed")

    @property
    def buffer(self) -> BinaryIO:
        """Refuse."""
        raise OSError("standard output is closed")


def streams() -> None:
    """Let standard streams that are closed lead nowhere; what is printed to a closed standard output says so."""
    number = os.open(os.devnull, os.O_RDWR)
    while number < 3:
        number = os.open(os.devnull, os.O_RDWR)
    os.close(number)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
