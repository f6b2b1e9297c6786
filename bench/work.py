"""How much work a command does, counted: a guard of speed that does not depend on the machine.

``python -m bench.work OLD NEW`` prints what reading two releases and comparing them takes, as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from abidiff.files import Files
from abidiff.grammar.run import Grammar
from abidiff.pipeline import Options, judge
from abidiff.pipeline.reading import read
from abidiff.pipeline.request import Request
from abidiff.sources.git_files import GitFiles
from abidiff.surfaces.headers.build.declarations import DeclarationReader
from abidiff.surfaces.headers.read import lexer
from abidiff.surfaces.headers.read.preprocess import Preprocessor
from abidiff.surfaces.rng.decide.inclusion import Inclusion
from abidiff.surfaces.rng.read.library import SchemaFiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COUNTED: tuple[tuple[str, Any, str, Callable[[Any, tuple[Any, ...]], int]], ...] = (
    ("tokens lexed", lexer, "tokenize", lambda tokens, _: len(tokens)),
    ("headers cut", lexer.SourceFile, "__init__", lambda _, __: 1),
    ("headers preprocessed", Preprocessor, "_run", lambda _, __: 1),
    ("declarations parsed", DeclarationReader, "declaration", lambda _, __: 1),
    ("texts of protocols parsed", Grammar, "attempt", lambda _, __: 1),
    ("schema files read", SchemaFiles, "_file", lambda _, __: 1),
    ("states explored", Inclusion, "run", lambda _, given: given[0].total),
    ("digests asked for", Files, "digest", lambda _, __: 1),
    ("digests of blobs asked for", GitFiles, "digest", lambda _, __: 1),
    ("processes started", subprocess.Popen, "__init__", lambda _, __: 1),
)
"""(what is counted, where, which function, (its result, its arguments) → how much)."""


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the work that is done meanwhile, in this process."""
    found: Counter[str] = Counter()
    with ExitStack() as stack:
        for name, owner, attribute, amount in COUNTED:
            stack.enter_context(mock.patch.object(owner, attribute, _counting(found, name, owner, attribute, amount)))
        yield found


def _counting(
    found: Counter[str], name: str, owner: object, attribute: str, amount: Callable[[Any, tuple[Any, ...]], int]
) -> Callable[..., Any]:
    function = getattr(owner, attribute)

    def counting(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        found[name] += amount(result, arguments)
        return result

    return counting


def compared(old: str, new: str) -> tuple[Counter[str], Counter[str]]:
    """Return the work of reading two releases cold, and of comparing them."""
    with counted() as reading:
        before, after = (read(Request(name, cache=False)) for name in (old, new))
    with counted() as comparing:
        judge(before, after, Options())
    return reading, comparing


if __name__ == "__main__":
    print(json.dumps(compared(sys.argv[1], sys.argv[2])))
