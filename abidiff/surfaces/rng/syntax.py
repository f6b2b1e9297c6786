"""RELAX NG's XML syntax (section 3) to raw patterns (sections 4.1 to 4.16), file by file."""

from __future__ import annotations

import re
from typing import NoReturn

from lxml import etree

from abidiff.location import Location
from abidiff.surfaces.rng.load import RNG, Files
from abidiff.surfaces.rng.names import AnyName, Name, NameClass, NsName, name_choice
from abidiff.surfaces.rng.raw import START, Component, Grammar, Kind, Raw, Uses

COMPATIBILITY = "http://relaxng.org/ns/compatibility/annotations/1.0"
DEFAULT_VALUE = f"{{{COMPATIBILITY}}}defaultValue"
XMLNS = "http://www.w3.org/2000/xmlns"
MAX_FILES_DEEP = 60
"""Longest chain of files that include each other."""

WS = " \t\r\n"
_ASCII_NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^#]")

_PREFIX = f"{{{RNG}}}"
_ATTRIBUTES: dict[str, frozenset[str]] = {
    name: frozenset(attributes.split())
    for name, attributes in {
        "element": "name",
        "attribute": "name",
        "group": "",
        "interleave": "",
        "choice": "",
        "optional": "",
        "zeroOrMore": "",
        "oneOrMore": "",
        "list": "",
        "mixed": "",
        "ref": "name",
        "parentRef": "name",
        "empty": "",
        "value": "type",
        "data": "type",
        "notAllowed": "",
        "text": "",
        "externalRef": "href",
        "grammar": "",
        "param": "name",
        "except": "",
        "start": "combine",
        "define": "name combine",
        "div": "",
        "include": "href",
        "name": "",
        "anyName": "",
        "nsName": "",
    }.items()
}
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
_NAME_CLASSES = frozenset(("name", "anyName", "nsName", "choice"))


def is_ncname(text: str) -> bool:
    """Whether a text is a name without colon, by the XML 1.0 that the specification refers to.

    Later editions allow more characters; the standard library's expat keeps to the earlier tables.
    """
    if text.isascii():
        return _ASCII_NCNAME.fullmatch(text) is not None
    if not re.fullmatch(r"[^\s<>/:=&\"']+", text) or len(text) > 1000:
        return False
    from xml.parsers import expat

    try:
        expat.ParserCreate("utf-8").Parse(f"<{text}/>".encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return True


class Library:
    """Every file that was read, once for each namespace that it can inherit."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._read: dict[tuple[str, str], tuple[Raw, Uses, frozenset[str]]] = {}
        self._open: list[str] = []
        self._types: dict[tuple[str, str, tuple[tuple[str, str], ...]], str | None] = {}

    def wrong_type(self, library: str, name: str, params: tuple[tuple[str, str], ...]) -> str | None:
        """Say what is wrong with a datatype and its parameters (4.16), or None."""
        from abidiff.surfaces.rng.datatypes import known

        key = (library, name, params)
        if key not in self._types:
            self._types[key] = known(library, name, params)
        return self._types[key]

    def pattern(self, path: str, ns: str = "") -> tuple[Raw, Uses, frozenset[str]]:
        """Return the pattern of a file, what it uses of the grammar around it, and the files it is made of."""
        found = self._read.get((path, ns))
        if found is None:
            self._open.append(path)
            try:
                found = self._read[path, ns] = Reader(self, path).file(ns)
            finally:
                self._open.pop()
        return found

    def enter(self, element: etree._Element, location: Location, href: str) -> str:
        """Resolve the href of an include or externalRef; refuses loops."""
        path = self.files.resolve(element, href, location)
        if path in self._open:
            chain = " → ".join([*self._open[self._open.index(path) :], path])
            self.files.fail(f"files include each other: {chain}", location, mark="href")
        if len(self._open) >= MAX_FILES_DEEP:
            self.files.fail(f"more than {MAX_FILES_DEEP} files include each other in a chain", location)
        return path


class Reader:
    """One file."""

    def __init__(self, library: Library, path: str) -> None:
        self.library = library
        self.path = path
        self.uses = Uses()
        self.direct = True
        self.made_of = {path}

    def file(self, ns: str) -> tuple[Raw, Uses, frozenset[str]]:
        """Read the whole file: its root is a pattern."""
        root = self.library.files.root(self.path)
        if not isinstance(root.tag, str) or not root.tag.startswith(_PREFIX):
            self.fail(
                root,
                f"not a RELAX NG schema: the root element is '{etree.QName(root).localname}'",
                hint=f'the root has to be in the namespace "{RNG}"',
            )
        return self.pattern(root, ns, ""), self.uses, frozenset(self.made_of)

    # -- places and errors

    def place(self, element: etree._Element) -> Location:
        return Location(self.path, element.sourceline or 0)

    def fail(self, element: etree._Element, message: str, mark: str = "", hint: str = "") -> NoReturn:
        if not mark and isinstance(element.tag, str):
            mark = "<" + (f"{element.prefix}:" if element.prefix else "") + element.tag.rpartition("}")[2]
        self.library.files.fail(message, self.place(element), mark=mark, hint=hint)

    # -- what every element has

    def attributes(self, element: etree._Element, local: str) -> dict[str, str]:
        """Return the attributes without namespace, checked; foreign ones are dropped (4.1)."""
        allowed = _ATTRIBUTES[local]
        found: dict[str, str] = {}
        for key, value in element.attrib.items():
            name = str(key)
            if name[0] == "{":
                if name.startswith(_PREFIX):
                    self.fail(element, f"attribute '{name[len(_PREFIX) :]}' must have no namespace")
            elif name in allowed or name == "ns" or name == "datatypeLibrary":
                found[name] = str(value)
            else:
                self.fail(element, f"<{local}> has no attribute '{name}'", mark=f" {name}")
        return found

    def children(self, element: etree._Element) -> list[etree._Element]:
        """Return the child elements of RELAX NG's namespace; foreign ones are dropped (4.1)."""
        if element.text and element.text.strip(WS):
            self.fail(element, "text is not allowed here", mark=element.text.strip(WS)[:20].split("\n")[0])
        found = []
        for child in element:
            if not isinstance(child.tag, str):
                self.fail(element, "entity references are not expanded", hint="write the text out")
            if child.tag.startswith(_PREFIX):
                found.append(child)
            if child.tail and child.tail.strip(WS):
                self.fail(child, "text is not allowed here", mark=child.tail.strip(WS)[:20].split("\n")[0])
        return found

    def content(self, element: etree._Element) -> str:
        """Return the text of a ``name``, ``value`` or ``param``."""
        for child in element:
            self.fail(
                element,
                f"<{self.local(element)}> holds text only"
                if isinstance(child.tag, str)
                else "entity references are not expanded",
            )
        return element.text or ""

    def local(self, element: etree._Element) -> str:
        return str(element.tag)[len(_PREFIX) :]

    def inherited(self, element: etree._Element, found: dict[str, str], library: str) -> str:
        """Return the datatypeLibrary in force (4.3)."""
        own = found.get("datatypeLibrary")
        if own is None:
            return library
        if own and (not _SCHEME.match(own) or "#" in own or re.search(r"%(?![0-9A-Fa-f]{2})", own)):
            self.fail(
                element,
                f"datatypeLibrary '{own}' is not an absolute URI without fragment",
                mark="datatypeLibrary",
            )
        return own

    def required(self, element: etree._Element, found: dict[str, str], name: str) -> str:
        value = found.get(name)
        if value is None:
            self.fail(element, f"<{self.local(element)}> needs the attribute '{name}'")
        return value if name == "href" else value.strip(WS)

    def ncname(self, element: etree._Element, found: dict[str, str]) -> str:
        name = self.required(element, found, "name")
        if not is_ncname(name):
            self.fail(element, f"'{name}' is not a name without colon", mark="name")
        return name

    # -- patterns

    def pattern(self, element: etree._Element, ns: str, library: str) -> Raw:
        """Read a pattern (section 3, production ``pattern``)."""
        local = str(element.tag)[len(_PREFIX) :]
        container = _CONTAINERS.get(local)
        if container is None and local not in _PATTERNS:
            self.fail(
                element,
                f"<{local}> is not allowed here" if local in _ATTRIBUTES else f"RELAX NG has no element <{local}>",
            )
        found = self.attributes(element, local) if element.attrib else {}
        ns = found.get("ns", ns)
        if "datatypeLibrary" in found:
            library = self.inherited(element, found, library)
        if container is None:
            return _PATTERNS[local](self, element, found, ns, library)
        place = Location(self.path, element.sourceline or 0)
        body = self.many(element, self.children(element), container, ns, library, place)
        match local:
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

    def many(
        self,
        element: etree._Element,
        children: list[etree._Element],
        kind: Kind,
        ns: str,
        library: str,
        place: Location,
    ) -> Raw:
        """Read one or more patterns (4.12)."""
        if not children:
            self.fail(element, f"<{self.local(element)}> needs a pattern in it")
        parts = tuple([self.pattern(child, ns, library) for child in children])
        return parts[0] if len(parts) == 1 else Raw(kind, place, parts)

    def childless(self, element: etree._Element) -> None:
        for child in self.children(element):
            self.fail(child, f"<{self.local(element)}> can't have <{self.local(child)}> in it")

    def element(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        place = self.place(element)
        children = self.children(element)
        if "name" in found:
            names: NameClass = self.qname(element, found["name"], ns, is_attribute=False)
        else:
            names = self.first_name_class(element, children, ns, library)
            children = children[1:]
        direct, self.direct = self.direct, False
        body = self.many(element, children, "group", ns, library, place)
        self.direct = direct
        return Raw("element", place, (body,), names)

    def attribute(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        place = self.place(element)
        children = self.children(element)
        if "name" in found:
            # 4.8: a name attribute without ns attribute means no namespace, not the inherited one.
            names: NameClass = self.qname(element, found["name"], found.get("ns", ""), is_attribute=True)
        else:
            names = self.first_name_class(element, children, ns, library)
            children = children[1:]
        self.not_xmlns(element, names)
        if len(children) > 1:
            self.fail(children[1], "<attribute> has more than one pattern", hint="put them into a <group>")
        body = self.pattern(children[0], ns, library) if children else Raw("text", place)
        default = element.get(DEFAULT_VALUE)
        return Raw("attribute", place, (body,), names, str(default) if default is not None else None)

    def simple(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        self.childless(element)
        local = self.local(element)
        place = self.place(element)
        return Raw("text" if local == "text" else "empty" if local == "empty" else "notAllowed", place)

    def ref(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        name = self.ncname(element, found)
        if len(element) or element.text:
            self.childless(element)
        place = Location(self.path, element.sourceline or 0)
        self.uses.add(name, place, self.direct)
        return Raw("ref", place, text=name)

    def parent_ref(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        name = self.ncname(element, found)
        self.childless(element)
        self.uses.add(name, self.place(element), self.direct, parent=True)
        return Raw("parentRef", self.place(element), text=name)

    def value(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        place = Location(self.path, element.sourceline or 0)
        text = self.content(element)
        if "type" not in found:
            return Raw("value", place, text=text, datatype=("", "token"))
        datatype = self.required(element, found, "type")
        if not is_ncname(datatype):
            self.fail(element, f"'{datatype}' is not a name without colon", mark="type")
        if wrong := self.library.wrong_type(library, datatype, ()):
            self.fail(element, wrong, mark="type")
        context: tuple[tuple[str, str], ...] = ()
        if datatype in ("QName", "NOTATION"):
            prefixes = {str(k): str(v) for k, v in element.nsmap.items() if k}
            context = tuple(sorted({**prefixes, "": ns}.items()))
        return Raw("value", place, text=text, datatype=(library, datatype), params=context)

    def data(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        datatype = self.required(element, found, "type")
        if not is_ncname(datatype):
            self.fail(element, f"'{datatype}' is not a name without colon", mark="type")
        place = self.place(element)
        params: list[tuple[str, str]] = []
        parts: tuple[Raw, ...] = ()
        for child in self.children(element):
            local = self.local(child)
            if local == "param" and not parts:
                params.append((self.ncname(child, self.attributes(child, local)), self.content(child)))
            elif local == "except" and not parts:
                own = self.attributes(child, local)
                inner = self.inherited(child, own, library)
                excepted = self.many(child, self.children(child), "choice", own.get("ns", ns), inner, self.place(child))
                parts = (excepted,)
            else:
                self.fail(child, f"<{local}> is not allowed here")
        if wrong := self.library.wrong_type(library, datatype, tuple(params)):
            self.fail(element, wrong, mark="type")
        return Raw("data", place, parts, datatype=(library, datatype), params=tuple(params))

    def external(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        """4.6: the pattern of the file stands in the place of the externalRef."""
        self.childless(element)
        href = self.required(element, found, "href")
        path = self.library.enter(element, self.place(element), href)
        raw, uses, made_of = self.library.pattern(path, ns)
        self.uses.merge(uses, self.direct)
        self.made_of |= made_of
        return raw

    # -- name classes

    def first_name_class(
        self, element: etree._Element, children: list[etree._Element], ns: str, library: str
    ) -> NameClass:
        if not children or self.local(children[0]) not in _NAME_CLASSES:
            self.fail(element, f"<{self.local(element)}> needs a name", hint='name="..." or a name class first')
        return self.name_class(children[0], ns, library, 0)

    def name_class(self, element: etree._Element, ns: str, library: str, inside: int) -> NameClass:
        """Read a name class; ``inside``: 1 in the except of anyName, 2 in that of nsName (4.16)."""
        local = self.local(element)
        if local not in _NAME_CLASSES:
            self.fail(element, f"<{local}> is not a name class")
        found = self.attributes(element, local)
        self.inherited(element, found, library)
        ns = found.get("ns", ns)
        if local == "name":
            return self.qname(element, self.content(element), ns, is_attribute=False)
        children = self.children(element)
        if local == "choice":
            if not children:
                self.fail(element, "<choice> needs a name class in it")
            return name_choice([self.name_class(child, ns, library, inside) for child in children])
        if inside == 2 or (inside == 1 and local == "anyName"):
            where = "nsName" if inside == 2 else "anyName"
            self.fail(element, f"<{local}> is not allowed in the <except> of <{where}> (4.16)")
        excepted = self.except_names(element, children, ns, library, 1 if local == "anyName" else 2)
        return AnyName(excepted) if local == "anyName" else NsName(ns, excepted)

    def except_names(
        self, element: etree._Element, children: list[etree._Element], ns: str, library: str, inside: int
    ) -> NameClass | None:
        if not children:
            return None
        if len(children) > 1 or self.local(children[0]) != "except":
            self.fail(children[-1], f"<{self.local(element)}> can have one <except> only")
        found = self.attributes(children[0], "except")
        ns = found.get("ns", ns)
        inner = self.children(children[0])
        if not inner:
            self.fail(children[0], "<except> needs a name class in it")
        return name_choice([self.name_class(child, ns, library, inside) for child in inner])

    def qname(self, element: etree._Element, text: str, ns: str, *, is_attribute: bool) -> Name:
        """Read a name with or without prefix (4.10)."""
        text = text.strip(WS)
        prefix, colon, local = text.rpartition(":")
        if not is_ncname(local) or (colon and not is_ncname(prefix)):
            self.fail(element, f"'{text}' is not a name", mark=text)
        if not colon:
            return Name(ns, local)
        found = element.nsmap.get(prefix)
        if prefix == "xml":
            found = "http://www.w3.org/XML/1998/namespace"
        if not found:
            self.fail(element, f"the prefix '{prefix}' is not declared", mark=text)
        return Name(str(found), local)

    def not_xmlns(self, element: etree._Element, names: NameClass) -> None:
        """4.16: namespace declarations are no attributes."""
        stack: list[NameClass] = [names]
        while stack:
            one = stack.pop()
            if isinstance(one, Name):
                bad = one.ns == XMLNS or (one.ns == "" and one.local == "xmlns")
            elif isinstance(one, NsName):
                bad = one.ns == XMLNS
                stack += [one.except_] if one.except_ else []
            elif isinstance(one, AnyName):
                bad = False
                stack += [one.except_] if one.except_ else []
            else:
                bad = False
                stack += one.parts
            if bad:
                self.fail(element, "an attribute can't be a namespace declaration (4.16)", mark="xmlns")

    # -- grammars

    def grammar(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> Raw:
        place = self.place(element)
        outer, self.uses = self.uses, Uses()
        direct, self.direct = self.direct, True
        components = self.grammar_content(element, ns, library, included=False)
        self.uses, self.direct = outer, direct
        for component in components:
            for name, (location, was) in component.uses.parents.items():
                self.uses.add(name, location, direct and was)
        whole = Grammar(tuple(components), place)
        self.uses.grammars.append(whole)
        return Raw("grammar", place, grammar=whole)

    def grammar_content(self, element: etree._Element, ns: str, library: str, *, included: bool) -> list[Component]:
        """Read start, define, div and (unless in an include) include."""
        components: list[Component] = []
        for child in self.children(element):
            local = self.local(child)
            if local not in ("start", "define", "div", "include") or (included and local == "include"):
                self.fail(child, f"<{local}> is not allowed here")
            found = self.attributes(child, local)
            inner_ns, inner_library = found.get("ns", ns), self.inherited(child, found, library)
            if local == "div":
                components += self.grammar_content(child, inner_ns, inner_library, included=included)
            elif local == "include":
                components += self.include(child, found, inner_ns, inner_library)
            else:
                components.append(self.component(child, local, found, inner_ns, inner_library))
        return components

    def component(self, element: etree._Element, local: str, found: dict[str, str], ns: str, library: str) -> Component:
        place = self.place(element)
        combine = found.get("combine", "").strip(WS)
        if combine not in ("", "choice", "interleave") or ("combine" in found and not combine):
            self.fail(element, "combine has to be 'choice' or 'interleave'", mark="combine")
        name = self.ncname(element, found) if local == "define" else START
        outer, self.uses = self.uses, Uses()
        children = self.children(element)
        if local == "start" and len(children) > 1:
            self.fail(children[1], "<start> has more than one pattern", hint="put them into a <choice>")
        body = self.many(element, children, "group", ns, library, place)
        uses, self.uses = self.uses, outer
        return Component(name, combine, body, place, uses)

    def include(self, element: etree._Element, found: dict[str, str], ns: str, library: str) -> list[Component]:
        """4.7: the grammar of the file, without what the include overrides, and the overrides."""
        place = self.place(element)
        path = self.library.enter(element, place, self.required(element, found, "href"))
        own = self.grammar_content(element, ns, library, included=True)
        raw, _, made_of = self.library.pattern(path, ns)
        self.made_of |= made_of
        if raw.grammar is None or raw.location.path != path:
            self.fail(element, "an included file has to be a grammar (4.7)", mark="href")
        components = list(raw.grammar.components)
        there = {component.name for component in components}
        for override in own:
            if override.name not in there:
                what = f"define '{override.name}'" if override.name else "start"
                self.library.files.fail(
                    f"{what} overrides nothing: {path} has none (4.7)",
                    override.location,
                    hint="put it outside of the include",
                )
        overridden = {override.name for override in own}
        return [component for component in components if component.name not in overridden] + own


_PATTERNS = {
    "element": Reader.element,
    "attribute": Reader.attribute,
    "ref": Reader.ref,
    "parentRef": Reader.parent_ref,
    "empty": Reader.simple,
    "text": Reader.simple,
    "notAllowed": Reader.simple,
    "value": Reader.value,
    "data": Reader.data,
    "externalRef": Reader.external,
    "grammar": Reader.grammar,
}
