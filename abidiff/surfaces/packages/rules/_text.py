"""The text of small packages, for examples."""

from __future__ import annotations

from collections.abc import Mapping

FOLDER = "usr/lib/pkgconfig"


def pc(version: str = "1.0", **fields: str) -> str:
    """Return the text of a package; ``fields`` by their names in small letters (`requires_private`)."""
    lines = ["prefix=/usr", "includedir=${prefix}/include", "Name: ship", "Description: ships", f"Version: {version}"]
    lines += [f"{name.capitalize().replace('_', '.')}: {value}" for name, value in fields.items()]
    return "\n".join(lines) + "\n"


def tree(headers: Mapping[str, str] | None = None, **packages: str) -> dict[str, str]:
    """Return the files of a release: packages by their names, headers by their paths below `usr/include`."""
    files = {f"{FOLDER}/{name}.pc": text for name, text in packages.items()}
    return {**files, **{f"usr/include/{name}": text for name, text in (headers or {}).items()}}
