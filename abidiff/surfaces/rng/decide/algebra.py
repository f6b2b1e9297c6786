"""The pattern algebra of the inclusion check: hash-consed patterns behind strong smart constructors.

Patterns are over *letters* (classes of equivalent elements), attributes with value languages, and text.
Equal patterns are the same object.  The constructors normalise far enough that text which was renamed,
inlined, reordered or wrapped comes out as the same object: attribute-only parts leave a group and become
interleave; choices are sorted, deduplicated, and attributes of one name are merged; alternatives that
differ in one attribute's values are merged; what all alternatives share is factored out; repetition is
brought to one form.
"""

# ruff: noqa: C419 - a list is the faster argument of any() and all() here

from __future__ import annotations

from collections.abc import Iterable, Sequence

from abidiff.limits import now, passed
from abidiff.surfaces.rng.values import namesets
from abidiff.surfaces.rng.values.effort import spend
from abidiff.surfaces.rng.values.interning import owned
from abidiff.surfaces.rng.values.languages import ANY, Lang, join, join_all
from abidiff.surfaces.rng.values.namesets import NO_NAME, NameSet, mask_of, without

K_NONE, K_EMPTY, K_TEXT, K_DATA, K_ATTR, K_ELEM, K_CHOICE, K_GROUP, K_INTER, K_PLUS = range(10)

_NO_ATTRS: frozenset[NameSet] = frozenset()


class P:
    """A pattern.

    ``parts``    the parts of a choice, group or interleave, or the body of a repetition.
    ``names``    an attribute's names; ``lang`` its values, or those of data.
    ``letter``   an element's class.
    ``letters``  a bit for each element class in it, ``attrs`` all names of attributes.
    ``text``     whether text or data is in it.
    ``mask``     the atoms of the names of its attributes, ``needs`` the single names of those that are in each member.
    ``nullable`` whether it matches no attributes and no content.
    ``steps``    what may follow its elements, by sets of them; None when not looked for yet, empty where not kept.
    """

    __slots__ = (
        "attrs",
        "bare",
        "id",
        "kind",
        "lang",
        "letter",
        "letters",
        "mask",
        "names",
        "needs",
        "nullable",
        "parts",
        "steps",
        "text",
    )

    def __init__(
        self,
        number: int,
        kind: int,
        parts: tuple[P, ...] = (),
        names: NameSet = NO_NAME,
        lang: Lang = ANY,
        letter: int = -1,
    ) -> None:
        self.id = number
        self.kind = kind
        self.parts = parts
        self.names = names
        self.lang = lang
        self.letter = letter
        self.steps: tuple[tuple[int, P], ...] | None = None
        if parts:
            self._sum_up(kind, parts)
            return
        self.text = kind in (K_TEXT, K_DATA)
        self.letters = 1 << letter if kind == K_ELEM else 0
        self.attrs = frozenset([names]) if kind == K_ATTR else _NO_ATTRS
        self.mask = names.mask
        self.needs = names.mask if names.single is not None else 0
        self.nullable = kind in (K_EMPTY, K_TEXT)
        self.bare = kind in (K_ELEM, K_TEXT)

    def _sum_up(self, kind: int, parts: tuple[P, ...]) -> None:
        attrs = []
        text = some = False
        every = bare = True
        letters = mask = needs = 0
        shared = -1
        for part in parts:
            needs |= part.needs
            shared &= part.needs
            letters |= part.letters
            if part.attrs:
                attrs.append(part.attrs)
                mask |= part.mask
            if part.text:
                text = True
            if part.nullable:
                some = True
            else:
                every = False
            if part.parts or not part.bare:
                bare = False
        self.letters = letters
        self.attrs = attrs[0] if len(attrs) == 1 else _NO_ATTRS.union(*attrs)
        self.mask = mask
        self.needs = shared if kind == K_CHOICE else needs
        self.text = text
        self.nullable = some if kind == K_CHOICE else every
        self.bare = bare

    @property
    def only_attributes(self) -> bool:
        """Whether it matches attributes only, if anything."""
        return not self.letters and not self.text

    def __repr__(self) -> str:
        return show(self)


_TABLE: dict[tuple[object, ...], P] = {}
"""Patterns by what they are made of."""


def _renew() -> None:
    """Take over the masks of names that have grown."""
    _KILLED.clear()
    _STEPS.clear()
    for one in _TABLE.values():
        one.mask = one.names.mask if one.kind == K_ATTR else mask_of(one.attrs)


namesets.GROWN.append(_renew)


def _node(key: tuple[object, ...], kind: int, parts: tuple[P, ...] = ()) -> P:
    found = _TABLE.get(key)
    if found is None:
        if len(_TABLE) > now().derived_patterns:
            raise passed("derived-patterns", "the patterns of these schemas grow too fast")
        found = _TABLE[key] = P(len(_TABLE), kind, parts)
    return found


NONE = _node((K_NONE,), K_NONE)
EMPTY = _node((K_EMPTY,), K_EMPTY)
TEXT = _node((K_TEXT,), K_TEXT)


def data(lang: Lang) -> P:
    """Return text of a language."""
    if lang.nothing:
        return NONE
    key = (K_DATA, lang.number)
    found = _TABLE.get(key)
    if found is None:
        found = _TABLE[key] = P(len(_TABLE), K_DATA, lang=lang)
    return found


def attribute(names: NameSet, lang: Lang) -> P:
    """Return an attribute."""
    if lang.nothing or names is NO_NAME:
        return NONE
    key = (K_ATTR, names.number, lang.number)
    found = _TABLE.get(key)
    if found is None:
        found = _TABLE[key] = P(len(_TABLE), K_ATTR, names=names, lang=lang)
    return found


def element(letter: int) -> P:
    """Return an element of a class."""
    key = (K_ELEM, letter)
    found = _TABLE.get(key)
    if found is None:
        found = _TABLE[key] = P(len(_TABLE), K_ELEM, letter=letter)
    return found


def _build(kind: int, parts: Sequence[P]) -> P:
    spend(6 * len(parts))  # they take memory too
    return _node((kind, *[part.id for part in parts]), kind, tuple(parts))


# Choice


def choice(parts: Iterable[P]) -> P:
    """Return either of the parts."""
    flat: dict[int, P] = {}
    merged: dict[NameSet, list[P]] = {}
    texts: list[Lang] = []
    for part in parts:
        for one in part.parts if part.kind == K_CHOICE else (part,):
            kind = one.kind
            if kind == K_NONE:
                continue
            if kind == K_DATA:
                texts.append(one.lang)
            elif kind == K_ATTR:
                merged.setdefault(one.names, []).append(one)
            else:
                flat[one.id] = one
    if texts and TEXT.id not in flat:
        piece = data(_joined(texts))
        flat[piece.id] = piece
    for names, alike in merged.items():
        one = alike[0] if len(alike) == 1 else attribute(names, _joined([each.lang for each in alike]))
        flat[one.id] = one
    if len(flat) > 1 and EMPTY.id in flat and any([p.nullable for p in flat.values() if p is not EMPTY]):
        del flat[EMPTY.id]
    return _choice_of(flat)


def _joined(langs: list[Lang]) -> Lang:
    """Return the union at once: one by one, thousands of values would each make a set of all before them."""
    return join(*langs) if len(langs) == 2 else join_all(langs)


def _choice_of(flat: dict[int, P]) -> P:
    if not flat:
        return NONE
    if len(flat) == 1:
        return next(iter(flat.values()))
    if any([p.kind == K_INTER for p in flat.values()]):
        merged = _merged_by_attribute(flat)
        better = _factor(flat) if merged is None else choice(merged.values())
        if better is not None:
            return better
    if any([p.kind == K_PLUS for p in flat.values()]):
        for p in list(flat.values()):
            # x | x+ = x+
            if p.kind == K_PLUS:
                for part in p.parts[0].parts if p.parts[0].kind == K_CHOICE else p.parts:
                    flat.pop(part.id, None)
        if len(flat) == 1:
            return next(iter(flat.values()))
    return _build(K_CHOICE, [flat[number] for number in sorted(flat)])


def _branches(p: P) -> tuple[P, ...]:
    return p.parts if p.kind == K_INTER else (p,)


def _merged_by_attribute(flat: dict[int, P]) -> dict[int, P] | None:
    """A(V1) & X | A(V2) & X | … = A(V1 ∪ V2 ∪ …) & X, as long as there are such; None where there are none."""
    before = flat
    while True:
        merged = _merged_once(flat)
        if merged is None:
            return None if flat is before else flat
        flat = merged


def _merged_once(flat: dict[int, P]) -> dict[int, P] | None:
    alike: dict[tuple[NameSet, frozenset[int]], dict[P, P]] = {}
    for p in flat.values():
        branches = _branches(p)
        ids = frozenset([b.id for b in branches])
        for branch in branches:
            if branch.kind == K_ATTR:
                spend(1 + (len(ids) >> 3))
                alike.setdefault((branch.names, ids - {branch.id}), {}).setdefault(p, branch)
    out = dict(flat)
    for (names, _), found in alike.items():
        left = [(p, branch) for p, branch in found.items() if p.id in out]
        if len(left) > 1:
            p, attr = left[0]
            both = attribute(names, _joined([branch.lang for _, branch in left]))
            for gone, _ in left:
                del out[gone.id]
            new = inter([*[b for b in _branches(p) if b is not attr], both])
            out[new.id] = new
    return out if len(out) < len(flat) else None


def _factor(flat: dict[int, P]) -> P | None:
    """A & X | A & Y = A & (X | Y)."""
    sets = [frozenset(b.id for b in _branches(p)) for p in flat.values() if p is not EMPTY]
    shared = frozenset.intersection(*sets)
    if not shared or EMPTY.id in flat:
        return None
    first = next(iter(flat.values()))
    common = [b for b in _branches(first) if b.id in shared]
    rests = [inter([b for b in _branches(p) if b.id not in shared]) for p in flat.values()]
    return inter([*common, choice(rests)])


def optional(p: P) -> P:
    """Return p or nothing."""
    return p if p.nullable else choice((EMPTY, p))


# Interleave and group


def inter(parts: Iterable[P]) -> P:
    """Return the parts in any order, mixed."""
    flat: list[P] = []
    text = False
    for part in parts:
        for one in part.parts if part.kind == K_INTER else (part,):
            if one.kind == K_NONE:
                return NONE
            if one.kind == K_EMPTY:
                continue
            if one.kind == K_TEXT:
                if text:
                    continue
                text = True
            flat.append(one)
    if not flat:
        return EMPTY
    if len(flat) == 1:
        return flat[0]
    return _build(K_INTER, sorted(flat, key=_by_id))


def _by_id(p: P) -> int:
    return p.id


def group(parts: Iterable[P]) -> P:
    """Return the parts, one after the other; attributes, which have no order, leave it."""
    loose: list[P] = []
    rest: list[P] = []
    for part in parts:
        for outer in part.parts if part.kind == K_GROUP else (part,):
            if outer.kind == K_NONE:
                return NONE
            if outer.only_attributes:
                loose.append(outer)
                continue
            if outer.kind == K_INTER and outer.attrs:
                loose.extend([b for b in outer.parts if b.only_attributes])
                outer = inter([b for b in outer.parts if not b.only_attributes])
            for one in outer.parts if outer.kind == K_GROUP else (outer,):
                if one.kind == K_TEXT and rest and rest[-1].kind == K_TEXT:
                    continue
                rest.append(one)
    if not rest:
        return inter(loose)
    core = rest[0] if len(rest) == 1 else _build(K_GROUP, rest)
    return inter([*loose, core]) if loose else core


# Repetition


def plus(p: P) -> P:
    """Return p, once or more often."""
    if p.kind in (K_NONE, K_EMPTY, K_TEXT, K_PLUS):
        return p
    if p.kind == K_CHOICE:
        return _plus_choice(p)
    if p.kind == K_ATTR and p.names.single is not None:
        return p
    if p.nullable and p.kind in (K_INTER, K_GROUP):
        singles = _single_letters(p)
        if singles is not None:
            return optional(plus(choice(singles)))
        if p.kind == K_GROUP:
            return optional(plus(choice([_without_empty(part) for part in p.parts])))
    return _build(K_PLUS, [p])


def _plus_choice(p: P) -> P:
    if p.bare:
        return _plus_of(p)
    parts: list[P] = []
    for part in p.parts:
        if part.kind == K_PLUS:
            parts.extend(part.parts[0].parts if part.parts[0].kind == K_CHOICE else part.parts)
        elif part is not EMPTY:
            parts.append(part)
    if not p.nullable:
        body = choice(parts)
        return body if body.kind == K_PLUS else _plus_of(body)
    # (a | b)*: every alternative that can be empty gives up its own empty word
    bare = [one for part in parts for one in _starred(part)]
    loose = [part for part in bare if part.only_attributes]
    others = [part for part in bare if not part.only_attributes]
    if loose and others:
        # (attributes | R)* = attributes* & R*
        return inter([optional(plus(choice(loose))), optional(plus(choice(others)))])
    body = choice(bare)
    if body.kind == K_CHOICE and any(part.kind == K_PLUS or part is EMPTY for part in body.parts):
        body = choice([part.parts[0] if part.kind == K_PLUS else part for part in body.parts if part is not EMPTY])
    return optional(body if body.kind == K_PLUS else _plus_of(body))


def _starred(p: P) -> list[P]:
    """Return alternatives that make the same language under a star: x* = (x - empty)*."""
    if p.nullable and p.kind in (K_INTER, K_GROUP):
        singles = _single_letters(p)
        if singles is not None:
            return singles
        if p.kind == K_GROUP:
            return [_without_empty(part) for part in p.parts]
    return [_without_empty(p)]


def _plus_of(body: P) -> P:
    if body.kind in (K_NONE, K_EMPTY, K_TEXT):
        return body
    return _build(K_PLUS, [body])


def _without_empty(p: P) -> P:
    """Return a pattern that under a star is as good, without the empty word where that is easy."""
    if p.kind == K_CHOICE:
        rest = [part for part in p.parts if part is not EMPTY]
        rest = [part.parts[0] if part.kind == K_PLUS else part for part in rest]
        return choice(rest)
    return p.parts[0] if p.kind == K_PLUS else p


def _single_letters(p: P) -> list[P] | None:
    """Return the letters of an interleave or group of single optional letters (and repetitions of such)."""
    found: list[P] = []
    for part in p.parts:
        for one in part.parts if part.kind == K_CHOICE else (part,):
            body = one.parts[0] if one.kind == K_PLUS else one
            for single in body.parts if body.kind == K_CHOICE else (body,):
                if single.kind == K_EMPTY:
                    continue
                if single.kind not in (K_ELEM, K_TEXT):
                    return None
                found.append(single)
    return found


# Derivatives by attributes

_STEPS: dict[tuple[int, int], list[tuple[Lang, P]]] = {}


def derive_attribute(p: P, cell: NameSet) -> list[tuple[Lang, P]]:
    """Return (values, what remains) for one attribute whose name is in a cell.

    Every set of names in the pattern either holds the whole cell or nothing of it.  No two attributes of
    an element have one name (XML 1.0, 3.1), so a single name does not come again.  The list is not to be changed.
    """
    key = (p.id, cell.number)
    found = _STEPS.get(key)
    if found is None:
        found = _STEPS[key] = _derive_attribute(p, cell)
    return found


def _derive_attribute(p: P, cell: NameSet) -> list[tuple[Lang, P]]:
    joined: dict[int, tuple[Lang, P]] = {}
    for lang, after in _attribute_steps(p, cell):
        rest = after if cell.single is None else kill(after, 0, cell.mask)
        if rest is NONE:
            continue
        known = joined.get(rest.id)
        joined[rest.id] = (lang if known is None else join(known[0], lang), rest)
    return list(joined.values())


def _attribute_steps(p: P, cell: NameSet) -> list[tuple[Lang, P]]:
    if not p.mask & cell.mask:
        return []
    if p.kind == K_ATTR:
        return [] if cell.mask & ~p.mask else [(p.lang, EMPTY)]
    out: list[tuple[Lang, P]] = []
    if p.kind == K_CHOICE:
        for part in p.parts:
            out.extend(_attribute_steps(part, cell))
    elif p.kind == K_PLUS:
        out = [(lang, group((rest, optional(p)))) for lang, rest in _attribute_steps(p.parts[0], cell)]
    else:
        make = inter if p.kind == K_INTER else group
        for i, part in enumerate(p.parts):
            for lang, rest in _attribute_steps(part, cell):
                out.append((lang, make((*p.parts[:i], rest, *p.parts[i + 1 :]))))
    return out


# "These never come again"

_KILLED: dict[tuple[int, int, int, bool], P] = {}


def kill(p: P, letters: int, names: int = 0, text: bool = False) -> P:
    """Return the pattern without some letters and attributes; ``text`` turns text into nothing.

    ``letters`` are bits of element classes, ``names`` atoms of names.
    """
    here = letters & p.letters
    names &= p.mask
    text = text and p.text
    if not here and not names and not text:
        return p
    if p.kind == K_ELEM:
        return NONE
    if p.kind == K_TEXT:
        return EMPTY
    if p.kind == K_DATA:
        return p
    if p.kind == K_ATTR:
        return attribute(without(p.names, names), p.lang)
    key = (p.id, here, names, text)
    found = _KILLED.get(key)
    if found is None:
        spend(len(p.parts))
        if p.kind == K_CHOICE and p.bare:
            # no part is left that could be one with another: what is there stays in order
            found = _some([one for one in p.parts if not (one.letters & here or (text and one.kind == K_TEXT))], text)
        else:
            found = rebuild(p.kind, [kill(part, here, names, text) for part in p.parts])
        _KILLED[key] = found
    return found


def _some(parts: list[P], empty: bool) -> P:
    """Return a choice of elements and text that are some of another one's, or nothing."""
    if empty:
        return choice([EMPTY, *parts])
    if len(parts) < 2:
        return parts[0] if parts else NONE
    return _build(K_CHOICE, parts)


def rebuild(kind: int, parts: Sequence[P]) -> P:
    """Return a pattern of a kind with other parts."""
    if kind == K_CHOICE:
        return choice(parts)
    if kind == K_INTER:
        return inter(parts)
    return group(parts) if kind == K_GROUP else plus(parts[0])


def show(p: P) -> str:
    """Write a pattern like the compact syntax, for debugging."""
    if p.kind in (K_NONE, K_EMPTY, K_TEXT):
        return ("notAllowed", "empty", "text")[p.kind]
    if p.kind == K_DATA:
        return f"data{p.lang.number}"
    if p.kind == K_ATTR:
        return f"@{p.names}={p.lang.number}"
    if p.kind == K_ELEM:
        return f"<{p.letter}>"
    if p.kind == K_PLUS:
        return f"({show(p.parts[0])})+"
    sign = {K_CHOICE: " | ", K_GROUP: ", ", K_INTER: " & "}[p.kind]
    return "(" + sign.join(show(part) for part in p.parts) + ")"


owned(_TABLE, _STEPS, _KILLED)
