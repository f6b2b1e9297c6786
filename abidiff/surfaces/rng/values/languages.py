"""What values an attribute or element takes: sets of texts, exact wherever they are regular.

A :class:`Lang` is a union: collapsed tokens, exact strings, and atoms (datatypes with parameters).  As long
as two of them share their atoms, sets answer; automata are built only for what differs.

Datatypes that are no regular language (dates, URIs, names with prefixes, ranges of floats) are *nominal*:
between an ``upper`` and a ``lower`` regular language.  The same type with the same facets is equal to
itself; across types an answer is given where the bounds or a tried value prove it, and is otherwise
:data:`UNKNOWN`, never a guess.
"""

# ruff: noqa: C419 - a list is the faster argument of any() and all() here

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from typing import TypeAlias

from abidiff.errors import LimitError
from abidiff.limits import now, passed
from abidiff.surfaces.rng.values import automata
from abidiff.surfaces.rng.values.automata import ANYTHING, WHITE, Dfa
from abidiff.surfaces.rng.values.datatypes import allows, collapse, equal, find, implies, value_of
from abidiff.surfaces.rng.values.interning import owned
from abidiff.surfaces.rng.values.typelangs import BY_DOCUMENT as _BY_DOCUMENT
from abidiff.surfaces.rng.values.typelangs import Params, data_bounds, value_bounds
from abidiff.wording import listed


class Nominal:
    """A set of texts that is not regular, between two that are."""

    __slots__ = ("context", "key", "label", "lower", "samples", "upper")

    def __init__(self, key: tuple[object, ...], label: str, upper: Dfa, lower: Dfa, samples: tuple[str, ...]) -> None:
        self.key = key
        self.label = label
        self.upper = upper
        self.lower = lower
        self.samples = samples

    def holds(self, text: str) -> bool | None:
        """Whether a text is in the set; None when only its place in a document tells."""
        if not self.upper.accepts(text):
            return False
        if self.lower.accepts(text):
            return True
        kind, library, name, rest, _ = self.key
        if kind == "list":
            return None
        if name in ("ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "QName", "NOTATION"):
            return None
        if kind == "value":
            return equal(str(library), str(name), str(rest), {}, text, {})
        return allows(str(library), str(name), rest, text, {})  # type: ignore[arg-type]


Term: TypeAlias = tuple[Dfa, frozenset[Nominal], frozenset[Nominal]]
"""Texts of the automaton that are in all of the first nominal sets and in none of the second."""


class Atom:
    """A part of a language that is no finite set: a union of terms, built when it is asked for."""

    __slots__ = ("_terms", "key", "label")

    def __init__(self, key: tuple[object, ...], label: str) -> None:
        self.key = key
        self.label = label
        self._terms: tuple[Term, ...] | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """The atom as a union of terms."""
        if self._terms is None:
            self._terms = _atom_terms(self)
        return self._terms


_NOMINALS: dict[tuple[object, ...], Nominal] = {}
_ATOMS: dict[tuple[object, ...], Atom] = {}
_LANGS: dict[tuple[object, ...], Lang] = {}
_NONE: frozenset[Nominal] = frozenset()


class Lang:
    """A set of texts; interned, compare with ``is`` (unequal objects may still be equal languages)."""

    __slots__ = ("_terms", "any", "atoms", "exact", "number", "tokens")

    def __init__(self, any_: bool, tokens: frozenset[str], exact: frozenset[str], atoms: frozenset[Atom]) -> None:
        self.any = any_
        self.tokens = tokens
        self.exact = exact
        self.atoms = atoms
        self.number = len(_LANGS)
        self._terms: tuple[Term, ...] | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """The language as a union of terms, the regular part first."""
        if self._terms is None:
            self._terms = _lang_terms(self)
        return self._terms

    @property
    def nothing(self) -> bool:
        """Whether it is known without work that there is no text."""
        return not (self.any or self.tokens or self.exact or self.atoms)


def lang(
    *,
    any_: bool = False,
    tokens: Iterable[str] = (),
    exact: Iterable[str] = (),
    atoms: Iterable[Atom] = (),
) -> Lang:
    """Return the interned union."""
    key = (True,) if any_ else (False, frozenset(tokens), frozenset(exact), frozenset(atoms))
    found = _LANGS.get(key)
    if found is None:
        empty: frozenset[str] = frozenset()
        none: frozenset[Atom] = frozenset()
        found = Lang(True, empty, empty, none) if any_ else Lang(*key)
        _LANGS[key] = found
    return found


ANY = lang(any_=True)
NO_TEXT = lang()


def _atom(key: tuple[object, ...], label: str) -> Atom:
    found = _ATOMS.get(key)
    if found is None:
        found = _ATOMS[key] = Atom(key, label)
    return found


def of_dfa(dfa: Dfa, label: str = "") -> Lang:
    """Return the language of an automaton."""
    if dfa.is_empty:
        return NO_TEXT
    return ANY if dfa is ANYTHING else lang(atoms=[_atom(("dfa", dfa), label)])


WHITE_ONLY = of_dfa(WHITE, "white space")


def of_terms(terms: Iterable[Term]) -> Lang:
    """Return the language of a union of terms."""
    regular, mixed = [], []
    for term in terms:
        if not term[1] and not term[2]:
            regular.append(term[0])
        else:
            mixed.append(term)
    plain = automata.union_all(regular)
    atoms = [_atom(("term", term), "") for term in mixed]
    if plain is ANYTHING:
        return ANY
    if not plain.is_empty:
        atoms.append(_atom(("dfa", plain), ""))
    return lang(atoms=atoms)


# From the schema


def of_value(library: str, name: str, text: str, context: Mapping[str, str]) -> Lang:
    """Return the texts that are equal to a value."""
    if name == "string":
        return lang(exact=[text])
    if name == "token":
        return lang(tokens=[collapse(text)])
    bounds = value_bounds(library, name, text)
    if isinstance(bounds, str):
        return lang(tokens=[bounds])
    if isinstance(bounds, Dfa):
        return of_dfa(bounds, repr(text))
    found = find(library, name)
    value = collapse(text) if found is None or found.family != "name" else value_of(found, collapse(text), context)
    key = ("value", library, name, value, ())
    return _nominal(key, repr(text), bounds[0], bounds[1], (collapse(text),))


def of_data(library: str, name: str, params: Params, except_: Lang | None = None) -> Lang:
    """Return the texts of a datatype with parameters, but for those of ``except_``."""
    if name in ("string", "token", "normalizedString") and not params:
        found = ANY
    else:
        found = lang(atoms=[_atom(("data", library, name, tuple(sorted(params))), _label(name, params))])
    if except_ is None or except_.nothing:
        return found
    return lang(atoms=[_atom(("minus", found, except_), "")])


def of_list(dfa: Dfa) -> Lang:
    """Return the language of a list, given as the automaton over collapsed text."""
    return of_dfa(automata.collapsed(dfa), "list")


def of_nominal_list(key: tuple[object, ...], upper: Dfa, lower: Dfa) -> Lang:
    """Return the language of a list with items of nominal types, from the automata over collapsed text."""
    if upper.is_empty:
        return NO_TEXT
    full = ("list", "", "", key, ())
    return _nominal(full, "list", automata.collapsed(upper), automata.collapsed(lower), ())


def has_bound(atom: Atom) -> bool:
    """Whether one of its inclusive bounds is a value of a datatype: it needs no automaton to be seen not empty."""
    if atom.key[0] != "data":
        return False
    _, library, name, params = atom.key
    texts = [collapse(text) for param, text in params if param in ("minInclusive", "maxInclusive")]  # type: ignore[attr-defined]
    return any(allows(str(library), str(name), params, text, {}) for text in texts)  # type: ignore[arg-type]


def _nominal(key: tuple[object, ...], label: str, upper: Dfa, lower: Dfa, samples: tuple[str, ...]) -> Lang:
    found = _NOMINALS.get(key)
    if found is None:
        found = _NOMINALS[key] = Nominal(key, label, upper, lower, samples)
    return lang(atoms=[_atom(("nominal", found), label)])


def _atom_terms(atom: Atom) -> tuple[Term, ...]:
    kind = atom.key[0]
    if kind == "dfa":
        return ((atom.key[1], _NONE, _NONE),)  # type: ignore[return-value]
    if kind == "term":
        return (atom.key[1],)  # type: ignore[return-value]
    if kind == "nominal":
        nominal: Nominal = atom.key[1]  # type: ignore[assignment]
        return ((nominal.upper, frozenset([nominal]), _NONE),)
    if kind == "minus":
        return minus(atom.key[1], atom.key[2]).terms
    _, library, name, params = atom.key
    bounds = data_bounds(str(library), str(name), params)
    if isinstance(bounds, Dfa):
        return ((bounds, _NONE, _NONE),)
    # a pattern is regular; only the type with its other facets is not
    texts = bounds[0]
    rest = tuple(param for param in params if param[0] != "pattern")  # type: ignore[attr-defined]
    if rest != params:
        bounds = data_bounds(str(library), str(name), rest)
        assert not isinstance(bounds, Dfa)
    upper, lower, samples = bounds
    key = ("data", library, name, rest, ())
    found = _NOMINALS.get(key)
    if found is None:
        found = _NOMINALS[key] = Nominal(key, _label(str(name), rest), upper, lower, samples)
    return ((texts, frozenset([found]), _NONE),)


def _label(name: str, params: Params) -> str:
    return name if not params else f"{name} ({', '.join(f'{k} {v}' for k, v in params)})"


def _lang_terms(one: Lang) -> tuple[Term, ...]:
    if one.any:
        return ((ANYTHING, _NONE, _NONE),)
    regular, mixed = [], []
    if one.tokens:
        regular.append(automata.collapsed(automata.words(one.tokens)))
    if one.exact:
        regular.append(automata.words(one.exact))
    for atom in sorted(one.atoms, key=lambda a: a.label):
        for term in atom.terms:
            if term[1] or term[2]:
                mixed.append(term)
            else:
                regular.append(term[0])
    plain = automata.union_all(regular)
    return ((plain, _NONE, _NONE), *mixed) if not plain.is_empty else tuple(mixed)


# Boolean operations


@cache
def join(one: Lang, other: Lang) -> Lang:
    """Return the union."""
    if one is other or other.nothing:
        return one
    if one.any or other.any:
        return ANY
    return lang(tokens=one.tokens | other.tokens, exact=one.exact | other.exact, atoms=one.atoms | other.atoms)


def join_all(langs: Iterable[Lang]) -> Lang:
    """Return the union of any number."""
    found = list(langs)
    if len(found) == 1:
        return found[0]
    if any([one.any for one in found]):
        return ANY
    return lang(
        tokens=[text for one in found for text in one.tokens],
        exact=[text for one in found for text in one.exact],
        atoms=[atom for one in found for atom in one.atoms],
    )


@cache
def minus(one: Lang, other: Lang) -> Lang:
    """Return the texts of the first that are not of the second."""
    if other.any or one is other:
        return NO_TEXT
    if one.any:
        rest = one
    else:
        exact = frozenset(text for text in one.exact - other.exact if collapse(text) not in other.tokens)
        tokens = frozenset(text for text in one.tokens - other.tokens if not _takes(other, text))
        rest = lang(tokens=tokens, exact=exact, atoms=one.atoms - other.atoms)
    if rest.nothing or other.nothing:
        return rest
    if not other.atoms and not other.exact and not rest.any and not rest.atoms:
        return rest
    return of_terms(_subtract(rest.terms, other.terms))


def by_document(one: Lang) -> bool:
    """Whether every text of a language names something that has to stand elsewhere in the document."""
    atoms = one.atoms
    return bool(atoms) and not one.any and not one.tokens and not one.exact and all(map(_naming, atoms))


def _naming(atom: Atom) -> bool:
    return atom.key[0] == "data" and atom.key[2] in ("IDREF", "IDREFS")


@cache
def beyond_blanks(lost: Lang, kept: Lang, tokens: frozenset[str]) -> Lang:
    """Return what is lost but kept texts with white space around them.

    ``tokens``  values whose type collapses white space: of those, white space inside makes no difference either.
    """
    if lost.any or kept.any:
        return lost
    plain = [term[0] for term in kept.terms if not term[1] and not term[2]]
    try:
        around = [of_dfa(automata.padded(dfa)) for dfa in plain]
        within = [meet(of_dfa(automata.collapsed(dfa)), lang(tokens=tokens)) for dfa in plain if tokens]
        return minus(lost, join_all([NO_TEXT, *around, *within]))
    except LimitError:  # too large to tell: then all of it counts
        return lost


def telling(lost: Lang, kept: Lang, tokens: frozenset[str]) -> Lang:
    """Return what is lost, without white space around kept texts where something else is lost too."""
    found = example(lost)
    if not isinstance(found, str) or found == collapse(found):
        return lost
    rest = beyond_blanks(lost, kept, tokens)
    return rest if isinstance(example(rest), str) else lost


def _takes(one: Lang, text: str) -> bool:
    """Whether a datatype of the language surely takes a token, whatever white space is around it."""
    for atom in one.atoms:
        if atom.key[0] == "data":
            _, library, name, params = atom.key
            found = find(str(library), str(name))
            if found is None or found.space != "collapse" or name in _BY_DOCUMENT:
                continue
            if allows(str(library), str(name), params, text, {}):  # type: ignore[arg-type]
                return True
    return False


def _subtract(terms: tuple[Term, ...], others: tuple[Term, ...]) -> list[Term]:
    current = list(terms)
    for dfa, inside, outside in others:
        following: list[Term] = []
        for left, pos, neg in current:
            _keep(following, (automata.difference(left, dfa), pos, neg))
            both = automata.intersection(left, dfa) if inside or outside else left
            for nominal in inside:
                _keep(following, (both, pos, neg | {nominal}))
            for nominal in outside:
                _keep(following, (both, pos | {nominal}, neg))
        current = following
        if len(current) > now().value_types:
            bound = now().value_types
            raise passed("value-types", f"one set of values combines more than {bound} types that are not regular")
    return current


def _keep(out: list[Term], term: Term) -> None:
    dfa, pos, neg = term
    if pos & neg or any(_within(one, other) for one in pos for other in neg):
        return
    for nominal in pos:
        dfa = automata.intersection(dfa, nominal.upper)
    for nominal in neg:
        dfa = automata.difference(dfa, nominal.lower)
    if not dfa.is_empty and (dfa, pos, neg) not in out:
        out.append((dfa, pos, neg))


@cache
def meet(one: Lang, other: Lang) -> Lang:
    """Return the texts of both."""
    if one is other or other.any:
        return one
    if one.any:
        return other
    if not one.atoms and not other.atoms and not one.exact and not other.exact:
        return lang(tokens=one.tokens & other.tokens)
    out: list[Term] = []
    for left, pos, neg in one.terms:
        for right, pos2, neg2 in other.terms:
            _keep(out, (automata.intersection(left, right), pos | pos2, neg | neg2))
    return of_terms(out)


def _within(one: Nominal, other: Nominal) -> bool:
    """Whether a nominal type lies within another: the same one with tighter ranges, or one of its values."""
    (kind, library, name, params, _), (kind2, library2, name2, params2, _) = one.key, other.key
    if kind2 != "data" or (library, name) != (library2, name2):
        return False
    if kind == "value" and not params2:
        return True
    if kind == "value" and name not in _BY_DOCUMENT:
        # bounds speak of values, so they take all texts of one value or none
        return allows(str(library), str(name), params2, str(params), {})  # type: ignore[arg-type]
    if kind != "data":
        return False
    return implies(str(library), str(name), params, params2)  # type: ignore[arg-type]


class Unknown(Enum):
    """The answer when neither the bounds nor any tried text decides."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


@cache
def example(one: Lang) -> str | Unknown | None:
    """Return a short, readable text of the language; None when there is none, or UNKNOWN."""
    if one.nothing:
        return None
    simple = [*one.tokens, *one.exact]
    if simple:
        return min(simple, key=lambda text: (not text.isprintable(), len(text), text))
    if one.any:
        return ""
    unknown = False
    best: str | None = None
    for term in one.terms:
        found = _term_example(term)
        if found is UNKNOWN:
            unknown = True
        elif isinstance(found, str) and (best is None or (len(found), found) < (len(best), best)):
            best = found
    if best is not None:
        return best
    return UNKNOWN if unknown else None


def _term_example(term: Term) -> str | Unknown | None:
    dfa, pos, neg = term
    if dfa.is_empty or pos & neg:
        return None
    if not pos and not neg:
        return _agreed(dfa)
    sure = dfa
    for nominal in pos:
        sure = automata.intersection(sure, nominal.lower)
    for nominal in neg:
        sure = automata.difference(sure, nominal.upper)
    if not sure.is_empty:
        return automata.some_words(sure)[0]
    tried = [text for nominal in sorted(pos | neg, key=lambda n: n.label) for text in nominal.samples]
    tried = [text for text in tried if dfa.accepts(text)] + automata.some_words(dfa, 60)
    for text in tried:
        if all(n.holds(text) for n in pos) and all(n.holds(text) is False for n in neg):
            return text
    if not neg and tried and not any(n.key[0] == "list" for n in pos):
        # a text of the type that only its document can refuse (ID, QName)
        for text in tried:
            if all(n.holds(text) is not False for n in pos):
                return text
    return UNKNOWN


def _agreed(dfa: Dfa) -> str:
    """Return a short text; not a URI of no host where another one will do, which jing takes for none."""
    first = automata.some_words(dfa)[0]
    if not first.endswith("//"):
        return first
    return next((text for text in automata.some_words(dfa, 30) if not text.endswith("//")), first)


def holds(one: Lang, text: str) -> bool | None:
    """Whether a text is in the language; None when only its document tells."""
    if one.any or text in one.exact or collapse(text) in one.tokens:
        return True
    answer: bool | None = False
    for dfa, pos, neg in one.terms if one.atoms else ():
        if not dfa.accepts(text):
            continue
        inside = [n.holds(text) for n in pos]
        outside = [n.holds(text) for n in neg]
        if all(v is True for v in inside) and all(v is False for v in outside):
            return True
        if False not in inside and True not in outside:
            answer = None
    return answer


def qname_of(one: Lang, text: str) -> tuple[str | None, str] | None:
    """Return the name that a text of the language stands for when it is a QName: (namespace or None for any, local)."""
    if one.any or collapse(text) in one.tokens or text in one.exact:
        return None
    for dfa, pos, _ in one.terms:
        names = [nominal for nominal in pos if nominal.key[2] in ("QName", "NOTATION")]
        if not names or not dfa.accepts(text):
            continue
        values = [nominal.key[3] for nominal in names if nominal.key[0] == "value"]
        return values[0] if values else (None, text)  # type: ignore[return-value]
    return None


def describe(one: Lang, limit: int = 4) -> str:
    """Say what the values are, for a message."""
    if one.any:
        return "any text"
    if one is WHITE_ONLY:
        return "nothing but white space"
    words = [repr(text) for text in sorted(one.tokens | one.exact)]
    words += sorted({atom.label for atom in one.atoms if atom.label})
    if not words:
        found = example(one)
        return f"values like {found!r}" if isinstance(found, str) else "some values"
    return listed(words, limit)


owned(_NOMINALS, _ATOMS, _LANGS, caches=(join, minus, meet, example, beyond_blanks))
