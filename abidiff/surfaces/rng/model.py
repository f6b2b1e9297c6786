"""RELAX NG schemas in simplified form (specification, section 4): one flat table of nodes a release.

``Schemas.nodes`` holds every pattern once; patterns name their parts by index
(parts stand before the pattern that has them).  Elements have a table of their
own and are reached by :class:`Ref` only, so recursion goes through elements and
the depth of a node is bounded (limit schema-nesting).  The top-level schemas of a
release share both tables.

Normalised (sections 4.12 to 4.21): ``choice``, ``group`` and ``interleave`` have two
or more parts and are flat; a choice has no duplicates, no ``notAllowed``, and at
most one ``empty``, which stands first; ``group`` and ``interleave`` have no ``empty``
and no ``notAllowed``; ``optional`` is a choice with ``empty``, ``zeroOrMore`` one of
``empty`` and ``oneOrMore``, ``mixed`` an interleave with ``text``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from abidiff.finding import Problem
from abidiff.location import Location
from abidiff.surfaces.rng.names import NameClass


class NotAllowed(msgspec.Struct, frozen=True, tag="notAllowed", array_like=True):
    """Matches nothing.  Only as a start, an element's or attribute's content, or a data's except."""


class Empty(msgspec.Struct, frozen=True, tag="empty", array_like=True):
    """Matches the empty sequence (and white space)."""


class Text(msgspec.Struct, frozen=True, tag="text", array_like=True):
    """Matches any text, and none."""


class Choice(msgspec.Struct, frozen=True, tag="choice", array_like=True):
    """Either of the parts; node 1 (:data:`EMPTY`), if among them, is the first."""

    parts: tuple[int, ...]


class Interleave(msgspec.Struct, frozen=True, tag="interleave", array_like=True):
    """The parts, in any order, mixed."""

    parts: tuple[int, ...]


class Group(msgspec.Struct, frozen=True, tag="group", array_like=True):
    """The parts, one after the other."""

    parts: tuple[int, ...]


class OneOrMore(msgspec.Struct, frozen=True, tag="oneOrMore", array_like=True):
    """The body, once or more often."""

    body: int


class List(msgspec.Struct, frozen=True, tag="list", array_like=True):
    """The body, matched against the text's tokens."""

    body: int


class Data(msgspec.Struct, frozen=True, tag="data", array_like=True):
    """Text of a datatype; ``except_`` is a node (choice of data and value) or -1.

    ``library`` is the datatype library's URI, empty for the built-in types ``string`` and ``token``.
    """

    library: str
    datatype: str
    params: tuple[tuple[str, str], ...]
    except_: int
    location: Location


class Value(msgspec.Struct, frozen=True, tag="value", array_like=True):
    """Text that is equal to ``text`` as the datatype sees it.

    ``context`` is what ``text`` needs to be read when the type depends on namespaces
    (QName, NOTATION): prefix → URI, the empty prefix being the ``ns`` in force.
    """

    library: str
    datatype: str
    text: str
    context: tuple[tuple[str, str], ...]
    location: Location


class Attribute(msgspec.Struct, frozen=True, tag="attribute", array_like=True):
    """An attribute; ``default`` is its ``a:defaultValue`` (RELAX NG DTD Compatibility, section 2)."""

    name: NameClass
    content: int
    location: Location
    default: str | None = None


class Ref(msgspec.Struct, frozen=True, tag="ref", array_like=True):
    """An element, by its index in ``Schemas.elements``."""

    element: int


Node: TypeAlias = (
    NotAllowed | Empty | Text | Choice | Interleave | Group | OneOrMore | List | Data | Value | Attribute | Ref
)

NOT_ALLOWED = 0
"""Index of the one :class:`NotAllowed` of every table."""
EMPTY = 1
"""Index of the one :class:`Empty`."""
TEXT = 2
"""Index of the one :class:`Text`."""


class Element(msgspec.Struct, frozen=True, array_like=True):
    """An element pattern; ``define`` is the name of the define that it stands in (or empty)."""

    id: int
    name: NameClass
    content: int
    location: Location
    define: str = ""


class Schema(msgspec.Struct, frozen=True):
    """One top-level schema.

    ``name``             the unit's name, which pairs it with the other release: ``domain.rng``.
    ``path``             its file.
    ``tier``             the promise it stands under.
    ``direction``        ``input``, ``output`` or ``both``.
    ``start``            the node that the root element has to match.
    ``elements``         the elements reachable from the start, in ascending order.
    ``free_namespaces``  namespaces that carry no promise: (short name, URI), sorted.
    ``files``            every file that it is made of.
    """

    name: str
    path: str
    tier: str
    direction: str
    start: int
    elements: tuple[int, ...]
    free_namespaces: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()


DEFINE = "define"
"""The kind of an outline's part that is a whole define (or start), all its components together."""


class Outline(msgspec.Struct, frozen=True, array_like=True):
    """The patterns as they were written, by number: what a place in the simplified form comes from.

    ``kinds``    names of patterns (``element``, ``optional``, ``ref``, ...) or :data:`DEFINE`.
    ``lines``    where each stands, in ``paths[files[number]]``.
    ``ups``      the part around it, -1 for a define.
    ``targets``  what a reference leads to, -1 for what is none.
    ``names``    names of an element, attribute or define, a reference's name, a value's text, a datatype.
    """

    kinds: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    files: tuple[int, ...] = ()
    ups: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Schemas(msgspec.Struct, frozen=True):
    """All the schemas of one release.  A schema with a problem is not in ``schemas``.

    ``prefixes`` are the namespaces that the files declare, with the prefix for each.
    """

    nodes: tuple[Node, ...]
    elements: tuple[Element, ...]
    schemas: tuple[Schema, ...]
    problems: tuple[Problem, ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()
    outline: Outline = Outline()

    def schema(self, name: str) -> Schema | None:
        """Return the schema of that name, if there is one."""
        return next((schema for schema in self.schemas if schema.name == name), None)


def children(node: Node) -> tuple[int, ...]:
    """Return the indexes of a node's parts (not what a :class:`Ref` reaches)."""
    kind = type(node)
    if kind is Choice or kind is Group or kind is Interleave:
        return node.parts  # type: ignore[union-attr]
    if kind is Attribute:
        return (node.content,)  # type: ignore[union-attr]
    if kind is OneOrMore or kind is List:
        return (node.body,)  # type: ignore[union-attr]
    if kind is Data and node.except_ >= 0:  # type: ignore[union-attr]
        return (node.except_,)  # type: ignore[union-attr]
    return ()


def unsound(model: Schemas) -> str:
    """Return what in a model that was not made here names nothing or can not be; empty when all is right."""
    nodes, elements = model.nodes, model.elements
    if not _whole(model.outline):
        return "the outline has parts that name nothing"
    if not nodes:
        return "" if not elements and not model.schemas else "there are no nodes"
    if [type(node) for node in nodes[:3]] != [NotAllowed, Empty, Text][: len(nodes)]:
        return "the first nodes are not those of every table"
    for index, node in enumerate(nodes):
        if not all(0 <= part < index for part in children(node)):
            return f"node {index} has a part that does not stand before it"
        if type(node) is Ref and not 0 <= node.element < len(elements):
            return f"node {index} names element {node.element}, which is not there"
    for index, element in enumerate(elements):
        if element.id != index or not 0 <= element.content < len(nodes):
            return f"element {index} has no such content or number"
    for schema in model.schemas:
        if not 0 <= schema.start < len(nodes) or set(schema.elements) != _reachable(model, schema.start):
            return f"{schema.name}: its elements are not those that its start reaches"
    return ""


def _whole(outline: Outline) -> bool:
    """Tell whether every number in an outline is that of a part or a path; each part stands behind the one around."""
    count, paths = len(outline.kinds), len(outline.paths)
    columns = (outline.lines, outline.files, outline.ups, outline.targets, outline.names)
    return (
        all(len(column) == count for column in columns)
        and all(0 <= file < paths for file in outline.files)
        and all(-1 <= up < part for part, up in enumerate(outline.ups))
        and all(-1 <= target < count for target in outline.targets)
    )


def _reachable(model: Schemas, start: int) -> set[int]:
    seen, found, stack = {start}, set(), [start]
    while stack:
        node = model.nodes[stack.pop()]
        below = children(node)
        if type(node) is Ref:
            found.add(node.element)
            below = (model.elements[node.element].content,)
        for part in below:
            if part not in seen:
                seen.add(part)
                stack.append(part)
    return found


def census(model: Schemas) -> Mapping[str, int]:
    """Count what was looked at."""
    return {
        "schemas": len(model.schemas),
        "elements": len(model.elements),
        "attributes": sum(isinstance(node, Attribute) for node in model.nodes),
        "values": sum(isinstance(node, Value | Data) for node in model.nodes),
    }
