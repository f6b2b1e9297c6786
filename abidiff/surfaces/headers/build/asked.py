"""The conditions of headers as expressions over the macros that programs may define (ISO C11 §6.10.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from abidiff.surfaces.headers.read.expression import NotConstant
from abidiff.surfaces.headers.read.lexer import Token
from abidiff.surfaces.headers.read.macros import Definition, Expanding
from abidiff.surfaces.headers.read.preprocess import Preprocessor

_ASKED = "__abidiff_defined_"
MAX_LENGTH = 400  # tokens


def test_of(preprocessor: Preprocessor, tokens: list[Token], free: Collection[str]) -> str:
    """Return a condition of ``#if`` in which only free macros are left; empty where that is not possible.

    What they are asked is left standing: ``defined X`` and their values.
    """
    table = preprocessor.expander.table

    def operator(token: Token, work: list[Token]) -> list[Token]:
        taken = [token]
        if work:
            taken.append(work.pop())
        if taken[-1][1] == "(":
            while work and taken[-1][1] != ")":
                taken.append(work.pop())
        return list(_reduced(preprocessor, taken, free))

    hidden = {name: table.pop(name) for name in free if name in table}
    added = "defined" not in table
    try:
        if added:
            table["defined"] = Definition("defined", [], 0, operator=operator)
        expanded = preprocessor.expander.expand(list(_reduced(preprocessor, tokens, free)))
    except (NotConstant, Expanding, RecursionError):
        return ""
    finally:
        if added:
            table.pop("defined", None)
        table.update(hidden)
    if len(expanded) > MAX_LENGTH:
        return ""
    return " ".join(t[1].replace(_ASKED, "defined ", 1) if t[1].startswith(_ASKED) else t[1] for t in expanded)


def _reduced(preprocessor: Preprocessor, tokens: list[Token], free: Collection[str]) -> Iterator[Token]:
    """Yield the tokens with an answer for each operator whose operand is not free."""
    at = 0
    while at < len(tokens):
        if tokens[at][1] != "defined" or tokens[at][0] != "i":
            other = next((n for n in range(at, len(tokens)) if tokens[n][:2] == ("i", "defined")), len(tokens))
            yield from preprocessor.answered(tokens[at:other])
            at = other
            continue
        wide = at + 1 < len(tokens) and tokens[at + 1][1] == "("
        end = at + (4 if wide else 2)
        operand = tokens[at + 1 + wide][1] if at + 1 + wide < len(tokens) else ""
        if operand in free:
            kind, _, place, space, _ = tokens[at]
            yield (kind, _ASKED + operand, place, space, None)
        else:
            yield from preprocessor.answered(tokens[at:end])
        at = end
