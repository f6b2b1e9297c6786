"""RELAX NG's XML syntax (section 3) to raw patterns (sections 4.1 to 4.16), file by file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from abidiff.location import Location
from abidiff.surfaces.rng.names import NameClass
from abidiff.surfaces.rng.read.library import Read, SchemaFiles
from abidiff.surfaces.rng.read.load import RNG
from abidiff.surfaces.rng.read.nameclasses import NameReader
from abidiff.surfaces.rng.read.raw import IMPLIED, START, Component, GrammarFile, Include, Kind, Raw, Uses
from abidiff.surfaces.rng.read.reader import PREFIX, WS, Here, SchemaElement

COMPATIBILITY = "http://relaxng.org/ns/compatibility/annotations/1.0"
DEFAULT_VALUE = f"{{{COMPATIBILITY}}}defaultValue"

_OURS = frozenset((RNG, COMPATIBILITY))  # namespaces that no document has

# 4.12: these hold a group of their children when there are several.
_CONTAINERS: dict[str, Kind] = {
    "group": "group",
    "interleave": "interleave",
    "choice": "choice",
    "optional": "group",
    "zeroOrMore": "group",
    "oneOrMore": "group",
    "list": "group",
    "mixed": "group",
}
_LEAVES: dict[str, Kind] = {"empty": "empty", "text": "text", "notAllowed": "notAllowed"}


class SchemaReader(NameReader):
    """The patterns and grammars of one file."""

    def __init__(self, library: SchemaFiles, path: str) -> None:
        super().__init__(library.files, path)
        self.library = library
        self.uses = Uses()
        self.direct = True
        self.made_of = {path}
        self.alone: GrammarFile | None = None
        self.prefixes: tuple[tuple[str, str], ...] = ()
        self._grammars = 0
        self._linked = False  # by externalRef or parentRef

    def file(self, ns: str) -> Read:
        """Read the whole file: its root is a pattern."""
        root = self.files.root(self.path)
        if not root.tag.startswith(PREFIX):
            local = root.tag.rpartition("}")[2]
            self.fail(
                root,
                f"not a RELAX NG schema: the root element is '{local}'",
                hint=f'the root has to be in the namespace "{RNG}"',
            )
        declared = sorted((prefix, uri) for prefix, uri in root.nsmap.items() if prefix and uri not in _OURS)
        self.prefixes = tuple((uri, prefix) for prefix, uri in declared)
        self.library.declare(self.prefixes)
        found = self.pattern(root, Here(ns, ""))
        if self._grammars != 1 or self._linked or root.tag != f"{PREFIX}grammar":
            self.alone = None
        return found, self.uses, frozenset(self.made_of)

    # -- patterns

    def pattern(self, xml: Any, around: Here) -> Raw:
        """Read a pattern (section 3, production ``pattern``)."""
        node = self.node(xml, around)
        read = _PATTERNS.get(node.local)
        if read is None:
            self.fail(xml, f"<{node.local}> is not allowed here")
        return read(self, node)

    def _many(self, node: SchemaElement, children: list[Any], kind: Kind, place: Location) -> Raw:
        """Read one or more patterns (4.12)."""
        if not children:
            self.fail(node.xml, f"<{node.local}> needs a pattern in it")
        here = node.here
        parts = tuple([self.pattern(child, here) for child in children])
        implied = IMPLIED if kind == "group" and node.local != "group" else None
        return parts[0] if len(parts) == 1 else Raw(kind, place, parts, text=implied)

    def _container(self, node: SchemaElement) -> Raw:
        """4.13 to 4.15: mixed, optional and zeroOrMore are written with the others."""
        place = self.place(node.xml)
        body = self._many(node, self.children(node.xml), _CONTAINERS[node.local], place)
        match node.local:
            case "optional":
                return Raw("choice", place, (body, Raw("empty", place)))
            case "zeroOrMore":
                return Raw("choice", place, (Raw("oneOrMore", place, (body,)), Raw("empty", place)))
            case "oneOrMore":
                return Raw("oneOrMore", place, (body,))
            case "list":
                return Raw("list", place, (body,))
            case "mixed":
                return Raw("interleave", place, (body, Raw("text", place)))
        return body

    def _leaf(self, node: SchemaElement) -> Raw:
        self.childless(node)
        return Raw(_LEAVES[node.local], self.place(node.xml))

    def _element(self, node: SchemaElement) -> Raw:
        children = self.children(node.xml)
        if "name" in node.own:
            names: NameClass = self.qname(node.xml, node.own["name"], node.here.ns)
        else:
            names = self.first_name_class(node, children)
            children = children[1:]
        direct, self.direct = self.direct, False
        place = self.place(node.xml)
        body = self._many(node, children, "group", place)
        self.direct = direct
        return Raw("element", place, (body,), names)

    def _attribute(self, node: SchemaElement) -> Raw:
        children = self.children(node.xml)
        if "name" in node.own:
            # 4.8: a name attribute without ns attribute means no namespace, not the inherited one.
            names: NameClass = self.qname(node.xml, node.own["name"], node.own.get("ns", ""))
        else:
            names = self.first_name_class(node, children)
            children = children[1:]
        self.not_xmlns(node.xml, names)
        if len(children) > 1:
            self.fail(children[1], "<attribute> has more than one pattern", hint="put them into a <group>")
        place = self.place(node.xml)
        body = self.pattern(children[0], node.here) if children else Raw("text", place)
        return Raw("attribute", place, (body,), names, node.xml.get(DEFAULT_VALUE))

    def _ref(self, node: SchemaElement) -> Raw:
        name = self.ncname(node)
        self.childless(node)
        place = self.place(node.xml)
        self._linked = self._linked or node.local == "parentRef"
        self.uses.add(name, place, self.direct, parent=node.local == "parentRef")
        return Raw("parentRef" if node.local == "parentRef" else "ref", place, text=name)

    def _value(self, node: SchemaElement) -> Raw:
        place, text = self.place(node.xml), self.content(node)
        if "type" not in node.own:
            return Raw("value", place, text=text, datatype=("", "token"))
        datatype = (node.here.library, self.ncname(node, "type"))
        if wrong := self.library.wrong_type(*datatype, ()):
            self.fail(node.xml, wrong, mark="type")
        context: tuple[tuple[str, str], ...] = ()
        if datatype[1] in ("QName", "NOTATION"):
            prefixes = {prefix: uri for prefix, uri in node.xml.nsmap.items() if prefix}
            context = tuple(sorted({**prefixes, "": node.here.ns}.items()))
        return Raw("value", place, text=text, datatype=datatype, params=context)

    def _data(self, node: SchemaElement) -> Raw:
        datatype = (node.here.library, self.ncname(node, "type"))
        if wrong := self.library.wrong_type(*datatype, ()):
            self.fail(node.xml, wrong, mark="type")
        params: list[tuple[str, str]] = []
        parts: tuple[Raw, ...] = ()
        for child in self.nodes(node.xml, node.here):
            if child.local == "param" and not parts:
                params.append((self.ncname(child), self.content(child)))
                if wrong := self.library.wrong_type(*datatype, tuple(params)):
                    self.fail(child.xml, wrong)
            elif child.local == "except" and not parts:
                inner = self.children(child.xml)
                parts = (self._many(child, inner, "choice", self.place(child.xml)),)
            else:
                self.fail(child.xml, f"<{child.local}> is not allowed here")
        return Raw("data", self.place(node.xml), parts, datatype=datatype, params=tuple(params))

    def _external(self, node: SchemaElement) -> Raw:
        """4.6: the pattern of the file stands in the place of the externalRef."""
        self.childless(node)
        self._linked = True
        path = self.library.enter(node.xml, self.place(node.xml), self.required(node, "href"))
        raw, uses, made_of = self.library.pattern(path, node.here.ns)
        self.uses.merge(uses, self.direct)
        self.made_of |= made_of
        return raw

    # -- grammars

    def _grammar(self, node: SchemaElement) -> Raw:
        self._grammars += 1
        direct, self.direct = self.direct, True
        content = tuple(self._grammar_content(node, included=False))
        self.direct = direct
        self.alone = GrammarFile(self.place(node.xml), content, self.prefixes)
        return self.library.grammar(content, self.place(node.xml), self.uses, direct=direct)

    def _grammar_content(self, node: SchemaElement, *, included: bool) -> list[Component | Include]:
        """Read start, define, div (4.11) and, unless in an include, include."""
        components: list[Component | Include] = []
        for child in self.nodes(node.xml, node.here):
            if child.local in ("start", "define"):
                components.append(self._component(child))
            elif child.local == "div":
                components += self._grammar_content(child, included=included)
            elif child.local == "include" and not included:
                components.append(self._include(child))
            else:
                self.fail(child.xml, f"<{child.local}> is not allowed here")
        return components

    def _component(self, node: SchemaElement) -> Component:
        combine = node.own.get("combine", "").strip(WS)
        if "combine" in node.own and combine not in ("choice", "interleave"):
            self.fail(node.xml, "combine has to be 'choice' or 'interleave'", mark="combine")
        name = self.ncname(node) if node.local == "define" else START
        outer, self.uses = self.uses, Uses()
        children = self.children(node.xml)
        if node.local == "start" and len(children) > 1:
            self.fail(children[1], "<start> has more than one pattern", hint="put them into a <choice>")
        place = self.place(node.xml)
        body = self._many(node, children, "group", place)
        uses, self.uses = self.uses, outer
        return Component(name, combine, body, place, uses)

    def _include(self, node: SchemaElement) -> Include:
        """4.7: the grammar of the file, without what the include overrides, and the overrides."""
        path = self.library.enter(node.xml, self.place(node.xml), self.required(node, "href"))
        own = [one for one in self._grammar_content(node, included=True) if isinstance(one, Component)]
        raw, _, made_of = self.library.pattern(path, node.here.ns)
        self.made_of |= made_of
        if raw.grammar is None or raw.location.path != path:
            self.fail(node.xml, "an included file has to be a grammar (4.7)", mark="href")
        there = {component.name for component in raw.grammar.components}
        overridden = {override.name: override for override in own}
        for name, override in overridden.items():
            if name not in there:
                what = f"define '{name}'" if name else "start"
                self.files.fail(
                    f"{what} overrides nothing: {path} has none (4.7)",
                    override.location,
                    hint="put it outside of the include",
                )
        return Include(path, node.here.ns, tuple(own))


_PATTERNS: dict[str, Callable[[SchemaReader, SchemaElement], Raw]] = {
    **dict.fromkeys(_CONTAINERS, SchemaReader._container),
    **dict.fromkeys(_LEAVES, SchemaReader._leaf),
    "element": SchemaReader._element,
    "attribute": SchemaReader._attribute,
    "ref": SchemaReader._ref,
    "parentRef": SchemaReader._ref,
    "value": SchemaReader._value,
    "data": SchemaReader._data,
    "externalRef": SchemaReader._external,
    "grammar": SchemaReader._grammar,
}


def read_file(library: SchemaFiles, path: str, ns: str) -> tuple[Read, GrammarFile | None]:
    """Return what a file is in a namespace, and its own grammar where that can be kept."""
    reader = SchemaReader(library, path)
    return reader.file(ns), reader.alone
