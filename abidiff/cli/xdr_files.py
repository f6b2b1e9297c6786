"""The files that a protocol file is read with."""

from __future__ import annotations

from pathlib import Path


def neighbours(main: Path, headers: tuple[str, ...]) -> dict[str, bytes]:
    """Return the protocol files in the folder of one, and the headers that were named.

    Links in these folders that lead out of them are not followed; the files that were named themselves are.
    """
    from abidiff.errors import SourceError
    from abidiff.given import content, leads_out

    try:
        beside = [path for path in sorted(main.parent.glob("*.x")) if path.is_file()]
        files = {str(path.name): content(path) for path in beside if not leads_out(path, main.parent)}
        files[main.name] = content(main)
        for path in [p for given in headers for p in _headers(Path(given))]:
            files[f"headers/{path}"] = content(path)
    except OSError as error:
        raise SourceError(f"can't read {error.filename}: {error.strerror}") from None
    return files


def _headers(path: Path) -> list[Path]:
    from abidiff.files import C_HEADERS
    from abidiff.given import leads_out

    if not path.is_dir():
        return [path]
    every = (found for found in path.rglob("*") if found.name.endswith(C_HEADERS) and found.is_file())
    return sorted(found for found in every if not leads_out(found, path))
