"""What a macro is to the code around it: an expression, a statement that wants a semicolon, or something else."""

from __future__ import annotations

from abidiff.surfaces.headers.code.decide import Decision, Side
from abidiff.surfaces.headers.compare.results import arguments
from abidiff.surfaces.headers.layout.spell import anonymous, spell
from abidiff.surfaces.headers.model import Builtin, Library, Type

EXPRESSION, STATEMENT, OTHER = "expression", "statement", "other"


def form(side: Side) -> str:
    """Return what the text of a macro is; empty where that is not known."""
    text = side.text.strip()
    if not text:
        return ""
    if side.tree(side.text) is not None:
        return EXPRESSION
    if text.startswith("do ") and text.endswith(")"):
        return STATEMENT
    first = text.partition(" ")[0]
    return OTHER if text.endswith((";", "}")) or first in ("if", "for", "while", "switch", "{") else ""


def decide(name: str, count: int | None, old: Side, new: Side, library: Library) -> Decision | None:
    """Decide about a macro that can't stand where it could: between commas, or in front of ``else``."""
    before, after = form(old), form(new)
    if before not in (EXPRESSION, STATEMENT) or after not in (STATEMENT, OTHER) or before == after:
        return None
    taken, call = _call(name, count, old, library)
    body = f"(void)0, {call};" if after == STATEMENT else f"if (0)\n        {call};\n    else\n        (void)0;"
    return Decision("form", call, program=f"void witness({taken})\n{{\n    {body}\n}}\n")


def _call(name: str, count: int | None, old: Side, library: Library) -> tuple[str, str]:
    """Return the parameters of a function that calls a macro, and the call; an argument of no known type is ``int``."""
    if count is None:
        return "void", name
    types: dict[int, Type] = {}
    tree = old.tree(old.text) or old.body()
    for at, found in arguments(tree, library):
        if not anonymous(found):
            types.setdefault(at, found)
    given = [spell(types.get(at, Builtin("int")), f"a{at}") for at in range(1, count + 1)]
    return ", ".join(given) or "void", f"{name}({', '.join(f'a{at}' for at in range(1, count + 1))})"
