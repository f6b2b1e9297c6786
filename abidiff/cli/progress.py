"""What is being done, on standard error, when that is a terminal and it takes a while."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_PATIENCE = 1.0


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yield a function that shows one line; it loads rich only after a moment, and only for a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    started = time.monotonic()
    status: Any = None

    def show(text: str) -> None:
        nonlocal status
        if time.monotonic() - started < _PATIENCE:
            return
        from rich.markup import escape

        from abidiff.reports.escape import printable

        shown = escape(printable(text))
        if status is None:
            from rich.console import Console

            status = Console(stderr=True).status(shown)
            status.start()
        else:
            status.update(shown)

    try:
        yield show
    finally:
        if status is not None:
            status.stop()
