"""The rules as text: for ``rules``, ``explain`` and the generated pages."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from abidiff.errors import UsageError
from abidiff.history import RULES as HISTORY_RULES
from abidiff.requires import RULES as REQUIRES_RULES
from abidiff.rule import Example, Rule, load
from abidiff.surfaces import SURFACES
from abidiff.waivers import RULES as POLICY_RULES


def all_rules() -> list[Rule]:
    """Return every rule: surface by surface, then those over histories, applications and waivers."""
    surfaces = (rule for surface in SURFACES for rule in load(surface.rules))
    return [*surfaces, *load(HISTORY_RULES), *load(REQUIRES_RULES), *POLICY_RULES]


def find(name: str) -> Rule:
    """Return a rule by its name, or by the half after the slash; suggest near ones."""
    from abidiff.cli.main import suggestion

    rules = all_rules()
    exact = [rule for rule in rules if rule.id == name]
    found = exact or [rule for rule in rules if rule.id.partition("/")[2] == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{name!r} is the name of several rules", hint=", ".join(rule.id for rule in found))
    names = [rule.id for rule in rules]
    near = suggestion(name, names) or suggestion(name, [n.partition("/")[2] for n in names])
    inside = [n for n in names if name and name in n][:5]
    if not near and inside:
        near = f" Did you mean {' or '.join(repr(n) for n in inside)}?"
    raise UsageError(f"no rule named {name!r}.{near}", hint="abi-diff rules lists them")


def one_line(text: str) -> str:
    """Return a text with its white space folded."""
    return " ".join(text.split())


def explained(rule: Rule) -> str:
    """Return the manual of one rule as text."""
    out = [rule.id, "=" * len(rule.id), "", rule.summary]
    out += [f"severity: {rule.severity} under the full promise; `abi-diff policy` shows other tiers"]
    if rule.affects:
        out.append(f"affects: {', '.join(rule.affects)}")
    out.append(f"clause: docs/claims.md#{rule.clause}")
    out += ["", *textwrap.wrap(one_line(rule.why), 80)]
    for example in rule.examples:
        out += ["", f"Example: {example.name}", f"  {outcome(example)}"]
        for label, side in sides(example):
            for name, text in _files(side):
                out.append(f"  {label}{f' {name}' if name else ''}:")
                out += [f"    {line}".rstrip() for line in text.strip("\n").split("\n")]
    return "\n".join(out) + "\n"


def sides(example: Example) -> list[tuple[str, str | Mapping[str, str]]]:
    """Return the releases of an example in order, each with what it is called."""
    return [("old", example.old), *(("between", side) for side in example.between), ("new", example.new)]


def outcome(example: Example) -> str:
    """Say what the rule does on an example."""
    if not example.fires:
        return "stays silent"
    return f"fires for {', '.join(example.fires)}"


def _files(side: str | Mapping[str, str]) -> list[tuple[str, str]]:
    if isinstance(side, str):
        return [("", textwrap.dedent(side))]
    return [(name, textwrap.dedent(text)) for name, text in sorted(side.items())]
