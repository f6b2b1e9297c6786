"""Documents of an application, each held whole against the schemas of releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from abidiff.errors import LimitError, ParseError
from abidiff.finding import Problem
from abidiff.limits import now
from abidiff.location import Location
from abidiff.requires.catalogue import Entry, near
from abidiff.requires.change import Refused
from abidiff.requires.languages.problems import problem_of
from abidiff.requires.model import DOCUMENT, Use, Version, shown
from abidiff.surfaces.rng.model import Schemas

NO_SCHEMA = "no schema takes its first element"
Refusal = tuple[str, Location] | None
"""Why a release refuses a document, and where; None: it takes it."""


class Whole(NamedTuple):
    """What documents ask for as a whole, beyond the places that they have."""

    entries: tuple[Entry, ...] = ()
    uses: tuple[Use, ...] = ()
    notes: tuple[str, ...] = ()


def oldest(documents: Mapping[str, bytes], versions: list[Version], schemas: Callable[[int], Schemas | None]) -> Whole:
    """Return since when each document is valid, found by halving.

    ``schemas`` gives the model of a position of ``versions``.  Schemas are extended only, so what one release takes
    the later ones do: the answer is the first release of those that take it up to the newest, if each keeps that.  A
    document that the newest refuses is named in a note, and asks for nothing.
    """
    judge = _Judge(schemas)
    entries: list[Entry] = []
    uses: list[Use] = []
    notes: list[str] = []
    for path, root in _parsed(documents):
        if root is None:
            continue
        newest = len(versions) - 1
        wrong = judge.refusal(newest, root, path)
        if wrong is not None:
            if judge.known(newest, root):
                notes.append(f"{wrong[1]}: not valid for {shown(versions[newest])}: {wrong[0]}")
            continue
        low, high = -1, newest  # refused, or before the first; taken
        last: Refusal = None
        while high - low > 1:
            middle = (low + high) // 2
            found = judge.refusal(middle, root, path)
            if found is None:
                high = middle
            else:
                low, last = middle, found
        if last is not None:
            name = f"{path} as a whole"
            exact = near(versions[low], versions[high])
            entries.append(Entry(name, DOCUMENT, versions[high], versions[low], exact))
            uses.append(Use(name, (name,), last[1]))
    return Whole(tuple(entries), tuple(uses), tuple(notes))


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

    def known(self, position: int, root: Any) -> bool:
        """Tell whether a schema of the release takes a root element."""
        chooser = self.chooser(position)
        return bool(chooser.schemas and chooser.fitting(root))

    def refusal(self, position: int, root: Any, path: str) -> Refusal:
        """Return why a release refuses a document; what is beyond a limit counts as refused."""
        try:
            found = self.chooser(position).validate(root, path)
        except LimitError as error:
            return error.message, Location(path)
        if found is None:
            return NO_SCHEMA, Location(path, root.sourceline or 0)
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
