"""Where the command begins: what the system hands over is put in order before anything is loaded."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn


def main() -> NoReturn:
    """Run the command.

    While it loads, an interrupt ends the process as the system does, without a word.  Standard streams that the
    caller closed lead nowhere: no file that is opened later takes their place.
    """
    before = signal.getsignal(signal.SIGINT)
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is signal.default_int_handler else before)
    streams()
    from abidiff.cli.main import main as run

    with suppress(ValueError):
        signal.signal(signal.SIGINT, before)
    run()


def streams() -> None:
    """Let standard streams that are closed lead nowhere; a closed standard output stays none, and that is said."""
    number = os.open(os.devnull, os.O_RDWR)
    while number < 3:
        number = os.open(os.devnull, os.O_RDWR)
    os.close(number)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
