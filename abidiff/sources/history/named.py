"""What an argument says of a history, told without loading a database."""

from __future__ import annotations

from pathlib import Path

MAGIC = b"SQLite format 3\0"


def is_history(path: Path) -> bool:
    """Tell whether a file is a database of SQLite, as histories are."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def split(argument: str) -> tuple[Path, str] | None:
    """Return the file and the version of ``HISTORY.db@VERSION``, None for anything else."""
    file, at, version = argument.rpartition("@")
    if not at or not version or "\0" in argument or not Path(file).is_file() or not is_history(Path(file)):
        return None
    return Path(file), version
