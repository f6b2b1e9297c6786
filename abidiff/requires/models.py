"""Documents of an application against the schemas that a history holds, where it holds models."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from abidiff.history.checks import has_models
from abidiff.history.lives import History
from abidiff.history.pairs import Stored
from abidiff.requires.documents import Judged, held
from abidiff.requires.languages import language
from abidiff.requires.model import parsed
from abidiff.surface_names import RNG
from abidiff.surfaces.rng.model import Schemas


def whole_documents(history: History) -> Callable[[Mapping[str, bytes]], list[Judged]] | None:
    """Return what holds documents against all releases, or None where a history has facts and no models."""
    if not has_models(history):
        return None
    stored = Stored(history.connection)
    releases = history.releases

    def schemas(position: int) -> Schemas | None:
        part = stored.reading(releases[position].number).parts.get(RNG)
        return part.model if part is not None else None

    rows = history.connection.execute("SELECT release, digest FROM model WHERE surface = ?", (RNG,)).fetchall()
    digests = dict(rows)
    firsts: dict[bytes | None, int] = {}
    alike = [firsts.setdefault(digests.get(each.number), n) for n, each in enumerate(releases)]

    def whole(files: Mapping[str, bytes]) -> list[Judged]:
        documents = {path: data for path, data in files.items() if language(path) == "xml"}
        return held(documents, [parsed(each.version) for each in releases], schemas, alike)

    return whole
