"""How many states the decision of RELAX NG schemas explores: counted, since time depends on the machine."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest import mock

from abidiff.pipeline.reading import opened
from abidiff.pipeline.request import Request
from abidiff.surfaces.rng.build.parse import parse
from abidiff.surfaces.rng.compare.compare import compare
from abidiff.surfaces.rng.decide.inclusion import Inclusion

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def counted() -> Iterator[list[int]]:
    """Collect the states of each inclusion that is decided meanwhile."""
    found: list[int] = []
    run = Inclusion.run

    def counting(self: Inclusion) -> None:
        run(self)
        found.append(self.total)

    with mock.patch.object(Inclusion, "run", counting):
        yield found


def explored(old: str, new: str) -> int:
    """Return the states explored to compare all schemas of two releases."""
    sides = []
    for argument in (old, new):
        release, _, project = opened(Request(argument, surfaces=("rng",)))
        sides.append(parse(release, project, {}))
    with counted() as found:
        compare(*sides)
    return sum(found)


if __name__ == "__main__":
    print(explored(sys.argv[1], sys.argv[2]))
