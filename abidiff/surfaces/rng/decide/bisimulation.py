"""Both schemas in one algebra: elements that match the same trees are one letter.

Elements below which nothing recurs get their class bottom-up, by their names and normalised content.  The
others start out equal when they have equal names and are told apart until nothing changes any more
(partition refinement), which gives the coarsest bisimulation.
"""

# ruff: noqa: C419 - a list is the faster argument of any() and all() here

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from abidiff.surfaces.rng.build.inside import below, below_all, inside, named, references
from abidiff.surfaces.rng.decide import algebra
from abidiff.surfaces.rng.decide.algebra import EMPTY, NONE, TEXT, P
from abidiff.surfaces.rng.decide.alike import alike
from abidiff.surfaces.rng.model import (
    Attribute,
    Choice,
    Data,
    Element,
    Empty,
    Group,
    Interleave,
    List,
    Node,
    NotAllowed,
    OneOrMore,
    Ref,
    Schemas,
    Text,
    Value,
)
from abidiff.surfaces.rng.names import NameClass
from abidiff.surfaces.rng.values import languages
from abidiff.surfaces.rng.values.bits import bits_of
from abidiff.surfaces.rng.values.languages import ANY, NO_TEXT, WHITE_ONLY, Lang
from abidiff.surfaces.rng.values.namesets import NameSet, declare, meets, name_set


class Letter:
    """A class of equivalent elements: their names, their content, and which elements of which side they are."""

    __slots__ = ("content", "members", "names", "number")

    def __init__(self, number: int, names: NameSet, content: P) -> None:
        self.number = number
        self.names = names
        self.content = content
        self.members: tuple[list[int], list[int]] = ([], [])


class Universe:
    """The letters of two models, and every node of them as a pattern over these letters."""

    def __init__(self, old: Schemas, new: Schemas) -> None:
        self.models = (old, new)
        self.letters: list[Letter] = []
        self.of_element: tuple[dict[int, int], dict[int, int]] = ({}, {})
        self._index: dict[tuple[NameSet, P], int] = {}
        self._built: tuple[dict[int, P], dict[int, P]] = ({}, {})
        self._langs: tuple[dict[int, Lang], dict[int, Lang]] = ({}, {})
        self._parts = (inside(old.nodes), inside(new.nodes))
        self._made: dict[tuple[type, tuple[P, ...]], P] = {}  # what the two sides share is normalised once
        self._attributes: dict[tuple[NameClass, Lang], P] = {}
        self._values: dict[tuple[object, ...], Lang] = {}
        self._partners: dict[NameSet, int] = {}
        self._named: tuple[dict[int, Sequence[Attribute | Ref]], dict[int, Sequence[Attribute | Ref]]] = ({}, {})
        declare(dict.fromkeys(name for model in self.models for name in _named(model)))
        refs = [references(model, parts) for model, parts in zip(self.models, self._parts, strict=True)]
        self._alike = alike(old, new, refs[1])
        rest = self._bottom_up(refs)
        if rest:
            self._refine(rest)

    def letter(self, number: int) -> Letter:
        """Return a letter by its number."""
        return self.letters[number]

    def partners(self, letter: int) -> int:
        """Return the letters that have a name in common with a letter, a bit for each."""
        names = self.letters[letter].names
        found = self._partners.get(names)
        if found is None:
            by_name, wild = self._names
            if names.single is None:
                same = [one.number for one in self.letters if meets(names, one.names)]
            else:
                same = [*by_name.get(names, ()), *(number for number, one in wild if names.single in one)]
            found = self._partners[names] = bits_of(same)
        return found

    @cached_property
    def _names(self) -> tuple[dict[NameSet, list[int]], list[tuple[int, NameSet]]]:
        """The letters by name, and those that have more than one."""
        by_name: dict[NameSet, list[int]] = {}
        wild: list[tuple[int, NameSet]] = []
        for one in self.letters:
            if one.names.single is None:
                wild.append((one.number, one.names))
            else:
                by_name.setdefault(one.names, []).append(one.number)
        return by_name, wild

    def start(self, side: int, node: int) -> P:
        """Return a schema's start as a pattern."""
        return self.pattern(side, node)

    def pattern(self, side: int, root: int) -> P:
        """Return a node as a pattern over the final letters."""
        return self._pattern(side, root, self._built[side], self.of_element[side])

    def named(self, side: int, root: int) -> Sequence[Attribute | Ref]:
        """Return the attributes and the references in a content, in the order of the file."""
        known = self._named[side]
        found = known.get(root)
        if found is None:
            found = known[root] = named(self.models[side].nodes, self._parts[side], root)
        return found

    # classes

    def _bottom_up(self, refs: Sequence[list[frozenset[int]]]) -> list[tuple[int, int]]:
        waiting = [[len(targets) for targets in one] for one in refs]
        above: list[list[list[int]]] = [[[] for _ in one] for one in refs]
        ready: list[tuple[int, int]] = []
        for side in (0, 1):
            users = above[side]
            for number, targets in enumerate(refs[side]):
                if not targets:
                    ready.append((side, number))
                for target in targets:
                    users[target].append(number)
        for side, number in ready:
            if not (side and self._as_before(number)):
                self._settle(side, number, self.pattern(side, self.models[side].elements[number].content))
            left = waiting[side]
            for parent in above[side][number]:
                left[parent] -= 1
                if not left[parent]:
                    ready.append((side, parent))
        done = set(ready)
        return [(side, number) for side in (0, 1) for number in range(len(refs[side])) if (side, number) not in done]

    def _as_before(self, number: int) -> bool:
        """Give a new element the letter of the old one that it is the same as, which comes before it."""
        letter = self.of_element[0].get(self._alike.get(number, -1))
        if letter is None:
            return False
        self.of_element[1][number] = letter
        if letter >= 0:
            self.letters[letter].members[1].append(number)
        return True

    def _element(self, item: tuple[int, int]) -> Element:
        return self.models[item[0]].elements[item[1]]

    def _settle(self, side: int, number: int, content: P) -> None:
        names = name_set(self.models[side].elements[number].name)
        self.of_element[side][number] = -1 if content is NONE else self._class(names, content)
        if content is not NONE:
            self.letters[self.of_element[side][number]].members[side].append(number)

    def _class(self, names: NameSet, content: P) -> int:
        key = (names, content)
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self.letters)
            self.letters.append(Letter(found, names, content))
        return found

    def _refine(self, items: list[tuple[int, int]]) -> None:
        alive = self._productive(items)
        names = {item: name_set(self._element(item).name) for item in items}
        for side, number in items:
            if (side, number) not in alive:
                self.of_element[side][number] = -1
        block: dict[tuple[int, int], int] = {}
        first: dict[NameSet, int] = {}
        for item in items:
            if item in alive:
                block[item] = first.setdefault(names[item], len(first))
        base = sum(len(model.elements) for model in self.models)  # letters of a round come after all final ones
        while True:
            contents = self._contents(block, base)
            fresh: dict[tuple[int, P], int] = {}
            following = {item: fresh.setdefault((block[item], contents[item]), len(fresh)) for item in block}
            stable = len(fresh) == len(set(block.values()))
            block = following
            if stable:
                break
        self._finish(block, names)

    def _contents(self, block: dict[tuple[int, int], int], base: int) -> dict[tuple[int, int], P]:
        out: dict[tuple[int, int], P] = {}
        for side in (0, 1):
            letters = dict(self.of_element[side])
            letters.update({number: base + kind for (s, number), kind in block.items() if s == side})
            built = dict(self._built[side])
            for item in block:
                if item[0] == side:
                    twin = out.get((0, self._alike.get(item[1], -1))) if side else None
                    out[item] = twin or self._pattern(side, self._element(item).content, built, letters)
            self._keep(side, built, block)
        return out

    def _keep(self, side: int, built: dict[int, P], block: dict[tuple[int, int], int]) -> None:
        """Keep the patterns of a round in which no letter of the round can be: they are the same in every other."""
        nodes, parts, known = self.models[side].nodes, self._parts[side], self._built[side]
        open_: set[int] = set()
        for index in sorted(built.keys() - known.keys()):
            node = nodes[index]
            if isinstance(node, Ref):
                if (side, node.element) in block:
                    open_.add(index)
            elif not open_.isdisjoint(parts[index]):
                open_.add(index)
            if index not in open_:
                known[index] = built[index]

    def _finish(self, block: dict[tuple[int, int], int], names: dict[tuple[int, int], NameSet]) -> None:
        start = len(self.letters)
        numbers: dict[int, int] = {}
        for item, kind in block.items():
            number = numbers.setdefault(kind, start + len(numbers))
            self.of_element[item[0]][item[1]] = number
            if number == len(self.letters):
                self.letters.append(Letter(number, names[item], EMPTY))
            self.letters[number].members[item[0]].append(item[1])
        for letter in self.letters[start:]:
            side = 0 if letter.members[0] else 1
            letter.content = self.pattern(side, self._element((side, letter.members[side][0])).content)

    def _productive(self, items: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """Least fixpoint: the elements that some finite tree matches."""
        alive: set[tuple[int, int]] = set()
        pending = list(reversed(items))
        while True:
            left = [item for item in pending if not self._has_tree(item, alive)]
            if len(left) == len(pending):
                return alive
            alive.update(set(pending) - set(left))
            pending = left

    def _has_tree(self, item: tuple[int, int], alive: set[tuple[int, int]]) -> bool:
        side, number = item
        model = self.models[side]
        good: dict[int, bool] = {}
        for index in below(self._parts[side], model.elements[number].content, ()):
            node = model.nodes[index]
            if isinstance(node, Ref):
                known = self.of_element[side].get(node.element)
                good[index] = (side, node.element) in alive if known is None else known >= 0
            elif isinstance(node, Choice):
                good[index] = any([good[part] for part in node.parts])
            elif isinstance(node, Group | Interleave):
                good[index] = all([good[part] for part in node.parts])
            elif isinstance(node, OneOrMore):
                good[index] = good[node.body]
            else:
                good[index] = not isinstance(node, NotAllowed)
        return good[model.elements[number].content]

    # patterns

    def _pattern(self, side: int, root: int, built: dict[int, P], letters: dict[int, int]) -> P:
        found = built.get(root)
        if found is not None:
            return found
        nodes, made = self.models[side].nodes, self._made
        for index in below(self._parts[side], root, built):
            node = nodes[index]
            kind = type(node)
            if kind in _MAKERS:
                key = (kind, tuple([built[part] for part in node.parts]))  # type: ignore[union-attr]
                pattern = made.get(key)
                if pattern is None:
                    pattern = made[key] = _MAKERS[kind](key[1])
                built[index] = pattern
            else:
                built[index] = self._convert(side, node, index, built, letters)
        return built[root]

    def _convert(self, side: int, node: Node, index: int, built: dict[int, P], letters: dict[int, int]) -> P:
        kind = type(node)
        if kind is Attribute:
            return self._attribute(node.name, self.lang(side, node.content))  # type: ignore[union-attr]
        if kind is Ref:
            letter = letters[node.element]  # type: ignore[union-attr]
            return NONE if letter < 0 else algebra.element(letter)
        if kind is OneOrMore:
            return algebra.plus(built[node.body])  # type: ignore[union-attr]
        if kind is Empty:
            return EMPTY
        if kind is Text:
            return TEXT
        return NONE if kind is NotAllowed else algebra.data(self.lang(side, index))

    def _attribute(self, names: NameClass, lang: Lang) -> P:
        found = self._attributes.get((names, lang))
        if found is None:
            found = self._attributes[names, lang] = algebra.attribute(name_set(names), lang)
        return found

    def lang(self, side: int, root: int) -> Lang:
        """Return the texts that a node matches: an attribute's content, data, a value, a list."""
        known = self._langs[side]
        found = known.get(root)
        if found is None:
            nodes = self.models[side].nodes
            for index in below_all(nodes, root, known):
                known[index] = self._text(side, nodes[index])
            found = known[root]
        return found

    def _text(self, side: int, node: Node) -> Lang:
        known = self._langs[side]
        kind = type(node)
        if kind is Value:
            return self._value(node)  # type: ignore[arg-type]
        if isinstance(node, Data):
            without = known[node.except_] if node.except_ >= 0 else None
            return _inhabited(languages.of_data(node.library, node.datatype, node.params, without))
        if isinstance(node, Choice):
            langs = tuple([known[part] for part in node.parts])
            found = self._values.get(langs)
            if found is None:
                found = self._values[langs] = languages.join_all(langs)
            return found
        if isinstance(node, List):
            return self._list(side, node.body)
        if isinstance(node, Text):
            return ANY
        if isinstance(node, Empty):
            return WHITE_ONLY
        if isinstance(node, OneOrMore):
            return known[node.body]
        if isinstance(node, Group | Interleave):
            parts = [known[part] for part in node.parts]
            return NO_TEXT if NO_TEXT in parts else ANY if ANY in parts else parts[0]
        return NO_TEXT

    def _value(self, node: Value) -> Lang:
        key = (node.library, node.datatype, node.text, node.context)
        found = self._values.get(key)
        if found is None:
            lang = languages.of_value(node.library, node.datatype, node.text, dict(node.context))
            found = self._values[key] = _inhabited(lang)
        return found

    def _list(self, side: int, root: int) -> Lang:
        from abidiff.surfaces.rng.values.lists import list_language

        return list_language(self.models[side].nodes, root, lambda index: self.lang(side, index))


_MAKERS: Mapping[type, Callable[[tuple[P, ...]], P]] = {
    Choice: algebra.choice,
    Interleave: algebra.inter,
    Group: algebra.group,
}


def _named(model: Schemas) -> Iterator[NameClass]:
    """Yield the name classes of a model's elements and attributes."""
    for element in model.elements:
        yield element.name
    for node in model.nodes:
        if type(node) is Attribute:
            yield node.name


def _inhabited(lang: Lang) -> Lang:
    """Return the language, or none when its facets leave no value."""
    for atom in lang.atoms:
        doubtful = atom.key[0] == "minus" or (atom.key[0] == "data" and len(atom.key[3]) > 1)  # type: ignore[arg-type]
        if doubtful and not languages.has_bound(atom):
            return NO_TEXT if languages.example(lang) is None else lang
    return lang
