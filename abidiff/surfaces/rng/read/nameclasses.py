"""Name classes as written in a schema file (sections 3, 4.8 to 4.10 and 4.16)."""

from __future__ import annotations

from typing import Any

from abidiff.surfaces.rng.names import AnyName, Name, NameChoice, NameClass, NsName, name_choice
from abidiff.surfaces.rng.read.load import XML
from abidiff.surfaces.rng.read.reader import WS, FileReader, SchemaElement, is_ncname

XMLNS = "http://www.w3.org/2000/xmlns"
_NAME_CLASSES = frozenset(("name", "anyName", "nsName", "choice"))


class NameReader(FileReader):
    """Reads the name classes of a file."""

    def first_name_class(self, node: SchemaElement, children: list[Any]) -> NameClass:
        """Read the name class that an element or attribute without name attribute begins with."""
        if not children or children[0].tag.rpartition("}")[2] not in _NAME_CLASSES:
            self.fail(node.xml, f"<{node.local}> needs a name", hint='name="..." or a name class first')
        return self.name_class(self.node(children[0], node.here), "")

    def name_class(self, node: SchemaElement, inside: str) -> NameClass:
        """Read a name class; ``inside``: the anyName or nsName whose except it stands in (4.16)."""
        if node.local not in _NAME_CLASSES:
            self.fail(node.xml, f"<{node.local}> is not a name class")
        if node.local == "name":
            return self.qname(node.xml, self.content(node), node.here.ns)
        children = self.nodes(node.xml, node.here)
        if node.local == "choice":
            if not children:
                self.fail(node.xml, "<choice> needs a name class in it")
            return name_choice([self.name_class(child, inside) for child in children])
        if inside == "nsName" or (inside == "anyName" and node.local == "anyName"):
            self.fail(node.xml, f"<{node.local}> is not allowed in the <except> of <{inside}> (4.16)")
        excepted = self._except(node, children)
        return AnyName(excepted) if node.local == "anyName" else NsName(node.here.ns, excepted)

    def _except(self, node: SchemaElement, children: list[SchemaElement]) -> NameClass | None:
        if not children:
            return None
        if len(children) > 1 or children[0].local != "except":
            self.fail(children[-1].xml, f"<{node.local}> can have one <except> only")
        inner = self.nodes(children[0].xml, children[0].here)
        if not inner:
            self.fail(children[0].xml, "<except> needs a name class in it")
        return name_choice([self.name_class(child, node.local) for child in inner])

    def qname(self, xml: Any, text: str, ns: str) -> Name:
        """Read a name with or without prefix (4.10)."""
        text = text.strip(WS)
        prefix, colon, local = text.rpartition(":")
        if not is_ncname(local) or (colon and not is_ncname(prefix)):
            self.fail(xml, f"'{text}' is not a name", mark=text)
        if not colon:
            return Name(ns, local)
        found = XML if prefix == "xml" else xml.nsmap.get(prefix)
        if not found:
            self.fail(xml, f"the prefix '{prefix}' is not declared", mark=text)
        return Name(found, local)

    def not_xmlns(self, xml: Any, names: NameClass) -> None:
        """4.16: namespace declarations are no attributes."""
        stack: list[NameClass] = [names]
        while stack:
            one = stack.pop()
            if isinstance(one, NameChoice):
                stack += one.parts
                continue
            if isinstance(one, Name):
                bad = one.ns == XMLNS or (one.ns == "" and one.local == "xmlns")
            else:
                bad = isinstance(one, NsName) and one.ns == XMLNS
                stack += [one.except_] if one.except_ else []
            if bad:
                self.fail(xml, "an attribute can't be a namespace declaration (4.16)", mark="xmlns")
