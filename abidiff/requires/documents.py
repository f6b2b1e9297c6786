"""Documents of an application, each held against the schemas of two releases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from abidiff.errors import LimitError, ParseError
from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.requires.change import Refused
from abidiff.requires.languages.problems import problem_of
from abidiff.surfaces.rng.model import Schemas


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
    from abidiff.requires.languages.xml import is_template
    from abidiff.surfaces.rng.validate.choose import Chooser
    from abidiff.surfaces.rng.validate.validate import parse_document

    before, after = Chooser(old), Chooser(new)
    decided: list[str] = []
    refused: list[Refused] = []
    foreign: list[str] = []
    templates: list[str] = []
    problems: list[Problem] = []
    expected: tuple[str, ...]
    for path, data in documents.items():
        if is_template(data):
            templates.append(path)
            continue
        try:
            root = parse_document(data, path)
            first = before.validate(root, path)
            if first is None:
                continue
            if first[1] is not None:
                foreign.append(path)
                continue
            second = after.validate(root, path)
        except ParseError:
            continue  # the reader of uses has told it
        except LimitError as error:
            problems.append(problem_of(ParseError(error.message, Location(path), hint=error.hint)))
            continue
        if second is None:
            if new.problems:
                problems.append(Problem("requires", f"{path}: no schema of the newer release could be read for it"))
                continue
            place, why, where, expected = Location(path, 1), "no schema takes its first element", root.tag, ()
        elif second[1] is not None:
            wrong = second[1]
            place, why, where, expected = wrong.location, wrong.message, wrong.path, wrong.expected
        else:
            decided.append(path)
            continue
        decided.append(path)
        refused.append(Refused(first[0], path, place, where, why, expected, data))
    return Held(tuple(decided), tuple(refused), tuple(foreign), tuple(templates), tuple(problems))
