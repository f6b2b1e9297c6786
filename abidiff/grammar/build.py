"""Make the tables of :mod:`abidiff.grammar.run` from a grammar of lark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import lark
from lark import Lark

from abidiff.grammar.tables import Rule, Tables, digest


def parser(text: str, starts: Sequence[str]) -> Lark:
    """Return lark's own parser of a grammar."""
    return Lark(text, parser="lalr", lexer="contextual", maybe_placeholders=False, start=list(starts))


def made(text: str, starts: Sequence[str]) -> Tables:
    """Return the tables of a grammar; raises ValueError for what they cannot express."""
    whole: Any = parser(text, starts)
    automaton: Any = whole.parser.parser._parse_table
    lexer: Any = whole.parser.lexer.root_lexer
    (pattern,) = lexer.scanner._mres
    if lexer.callback:
        raise ValueError(f"terminals that other terminals contain: {', '.join(sorted(lexer.callback))}")
    numbers = {rule: ~number for number, rule in enumerate(whole.rules)}
    steps = {
        state: {str(symbol): numbers.get(target, target) for symbol, (_, target) in sorted(row.items())}
        for state, row in automaton.states.items()
    }
    order = _order(steps, [automaton.start_states[name] for name in sorted(starts)])
    states = tuple({symbol: to if to < 0 else order[to] for symbol, to in steps[state].items()} for state in order)
    kept = {
        symbol.name for rule in whole.rules for symbol in rule.expansion if symbol.is_term and not symbol.filter_out
    }
    return Tables(
        digest(text),
        lark.__version__,
        pattern.pattern,
        tuple(sorted(lexer.ignore_types)),
        tuple(sorted(kept)),
        {name: (order[automaton.start_states[name]], order[automaton.end_states[name]]) for name in sorted(starts)},
        tuple(_rule(rule) for rule in whole.rules),
        states,
    )


def _rule(rule: Any) -> Rule:
    origin = str(rule.origin.name)
    inlined = origin.startswith("_")
    if rule.options.keep_all_tokens or (inlined and rule.alias):
        raise ValueError(f"{origin}: kept tokens and aliases of inlined rules have no tables")
    keep = tuple(
        ~at if not symbol.is_term and symbol.name.startswith("_") else at
        for at, symbol in enumerate(rule.expansion)
        if not (symbol.is_term and symbol.filter_out)
    )
    size = len(rule.expansion)
    build = "" if inlined else str(rule.alias or origin)
    single = bool(rule.options.expand1 and not rule.alias)
    return Rule(origin, build, size, None if keep == tuple(range(size)) else keep, single)


def _order(steps: Mapping[int, Mapping[str, int]], first: Sequence[int]) -> dict[int, int]:
    """Number the states by their distance from the first ones: lark's own numbers differ from run to run."""
    order = {state: number for number, state in enumerate(first)}
    queue = list(first)
    for state in queue:
        for target in steps[state].values():
            if target >= 0 and target not in order:
                order[target] = len(order)
                queue.append(target)
    return order
