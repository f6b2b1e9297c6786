"""The language of a list pattern (specification, 4.2 and 9.3): its items, white space between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from abidiff.limits import now, passed
from abidiff.surfaces.rng.model import Choice, Data, Group, Interleave, Node, OneOrMore, Value, children
from abidiff.surfaces.rng.values import automata, languages
from abidiff.surfaces.rng.values.automata import Dfa, compile_regex
from abidiff.surfaces.rng.values.charsets import SPACE, complement
from abidiff.surfaces.rng.values.interning import owned
from abidiff.surfaces.rng.values.languages import Lang
from abidiff.surfaces.rng.values.xsdregex import EMPTY_WORD, Alt, Chars, Regex, Repeat, Seq

# Items are single characters first, outside of XML's own: the structure of the list is a pattern over them.
_FIRST_ITEM = 0xE000
_ITEM = Repeat(Chars(complement(SPACE)), 1, None)


_KNOWN: dict[tuple[object, ...], Lang] = {}
"""The structure and the items of a list → its language."""


def list_language(nodes: Sequence[Node], root: int, lang: Callable[[int], Lang]) -> Lang:
    """Return the language of a list's content."""
    items: list[Lang] = []
    shape = compile_regex(_shape(nodes, root, lang, items))
    key = (shape, *(item.number for item in items))
    found = _KNOWN.get(key)
    if found is None:
        found = _KNOWN[key] = _language(key, shape, items)
    return found


def _language(key: tuple[object, ...], shape: Dfa, items: Sequence[Lang]) -> Lang:
    upper = [_upper(item) for item in items]
    if not any(inside or outside for item in items for _, inside, outside in item.terms):
        return languages.of_list(_expand(shape, upper))
    lower = [_lower(item) for item in items]
    return languages.of_nominal_list(key, _expand(shape, upper), _expand(shape, lower))


def _shape(nodes: Sequence[Node], root: int, lang: Callable[[int], Lang], items: list[Lang]) -> Regex:
    built: dict[int, Regex] = {}
    below = {root}
    stack = [root]
    while stack:
        index = stack.pop()
        if not isinstance(nodes[index], Data | Value):
            for part in children(nodes[index]):
                below.add(part)
                stack.append(part)
    for index in sorted(below):
        node = nodes[index]
        if isinstance(node, Data | Value):
            code = _FIRST_ITEM + len(items)
            items.append(lang(index))
            built[index] = Chars(((code, code),))
        elif isinstance(node, Choice):
            built[index] = Alt(tuple(built[part] for part in node.parts))
        elif isinstance(node, Group | Interleave):
            built[index] = Seq(tuple(built[part] for part in node.parts))
        elif isinstance(node, OneOrMore):
            built[index] = Repeat(built[node.body], 1, None)
        else:
            built[index] = Alt(()) if index == 0 else EMPTY_WORD
    return built[root]


def _upper(lang: Lang) -> Dfa:
    """Return the items that a language may have."""
    item = compile_regex(_ITEM)
    return automata.union_all(automata.intersection(dfa, item) for dfa, _, _ in lang.terms)


def _lower(lang: Lang) -> Dfa:
    """Return the items that it has for certain."""
    parts = []
    item = compile_regex(_ITEM)
    for dfa, inside, outside in lang.terms:
        sure = automata.intersection(dfa, item)
        for nominal in inside:
            sure = automata.intersection(sure, nominal.lower)
        for nominal in outside:
            sure = automata.difference(sure, nominal.upper)
        parts.append(sure)
    return automata.union_all(parts)


def _expand(shape: Dfa, items: Sequence[Dfa]) -> Dfa:
    """Put the items' automata in the place of their characters, a space between two of them."""
    # states: ("at", s) before an item (or at the end), ("in", s, choices) inside; determinised on the fly
    letters = [shape.kind(_FIRST_ITEM + i) for i in range(len(items))]
    vain = [_dead(dfa) for dfa in (shape, *items)]
    steps = now().automaton_steps
    starts, kinds, signature = _partition(items)
    width = len(signature)
    start = frozenset([(0, -1, 0)])
    numbers = {start: 0}
    order = [start]
    rows: list[list[int]] = []
    while len(rows) < len(order):
        row = []
        for column in range(width):
            target = _step(order[len(rows)], signature[column], shape, items, letters, vain)
            steps -= 1 + (len(target) >> 2)
            number = numbers.setdefault(target, len(order))
            if number == len(order):
                order.append(target)
                automata.check_states(number)
            row.append(number)
        rows.append(row)
        if steps < 0:
            raise passed("automaton-steps", f"a list needs more than {now().automaton_steps} steps")
    good = [i for i, state in enumerate(order) if _final(state, shape, items, i == 0)]
    return automata.canonical(starts, kinds, rows, good)


_State = frozenset[tuple[int, int, int]]


def _partition(items: Sequence[Dfa]) -> tuple[list[int], list[int], list[tuple[int, ...]]]:
    starts, kinds, _ = automata.partition([SPACE])
    current = Dfa(tuple(starts), tuple(kinds), ((0,) * (max(kinds) + 1),), frozenset())
    signature: list[tuple[int, ...]] = [(int(current.kind(0x20) == k),) for k in range(max(kinds) + 1)]
    for item in items:
        starts, kinds, pairs = automata.joint(current, item)
        signature = [(*signature[a], b) for a, b in pairs]
        current = Dfa(tuple(starts), tuple(kinds), ((0,) * len(pairs),), frozenset())
    return list(current.starts), list(current.kinds), signature


def _dead(dfa: Dfa) -> int:
    """Return the state that leads nowhere, -1 where there is none: a smallest automaton has one at most."""
    return next((s for s, row in enumerate(dfa.rows) if s not in dfa.accept and set(row) == {s}), -1)


def _step(
    state: _State, signature: tuple[int, ...], shape: Dfa, items: Sequence[Dfa], letters: list[int], vain: list[int]
) -> _State:
    """Members are (state of the shape after the item, item, state in the item); item -1: between items.

    ``vain``  the states of the shape and of each item from which nothing is taken: such members are left out.
    """
    out = set()
    for after, item, inside in state:
        if signature[0]:
            if item >= 0 and inside in items[item].accept:
                out.add((after, -1, 1))
            continue
        if item >= 0:
            further = items[item].rows[inside][signature[item + 1]]
            if further != vain[item + 1]:
                out.add((after, item, further))
            continue
        for number, dfa in enumerate(items):
            behind, first = shape.rows[after][letters[number]], dfa.rows[0][signature[number + 1]]
            if behind != vain[0] and first != vain[number + 1]:
                out.add((behind, number, first))
    return frozenset(out)


def _final(state: _State, shape: Dfa, items: Sequence[Dfa], first: bool) -> bool:
    for after, item, inside in state:
        if after in shape.accept and ((item < 0 and first) or (item >= 0 and inside in items[item].accept)):
            return True
    return False


owned(_KNOWN)
