"""What profiles say of headers: where includes are looked for, what is defined, which names mark the end of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from abidiff.profile.globs import compiled, globs
from abidiff.surface import UnitOptions
from abidiff.toml import Table


def _read(table: Table) -> dict[str, Any]:
    return {
        "include_dirs": globs(table, "include_dirs"),
        "packages": globs(table, "packages"),
        "beside": globs(table, "beside"),
        "configurations": int(table.take("configurations", int, 0)),
        "defines": table.mapping("defines"),
        "sentinels": table.patterns("sentinels"),
        "sentinel_macros": table.texts("sentinel_macros"),
        "symbols": table.text("symbols"),
    }


def _single(own: Mapping[str, Any], substitutions: Mapping[str, str]) -> dict[str, Any]:
    del own
    nothing: dict[str, Any] = {"defines": {}, "sentinels": (), "sentinel_macros": (), "symbols": ""}
    return {"include_dirs": ("",), **nothing, "substitutions": substitutions}


def _laid(options: dict[str, Any], paths: Sequence[str], substitutions: Mapping[str, str]) -> dict[str, Any]:
    found = _include_dirs(options["include_dirs"], paths)
    return {**options, "substitutions": substitutions, "include_dirs": found}


def _include_dirs(patterns: tuple[str, ...], paths: Sequence[str]) -> tuple[str, ...]:
    """Resolve globs over folders, in the order of the globs; ``.`` is the root of the release."""
    folders = sorted({"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)})
    found: list[str] = []
    for glob in patterns:
        match = compiled((glob,)).fullmatch
        found += [""] if glob == "." else [folder for folder in folders if match(folder)]
    return tuple(dict.fromkeys(found))


OPTIONS = UnitOptions(_read, single=_single, laid=_laid, globs=("packages", "beside"))
