"""Declarations that were parsed before are not parsed again.

A declaration means the same when its tokens are the same and every name in them was introduced
by declarations that mean the same.  So each has a *meaning*, a hash over its tokens and over the
meanings of all that was declared so far under the names in it, and a *key*, which also covers
what decides places and since tags: where its tokens stand, and the text around them.  Under the
key stands what it entered into the tables.  Where anything else may have a part in that
(:attr:`Tables.doubtful`, tokens of two files, a problem), it is parsed each time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from hashlib import sha256
from itertools import accumulate
from operator import add
from typing import Any, NamedTuple

import msgspec

from abidiff.surfaces.headers.build.products import Product, moved, name_of, places
from abidiff.surfaces.headers.build.tables import Entry
from abidiff.surfaces.headers.build.unit import Parser
from abidiff.surfaces.headers.model import Enum, FunctionDecl, Record, Typedef, Variable
from abidiff.surfaces.headers.read.lexer import PLACE_BITS, SourceFile, Token
from abidiff.surfaces.headers.read.since import SinceTags

_KEY_BYTES = 20
MAX_TOKENS = 20_000
MAX_STEPS = 1_000


class KnownDeclarations(msgspec.Struct):
    """Key → product: ``known`` from before, ``kept`` of what was asked for or ``made`` now."""

    known: Mapping[bytes, Product] = msgspec.field(default_factory=dict)
    kept: dict[bytes, Product] = msgspec.field(default_factory=dict)
    made: int = 0


class _Asked(NamedTuple):
    """A declaration that may be known: the token behind it, its meaning, its key, where it begins and ends.

    ``texts``: its tokens; ``known``: the meanings of the names in them.
    """

    after: int
    texts: tuple[str, ...]
    known: str
    meaning: str
    key: bytes
    file: SourceFile
    first: int
    last: int


class _Entered(NamedTuple):
    """A declaration as it was entered: its tokens, the meanings of the names in them, its own meaning and key.

    ``down``: how many lines below the product's it stands.
    """

    start: int
    after: int
    texts: tuple[str, ...]
    known: str
    meaning: str
    key: bytes
    product: Product
    down: int


class Recall:
    """Stands between a parser and pycparser.

    ``chain``: name → what its declarations mean; ``written``: name → the tokens of each of them.
    ``base`` is that of another configuration of the same files, or of another order: what has the same tokens at the
    same place there, and the same meanings of the names in them, is entered as it was there.  ``notes``: another run
    will ask for what is entered here.
    """

    def __init__(
        self,
        memory: KnownDeclarations,
        parser: Parser,
        spans: Mapping[str, list[tuple[int, int]]],
        base: Recall | None = None,
        *,
        notes: bool = True,
    ) -> None:
        self.memory = memory
        self.entered: dict[int, _Entered] = {}
        self.parser = parser
        self.tables = parser.tables
        self.spans = spans
        self.salt = repr(parser.sentinel_names.all)
        self.chain: dict[str, str] = {}
        self.written: dict[str, list[tuple[str, ...]]] = {}
        self.changes = set(parser.pragmas.starts)
        self.guarded: dict[str, tuple[list[int], list[int]]] = {}
        self.budget = 100_000 + 4 * len(parser.tokens)
        self.lost = False
        self.notes = notes
        self.base = base if base is not None and self._alike(base) else None

    def _alike(self, base: Recall) -> bool:
        """Tell whether all beside tokens and names is the same in another configuration."""
        here, there = self.parser.pragmas, base.parser.pragmas
        renamed = here.renamed == there.renamed and here.weak == there.weak
        return renamed and base.salt == self.salt and base.spans == self.spans

    def declaration(self, start: int) -> int:
        """Enter the external declaration at a token; return the token behind it."""
        if self.lost:
            return self.parser.reader().declaration(start)
        same = self._same(start) if self.base is not None else None
        if same is not None:
            self.memory.kept[same.key] = same.product
            self._replay(same.product, same.down)
            self._chained(same.product.names, same.meaning, same.texts)
            after = start + len(same.texts)
            if self.notes:
                self.entered[self.parser.tokens[start][2]] = same._replace(start=start, after=after)
            return after
        asked = self._asked(start)
        if asked is not None:
            found = self.memory.known.get(asked.key)
            if found is not None:
                self.memory.kept[asked.key] = found
                down = asked.file.line_of(asked.first) - found.line
                self._replay(found, down)
                self._note(start, asked, found, down)
                self._chained(found.names, asked.meaning, asked.texts)
                return asked.after
        return self._parsed(start, asked)

    def _note(self, start: int, asked: _Asked, product: Product, down: int) -> None:
        """Note what was entered, for other configurations of the same files."""
        if self.notes:
            entered = _Entered(start, asked.after, asked.texts, asked.known, asked.meaning, asked.key, product, down)
            self.entered[self.parser.tokens[start][2]] = entered

    def _same(self, start: int) -> _Entered | None:
        """Return what was entered in the other configuration for the same tokens that mean the same."""
        assert self.base is not None
        tokens = self.parser.tokens
        found = self.base.entered.get(tokens[start][2])
        if found is None:
            return None
        after = start + len(found.texts)
        if after >= len(tokens) or tokens[start:after] != self.base.parser.tokens[found.start : found.after]:
            return None
        if self.changes or self.base.changes:
            here, there = self.parser.pragmas, self.base.parser.pragmas
            if here.at(start) != there.at(found.start) or here.at(after) is not here.at(start):
                return None
        return found if self._known(found.texts) == found.known else None

    def _known(self, texts: tuple[str, ...]) -> str:
        """Return the meanings of the names among tokens, one after the other."""
        return "".join(filter(None, map(self.chain.get, texts)))

    def _parsed(self, start: int, asked: _Asked | None) -> int:
        tables = self.tables
        log: list[Entry | tuple[str, int]] = []
        tables.log, tables.doubtful = log, False
        try:
            after = self.parser.reader().declaration(start)
        except Exception:
            if log:
                self._failed(start, log)
            raise
        finally:
            tables.log = None
        if asked is None or asked.after != after:
            # A look too far costs time, which input must not multiply.
            self.budget -= MAX_STEPS if asked is None else asked.after - start
            self.lost = self.budget < 0
        names = tuple(dict.fromkeys(name_of(entry) for entry in log))
        product = None
        if asked is not None and asked.after == after and not tables.doubtful:
            product = self._product(asked, names, log)
        if asked is not None and product is not None:
            self.memory.kept[asked.key] = product
            self.memory.made += 1
            self._note(start, asked, product, 0)
            self._chained(names, asked.meaning, asked.texts)
        elif names:
            part = self.parser.tokens[start:after]
            kinds, texts = tuple(t[0] for t in part), tuple(t[1] for t in part)
            self._chained(names, self._hash(kinds, texts, self._known(texts), start, log), texts)
        return after

    def _failed(self, start: int, log: list[Entry | tuple[str, int]]) -> None:
        """Note what a declaration entered before it failed: it means what was entered, and is never remembered."""
        after = behind(self.parser.tokens, self.parser.close, start)
        if after < 0:  # where it ends is not known, nor what else it may have changed: from here on all is parsed
            self.lost = True
            return
        part = self.parser.tokens[start : max(after, self.parser.behind(start))]
        kinds, texts = tuple(t[0] for t in part), tuple(t[1] for t in part)
        names = tuple(dict.fromkeys(name_of(entry) for entry in log))
        self._chained(names, self._hash(kinds, texts, self._known(texts), start, ("failed", log)), texts)

    def _hash(self, kinds: tuple[str, ...], texts: tuple[str, ...], known: str, at: int, other: object) -> str:
        """Return the meaning of tokens; ``known``: those of the names among them."""
        joined = "\0".join(texts)
        if joined.count("\0") >= len(texts):
            joined = repr(texts)
        pragmas = self.parser.pragmas
        renamed = (
            [(name, pragmas.renamed[name]) for name in texts if name in pragmas.renamed] if pragmas.renamed else ""
        )
        weak = [name for name in texts if name in pragmas.weak] if pragmas.weak else ""
        whole = f"{pragmas.at(at)} {renamed} {weak} {self.salt} {other!r}\0{''.join(kinds)}\0{joined}\0{known}"
        return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[: 2 * _KEY_BYTES]

    def _chained(self, names: tuple[str, ...], meaning: str, texts: tuple[str, ...]) -> None:
        """Note that a declaration gave names a (further) meaning; the name begins what stands for it."""
        chain = self.chain
        for name in names:
            self.written.setdefault(name, []).append(texts)
            before = chain.get(name)
            after = meaning if before is None else sha256((before + meaning).encode()).hexdigest()[: 2 * _KEY_BYTES]
            chain[name] = f"{name}:{after}"

    # --- the key ------------------------------------------------------------------------------

    def _asked(self, start: int) -> _Asked | None:
        after = behind(self.parser.tokens, self.parser.close, start)
        if after < 0 or (self.changes and not self.changes.isdisjoint(range(start + 1, after + 1))):
            return None
        kinds, texts, places, _, _ = zip(*self.parser.tokens[start:after], strict=True)
        first = places[0]
        stop = max(map(add, places, map(len, texts)))
        file = self.parser.files.file_of(first)
        if file is None or min(places) != first or stop >> PLACE_BITS != first >> PLACE_BITS:
            return None  # of several files, or in another order than it is written
        base = file.base
        begin, end = first - base, stop - base
        known = self._known(texts)
        meaning = self._hash(kinds, texts, known, start, self._guarded(file, begin, end, kinds, texts, places))
        line = min(file.text.rfind("\n", 0, begin), file.original.rfind("\n", 0, begin)) + 1
        tags = self.parser.files.tags(first)
        near = nearby(tags, begin, end) if tags is not None and tags.starts else ()
        relative = [place - first for place in places]
        written = file.original[line:end]
        around = f"{meaning} {file.path!r} {file.system} {begin - line} {relative} {near} {len(written)}\0"
        total = sha256((around + written).encode("utf-8", "surrogatepass"))
        if near:
            total.update(file.text[line:end].encode("utf-8", "surrogatepass"))
        key = total.digest()[:_KEY_BYTES]
        return _Asked(after, texts, known, meaning, key, file, begin, end)

    def _guarded(
        self, file: SourceFile, begin: int, end: int, kinds: tuple[str, ...], texts: tuple[str, ...], places: Any
    ) -> tuple[int, ...]:
        """Return which names in an enum a sentinel macro guards."""
        spans = self.spans.get(file.path)
        if not spans or "enum" not in texts:
            return ()
        found = self.guarded.get(file.path)
        if found is None:
            ordered = sorted(spans)
            found = [s for s, _ in ordered], list(accumulate((e for _, e in ordered), max))
            self.guarded[file.path] = found
        before = bisect_left(found[0], end)
        if not before or found[1][before - 1] <= begin:
            return ()
        sentinel = self.parser.sentinel
        return tuple(at for at, place in enumerate(places) if kinds[at] == "i" and sentinel(place))

    # --- products -----------------------------------------------------------------------------

    def _product(self, asked: _Asked, names: tuple[str, ...], log: list[Entry | tuple[str, int]]) -> Product | None:
        """Return what was entered, None when it is more than a product can hold."""
        first, last = asked.file.line_of(asked.first), asked.file.line_of(asked.last)
        entries = [entry for entry in log if not isinstance(entry, tuple)]
        for entry in entries:
            for place in places(entry):
                if place.path != asked.file.path or not first <= place.line <= last:
                    return None
        enums = tuple(entry for entry in entries if isinstance(entry, Enum))
        constants = [(e.name, e.value) for enum in enums for e in enum.enumerators or ()]
        if constants != [entry for entry in log if isinstance(entry, tuple)]:
            return None
        return Product(
            first,
            names,
            tuple(entry for entry in entries if isinstance(entry, FunctionDecl)),
            enums,
            tuple(entry for entry in entries if isinstance(entry, Typedef)),
            tuple(entry for entry in entries if isinstance(entry, Record)),
            tuple(entry for entry in entries if isinstance(entry, Variable)),
        )

    def _replay(self, product: Product, down: int) -> None:
        """Enter what a declaration entered when it stood ``down`` lines higher."""
        tables = self.tables
        for entry in product.entries():
            tables.enter(moved(entry, down) if down else entry)
        for enum in product.enums:
            for enumerator in enum.enumerators or ():
                tables.constants[enumerator.name] = enumerator.value


def behind(tokens: list[Token], close: Mapping[int, int], at: int) -> int:
    """Return the token behind what looks like one declaration that closes every bracket, -1 for none.

    Whether it is one is known of those that were parsed: a declaration is read without a look
    at what follows it.
    """
    last = len(tokens) - 1
    first = at
    for _ in range(MAX_STEPS):
        if at >= last or at - first > MAX_TOKENS:
            break
        text = tokens[at][1]
        if text == ";":
            return at + 1
        if text in _BRACKETS:
            end = close.get(at)
            if end is None or text in _CLOSING:
                return -1
            if text == "{" and tokens[at - 1][1] == ")":
                return end + 1 if end - first < MAX_TOKENS else -1
            at = end
        at += 1
    return -1


_CLOSING = frozenset(")]}")
_BRACKETS = frozenset("([{") | _CLOSING


def nearby(tags: SinceTags, begin: int, end: int) -> tuple[object, ...]:
    """Return the since tags that a part of ``begin`` to ``end`` may take: inside, before it, behind it."""
    starts, ends = tags.starts, tags.ends
    first, behind_ = bisect_left(starts, begin), bisect_left(starts, end)
    inside = [(starts[at] - begin, ends[at] - begin, tags.tags[at]) for at in range(first, behind_)]
    before = tags.tags[first - 1] if first and tags.leads(first - 1, begin) else None
    after = None
    if behind_ < len(starts) and tags.trails(end, starts[behind_]):
        after = (starts[behind_] - begin, tags.tags[behind_])
    return (inside, before, after) if inside or before or after else ()
