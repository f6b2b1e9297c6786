"""Headers of other projects, by the names under which programs include them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from abidiff.files import OTHERS

TRIPLET = re.compile(r"[a-z0-9_]+-(?:linux|gnu|kfreebsd|w64)[a-z0-9_-]*\Z")
# Folders whose headers are included with the folder's name.
_NAMED = frozenset(("arpa", "asm", "asm-generic", "bits", "drm", "gnu", "linux", "misc", "mtd", "net", "netinet"))
_NAMED |= {"protocols", "rdma", "rpc", "scsi", "sound", "sys", "video", "xen"}


class Others:
    """Include name → path, the plainest way first: ``include/``, the machine's folder, a package's own folder."""

    def __init__(self, paths: Iterable[str], triplet: str = "") -> None:
        ways: list[dict[str, str]] = [{}, {}, {}]
        for path in paths:
            if path.startswith(OTHERS) and (not triplet or of_machine(path, triplet)):
                for rank, name in _names(path):
                    ways[rank].setdefault(name, path)
        self._by_name = {**ways[2], **ways[1], **ways[0]}

    def find(self, name: str, but: str = "") -> str:
        """Return the path of a header, or nothing."""
        found = self._by_name.get(name, "")
        return found if found != but else ""


def of_machine(path: str, triplet: str) -> bool:
    """Tell whether a path is for that machine: below its multi-arch folder, or below none."""
    return all(part == triplet for part in path.split("/")[:-1] if TRIPLET.fullmatch(part))


def roots(path: str) -> Iterator[tuple[int, str]]:
    """Yield the folders from which a header of another project may be included: (rank of the way, folder)."""
    for rank, name in _names(path):
        yield rank, path[: len(path) - len(name)].rstrip("/")


def _names(path: str) -> Iterator[tuple[int, str]]:
    """Yield the names by which a header may be included: (rank of the way, name)."""
    parts = path.split("/")[2:]
    start = max((n + 1 for n, part in enumerate(parts[:-1]) if part == "include"), default=0)
    parts = parts[start:]
    yield 0, "/".join(parts)
    if len(parts) > 1 and TRIPLET.match(parts[0]):
        parts = parts[1:]
        yield 1, "/".join(parts)
    if len(parts) > 1 and parts[0] not in _NAMED:
        yield 2, "/".join(parts[1:])
