"""Write out a document for a failure: the shortest way to it, and nothing that is not needed.

The document follows the path of the search from the root to the failing transition; what the failure does
not touch is filled with a small member that both sides have, so that one document shows one cause.
"""

from __future__ import annotations

import msgspec

from abidiff.markup import escape, quoteattr
from abidiff.surfaces.rng.decide.algebra import NONE, P
from abidiff.surfaces.rng.decide.members import DocumentElement, Members, Piece
from abidiff.surfaces.rng.decide.paths import Path, path_to, reach
from abidiff.surfaces.rng.decide.steps import Child, Edge, Failure, Kind, Others, Present, TextRead
from abidiff.surfaces.rng.values import languages, prefixes
from abidiff.surfaces.rng.values.languages import ANY, Lang

XML_NS = "http://www.w3.org/XML/1998/namespace"


class NoWitnessError(Exception):
    """No document could be built."""


class _Open(msgspec.Struct):
    name: tuple[str, str]
    letter: int
    piece: Piece = msgspec.field(default_factory=Piece)
    tail: tuple[P, P] | None = None


class Builder:
    """Builds documents over one inclusion question."""

    def __init__(self, members: Members) -> None:
        self.members = members
        self._claims: dict[int, DocumentElement] = {}

    def document(self, path: Path, failure: Failure) -> DocumentElement:
        """Return the document that dies at a failure.  Raises :class:`NoWitnessError`."""
        top = self._walk(path, failure)
        if len(top.children) != 1 or not isinstance(top.children[0], DocumentElement):
            raise NoWitnessError
        return top.children[0]

    def _walk(self, path: Path, failure: Failure) -> Piece:
        stack = [_Open(("", ""), -1)]
        for _, edge, down in path:
            if down:
                label = edge.label
                assert isinstance(label, Child)
                stack[-1].tail = (edge.target.p, edge.target.q)
                stack.append(_Open(label.names.sample(), label.letter))
            else:
                self._pass(stack[-1], edge)
        self._die(stack[-1], failure)
        while len(stack) > 1:
            done = stack.pop()
            stack[-1].piece.children.append(DocumentElement(done.name, done.letter, done.piece))
            tail = stack[-1].tail
            if tail is not None:
                stack[-1].piece.add(self._fill(*tail))
        return stack[0].piece

    def _pass(self, here: _Open, edge: Edge) -> None:
        label = edge.label
        if isinstance(label, Others):
            for p, q in label.pairs:
                here.piece.add(self._fill(p, q))
        elif isinstance(label, Present):
            here.piece.attrs.append((label.names, label.lang))
        elif isinstance(label, TextRead):
            here.piece.children.append(ANY)
        elif isinstance(label, Child):
            here.piece.children.append(self._passed(label))

    def _passed(self, label: Child) -> DocumentElement:
        """Return a child that the other side takes too."""
        if label.claim is not None:
            return self._of_claim(label)
        if label.below is None:
            return self.members.tree(label.letter, label.names)
        node = self.members.child(label.letter, label.names, label.against)
        if node is None:
            raise NoWitnessError
        return node

    def _of_claim(self, label: Child) -> DocumentElement:
        """Return a child that is of none of the claim's letters: it dies at one of the claim's failures."""
        claim = label.claim
        assert claim is not None
        known = self._claims.get(claim.number)
        if known is not None:
            return known
        before = reach(claim)
        for state in before:
            for failure in state.failures:
                if failure.kind is Kind.UNDECIDED:
                    continue
                try:
                    piece = self._walk(path_to(before, state), failure)
                except (NoWitnessError, RecursionError):
                    continue
                node = DocumentElement(label.names.sample(), label.letter, piece)
                self._claims[claim.number] = node
                return node
        raise NoWitnessError

    def _fill(self, p: P, q: P) -> Piece:
        if p is NONE:
            raise NoWitnessError
        found = self.members.both(p, q) if q is not NONE else None
        return self.members.least(p) if found is None else found

    def _die(self, here: _Open, failure: Failure) -> None:
        piece = here.piece
        kind = failure.kind
        if kind in (Kind.ATTRIBUTE_REMOVED, Kind.ATTRIBUTE_VALUE):
            piece.attrs.append((failure.names, failure.lang))
            piece.add(self._fill(failure.p, failure.q))
        elif kind is Kind.TEXT_VALUE:
            piece.children.append(failure.lang)
        elif kind is Kind.TEXT_FORBIDDEN:
            piece.children.append(failure.lang)
            if failure.p is not NONE:
                piece.add(self._fill(failure.p, failure.q))
        elif failure.letter >= 0:
            piece.children.append(self.members.tree(failure.letter, failure.names))
            piece.add(self._fill(failure.p, failure.q))
        elif failure.p is not NONE:
            piece.add(self._fill(failure.p, failure.q))
        else:
            raise NoWitnessError


# Text of a document


class _Writer:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ids = 0

    def value(self, lang: Lang, tag: _Tag, *, text: bool) -> str:
        """Return a text of a language; the namespaces that it needs are declared by the tag around it."""
        if lang.any:
            return "text" if text else ""
        key = _identity(lang)
        if key == "ID":
            self.ids += 1
            return f"id{self.ids}"
        if key == "IDREF":
            return "id1"
        found = languages.example(lang)
        if not isinstance(found, str):
            raise NoWitnessError
        qname = languages.qname_of(lang, found)
        return found if qname is None else tag.qname(found, *qname)

    def element(self, node: DocumentElement, depth: int, scope: dict[str, str]) -> None:
        pad = "  " * depth
        tag = _Tag(scope)
        name = tag.element(*node.name)
        attrs: list[str] = []
        used: set[tuple[str, str]] = set()
        for names, lang in node.content.attrs:
            one = names.sample({taken for _, taken in used})
            used.add(one)
            attrs.append(f" {tag.attribute(*one)}={quoteattr(self.value(lang, tag, text=False))}")
        children = node.content.children
        texts = [_text(self.value(one, tag, text=True)) for one in children if not isinstance(one, DocumentElement)]
        head = f"{pad}<{name}{''.join(tag.declared)}{''.join(attrs)}"
        if not children:
            self.lines.append(head + "/>")
        elif texts:
            inner = _Writer()
            inner.ids = self.ids
            parts, text = [], iter(texts)
            for child in children:
                if isinstance(child, DocumentElement):
                    inner.lines = []
                    inner.element(child, 0, tag.scope)
                    parts.append("".join(line.strip() for line in inner.lines))
                else:
                    parts.append(next(text))
            self.ids = inner.ids
            self.lines.append(f"{head}>{''.join(parts)}</{name}>")
        else:
            self.lines.append(head + ">")
            for child in children:
                assert isinstance(child, DocumentElement)
                self.element(child, depth + 1, tag.scope)
            self.lines.append(f"{pad}</{name}>")


class _Tag:
    """The namespaces in scope at a start tag, and those that it declares."""

    def __init__(self, around: dict[str, str]) -> None:
        self.scope = dict(around)
        self.declared: list[str] = []

    def _declare(self, prefix: str, ns: str) -> None:
        self.scope[prefix] = ns
        self.declared.append(f" xmlns{':' if prefix else ''}{prefix}={quoteattr(ns)}")

    def _bound(self, ns: str) -> str:
        return next((prefix for prefix, uri in self.scope.items() if prefix and uri == ns), "")

    def element(self, ns: str, local: str) -> str:
        """Return an element's name.

        The root's namespace becomes the default one; one inside an element without namespace has a prefix, by custom.
        """
        if ns == XML_NS:
            return f"xml:{local}"
        default = self.scope.get("", "")
        bound = self._bound(ns) if ns else ""
        if default == ns:
            return local
        if bound:
            return f"{bound}:{local}"
        if ns and not default:
            return f"{self._prefix(ns)}:{local}"
        self._declare("", ns)
        return local

    def attribute(self, ns: str, local: str) -> str:
        """Return an attribute's name."""
        if ns == XML_NS:
            return f"xml:{local}"
        return f"{self._prefix(ns)}:{local}" if ns else local

    def _prefix(self, ns: str) -> str:
        found = self._bound(ns)
        if not found:
            found = prefixes.free(ns, self.scope)
            self._declare(found, ns)
        return found

    def qname(self, text: str, ns: str | None, local: str) -> str:
        """Return the text of a QName; ``ns`` None: whatever its prefix stands for."""
        if ns is None:
            prefix = text.strip().partition(":")[0] if ":" in text else ""
            if prefix and prefix not in self.scope and prefix != "xml":
                self._declare(prefix, f"urn:{prefix}")
            return text
        if ns:
            return f"{self._prefix(ns)}:{local}"
        if self.scope.get("", ""):
            raise NoWitnessError
        return local


def _identity(lang: Lang) -> str:
    if len(lang.atoms) == 1 and not lang.tokens and not lang.exact:
        key = next(iter(lang.atoms)).key
        if key[0] == "data" and key[2] in ("ID", "IDREF", "IDREFS"):
            return "ID" if key[2] == "ID" else "IDREF"
    return ""


def _text(value: str) -> str:
    return escape(value).replace("\r", "&#13;")


def to_xml(node: DocumentElement) -> bytes:
    """Write a document.  Raises :class:`NoWitnessError` when a value could not be found."""
    writer = _Writer()
    writer.element(node, 0, {})
    return ("\n".join(writer.lines) + "\n").encode("utf-8", "surrogateescape")
