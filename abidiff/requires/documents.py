"""Documents of an application, each held whole against the schemas of releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from abidiff.errors import LimitError, ParseError
from abidiff.finding import Problem
from abidiff.limits import now
from abidiff.location import Location
from abidiff.requires.catalogue import Entry, near
from abidiff.requires.change import Refused
from abidiff.requires.languages.problems import problem_of
from abidiff.requires.model import DOCUMENT, Use, Version
from abidiff.requires.presence import Gap, gaps_of
from abidiff.surfaces.rng.model import Schemas

NO_SCHEMA = "no schema takes its first element"
Refusal = tuple[str, Location] | None
"""Why a release refuses a document, and where; None: it takes it."""

NONE: Refusal = (NO_SCHEMA, Location(""))


class Judged(NamedTuple):
    """What became of a document as a whole.

    ``entry``  since when it is valid; None where no release takes it.  ``gaps`` those that refuse it after one took it.
    ``why``    what the newest release that refuses it, and has a schema for it, says; empty where none does.
    """

    use: Use
    entry: Entry | None
    gaps: tuple[Gap, ...] = ()
    why: str = ""


def held(
    documents: Mapping[str, bytes],
    versions: list[Version],
    schemas: Callable[[int], Schemas | None],
    alike: Sequence[int],
) -> list[Judged]:
    """Hold each document against the schemas of all releases.

    ``schemas`` gives the model of a position of ``versions``, and ``alike`` for each position the first one with the
    same model.  A document whose root element no schema of any release takes is none of the library's.
    """
    judge = _Judge(schemas)
    out: list[Judged] = []
    for path, root in _parsed(documents):
        if root is None:
            continue
        told = {position: judge.refusal(position, root, path) for position in sorted(set(alike))}
        states = [told[each] for each in alike]
        known = [each for each in states if each is not NONE and each is not None]
        taken = [each is None for each in states]
        if not known and not any(taken):
            continue
        name, why = f"{path} as a whole", known[-1][0] if known else ""
        place = known[-1][1] if known else Location(path)
        use = Use(name, (name,), place)
        if not any(taken):
            out.append(Judged(use, None, (), why))
            continue
        first = taken.index(True)
        absent = versions[first - 1] if first else ()
        since = versions[first] if first else ()
        entry = Entry(name, DOCUMENT, since, absent, not first or near(absent, since))
        out.append(Judged(use, entry, tuple(gaps_of(versions, taken)), why))
    return out


def _parsed(documents: Mapping[str, bytes]) -> Iterator[tuple[str, Any]]:
    """Yield the documents, and None for those with something to fill in.

    One that is too large or does not parse is told where its uses are read.
    """
    from abidiff.requires.languages.xml import is_crowded, is_template
    from abidiff.surfaces.rng.validate.validate import parse_document

    most = now().document_bytes
    for path, data in documents.items():
        if len(data) > most or is_crowded(data):
            continue
        if is_template(data):
            yield path, None
            continue
        with suppress(ParseError):
            yield path, parse_document(data, path)


class _Judge:
    """Validates under the schemas of releases, each of which is read once."""

    def __init__(self, schemas: Callable[[int], Schemas | None]) -> None:
        self.schemas = schemas
        self.choosers: dict[int, Any] = {}

    def chooser(self, position: int) -> Any:
        from abidiff.surfaces.rng.validate.choose import Chooser

        if position not in self.choosers:
            self.choosers[position] = Chooser(self.schemas(position) or Schemas((), (), ()))
        return self.choosers[position]

    def refusal(self, position: int, root: Any, path: str) -> Refusal:
        """Return why a release refuses a document; what is beyond a limit counts as refused."""
        try:
            found = self.chooser(position).validate(root, path)
        except LimitError as error:
            return error.message, Location(path)
        if found is None:
            return NONE
        wrong = found[1]
        return None if wrong is None else (wrong.message, wrong.location)


class Held(NamedTuple):
    """What became of the documents.

    ``decided``   those that the older release takes, valid in the newer one or not; ``refused`` those that are not.
    ``foreign``   those that the older release's schema of their root element refuses already.
    ``templates`` what can't be validated, since values are filled in later.
    """

    decided: tuple[str, ...]
    refused: tuple[Refused, ...]
    foreign: tuple[str, ...]
    templates: tuple[str, ...]
    problems: tuple[Problem, ...]


def hold(documents: Mapping[str, bytes], old: Schemas, new: Schemas) -> Held:
    """Validate documents by path under the schemas of both releases.

    A document is the library's when a schema of the older release takes its root element.  One that no schema of the
    newer release takes is refused, unless that release has schemas that could not be read.
    """
    from abidiff.surfaces.rng.validate.choose import Chooser
    from abidiff.surfaces.rng.validate.validate import Invalid

    before, after = Chooser(old), Chooser(new)
    decided: list[str] = []
    refused: list[Refused] = []
    foreign: list[str] = []
    templates: list[str] = []
    problems: list[Problem] = []
    for path, root in _parsed(documents):
        if root is None:
            templates.append(path)
            continue
        try:
            first = before.validate(root, path)
            if first is None:
                continue
            if first[1] is not None:
                foreign.append(path)
                continue
            second = after.validate(root, path)
        except LimitError as error:
            problems.append(problem_of(ParseError(error.message, Location(path), hint=error.hint)))
            continue
        if second is None and new.problems:
            problems.append(Problem("requires", f"{path}: no schema of the newer release could be read for it"))
            continue
        decided.append(path)
        wrong = second[1] if second is not None else Invalid(NO_SCHEMA, Location(path, 1), root.tag)
        if wrong is not None:
            told = wrong.location, wrong.path, wrong.message, wrong.expected
            refused.append(Refused(first[0], path, *told, documents[path]))
    return Held(tuple(decided), tuple(refused), tuple(foreign), tuple(templates), tuple(problems))
